using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.CommandLine;

/// <summary>The real program, as an operator starts it with a mistake in its settings.</summary>
public sealed class StartTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("ConnectionStrings__Migrations", "migrate")]
    [InlineData("ConnectionStrings__ShiftReminders")]
    public async Task Unreachable_database_is_one_sentence_that_names_host_and_setting(string setting, params string[] verb)
    {
        var port = Ports.Free();

        var result = await RunAsync(setting, $"Host=127.0.0.1;Port={port};Username=someone;Password=hidden;Database=x", verb);

        AssertOneSentence(result, setting, $"127.0.0.1:{port}");
    }

    [Theory]
    [InlineData("ConnectionStrings__Migrations", "migrate")]
    [InlineData("ConnectionStrings__ShiftReminders")]
    public async Task Wrong_password_names_role_and_setting(string setting, params string[] verb)
    {
        var wrong = new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Password = "hidden" };

        AssertOneSentence(await RunAsync(setting, wrong.ConnectionString, verb), setting, "'owner'");
    }

    [Fact]
    public async Task Missing_database_is_named()
    {
        var wrong = new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Database = "nowhere" };

        AssertOneSentence(await RunAsync("ConnectionStrings__Migrations", wrong.ConnectionString, "migrate"), "'nowhere'");
    }

    [Theory]
    [InlineData("postgresql://someone:hidden@db.example.test:5432/postgres", "URL")]
    [InlineData("Hots=db.example.test;Password=hidden", "ConnectionStrings__Migrations")]
    [InlineData("", "is not set")]
    public async Task Unreadable_connection_string_says_how_to_write_it(string text, string expected) =>
        AssertOneSentence(await RunAsync("ConnectionStrings__Migrations", text, "migrate"), expected, "Host=");

    [Fact]
    public async Task Missing_channel_stops_the_start_and_says_what_to_choose_from() => AssertOneSentence(
        await RunningApp.RunToEndAsync([new("ConnectionStrings__ShiftReminders", database.AppConnectionString)]),
        "Delivery__Channel", "Fcm", "SendFcm", "Sandbox");

    [Fact]
    public async Task Unknown_verb_is_named() =>
        AssertOneSentence(await RunAsync("ConnectionStrings__ShiftReminders", database.AppConnectionString, "migrat"), "'migrat'");

    [Fact]
    public async Task Migrated_database_is_left_alone()
    {
        var result = await RunAsync("ConnectionStrings__Migrations", database.OwnerConnectionString, "migrate");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Nothing was missing.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_role_is_refused_with_an_exit_code()
    {
        var server = await PostgresServer.GetAsync();

        var result = await RunAsync("ConnectionStrings__Migrations", server.Cluster.SuperuserConnectionString(database.Name), "migrate");

        AssertOneSentence(result, "'owner'", "'postgres'");
    }

    private static Task<CommandResult> RunAsync(string setting, string value, params string[] verb) =>
        RunningApp.RunToEndAsync([new("Delivery__Channel", "Sandbox"), new("Database__WaitAtStart", "00:00:00"), new(setting, value)], verb);

    private static void AssertOneSentence(CommandResult result, params string[] parts)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.All(parts, part => Assert.Contains(part, result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("hidden", result.Error + result.Output, StringComparison.Ordinal);
    }
}
