using System.Text.Json;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.CommandLine;

/// <summary>The verbs that act on the queue, as an operator types them.</summary>
public sealed class VerbTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Password = "a few words nobody guesses";

    [Fact]
    public async Task Enqueue_counts_what_it_added_and_explain_tells_it()
    {
        var person = await database.Given.ReachablePersonAsync();
        var shift = await database.Given.ShiftAsync(person, startsIn: TimeSpan.FromMinutes(10));

        var enqueued = await Verb.JsonAsync(database, "enqueue");
        var explained = await Verb.RunAsync(database, "explain", "--shift", $"{shift}", "--user", $"{person}");

        Assert.True(enqueued.GetProperty("added").GetInt32() >= 1);
        Assert.Equal(0, explained.ExitCode);
        Assert.Contains($"{person}  start_15  pending: ", explained.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_of_an_unknown_shift_says_so()
    {
        var result = await Verb.RunAsync(database, "explain", "--shift", "987654321");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("987654321", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_test_reaches_every_device_and_is_audited_without_a_token()
    {
        var person = await database.Given.PersonAsync();
        var tokens = new[] { await database.Given.DeviceAsync(person), await database.Given.DeviceAsync(person, platform: "ios") };

        var result = await Verb.RunAsync(database, "send-test", "--user", $"{person}");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, result.Output.Trim().Split('\n').Count(line => line.Contains("Accepted", StringComparison.Ordinal)));
        Assert.All(tokens, token => Assert.DoesNotContain(token, result.Output + result.Error, StringComparison.Ordinal));
        Assert.Equal(1, await database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM shift_reminders.audit WHERE act = 'send test' AND subject = $1", $"person {person}"));
    }

    [Fact]
    public async Task Send_test_to_nobody_says_that_there_is_no_device()
    {
        var person = await database.Given.PersonAsync();

        var result = await Verb.RunAsync(database, "send-test", "--user", $"{person}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{person} has no registered device", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_admin_takes_the_password_from_standard_input_and_refuses_a_short_one()
    {
        var made = await Verb.RunAsync(database, $"{Password}\n", ["create-admin", "--email", "first@example.test"]);
        var refused = await Verb.RunAsync(database, "short\n", ["create-admin", "--email", "second@example.test"]);

        Assert.Equal("first@example.test is an admin now.", made.Output.Trim());
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("12", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_forgets_old_runs_and_then_finds_nothing()
    {
        await database.OwnerDataSource.ExecuteAsync(
            """
            INSERT INTO shift_reminders.heartbeats (source, started_at, finished_at, backend_pid)
            SELECT 'watchdog', moment, moment, 1 FROM generate_series(now() - interval '40 days', now() - interval '39 days', interval '1 hour') AS moment
            UNION ALL SELECT 'watchdog', now(), now(), 1
            """); // the latest one stays, however old, so one of today is the latest, whichever test came before

        var first = await Verb.JsonAsync(database, "purge", "--batch", "10");
        var second = await Verb.JsonAsync(database, "purge");

        Assert.Equal(25, first.GetProperty("purged").GetInt64());
        Assert.Equal(0, second.GetProperty("purged").GetInt64());
    }

    [Theory]
    [InlineData("enqueue")]
    [InlineData("purge")]
    public async Task Database_of_another_version_says_to_migrate(string verb)
    {
        var server = await PostgresServer.GetAsync();

        var result = await RunningApp.RunToEndAsync(
            [new("ConnectionStrings__ShiftReminders", server.Cluster.OwnerConnectionString("postgres"))], verb);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Run migrate", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_every_verb()
    {
        var result = await RunningApp.RunToEndAsync([], "--help");

        Assert.Equal(0, result.ExitCode);
        Assert.All(["migrate", "check", "create-admin", "send-test", "explain", "enqueue", "purge", "health"],
            verb => Assert.Contains($"  {verb} ", result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("migrate", "--export")]
    [InlineData("check")]
    [InlineData("create-admin", "--email")]
    [InlineData("send-test", "--user", "--dry-run")]
    [InlineData("explain", "--shift", "--user", "--kind")]
    [InlineData("enqueue")]
    [InlineData("purge", "--batch")]
    [InlineData("health", "--ready", "--url")]
    public async Task Every_verb_explains_itself_and_answers_programs_too(string verb, params string[] options)
    {
        var result = await RunningApp.RunToEndAsync([], verb, "--help");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("Description:", result.Output, StringComparison.Ordinal);
        Assert.All([.. options, "--json"], option => Assert.Contains($"  {option}", result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--shift is required", "explain")]
    [InlineData("--batch must be at least 1.", "purge", "--batch", "0")]
    [InlineData("'--colour'", "check", "--colour")]
    public async Task Mistyped_option_is_named_and_nothing_is_done(string expected, params string[] arguments)
    {
        var result = await RunningApp.RunToEndAsync([], arguments);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error.Replace("Option '--shift'", "--shift", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_tells_programs_what_it_applied()
    {
        var result = await RunningApp.RunToEndAsync([new("ConnectionStrings__Migrations", database.OwnerConnectionString)], "migrate", "--json");

        Assert.Equal(0, JsonElement.Parse(result.Output).GetProperty("applied").GetArrayLength());
    }
}
