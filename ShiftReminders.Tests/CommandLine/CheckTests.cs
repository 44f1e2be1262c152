using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.CommandLine;

/// <summary><c>check</c>, on a database whose pg_cron is missing: a copied database never has it.</summary>
public sealed class CheckTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private KeyValuePair<string, string>[] Settings =>
        [new("ConnectionStrings__ShiftReminders", database.AppConnectionString), new("Delivery__Channel", "Sandbox")];

    [Fact]
    public async Task Healthy_installation_is_ok_in_every_line_but_the_missing_scheduler()
    {
        await database.OwnerDataSource.ExecuteAsync("SELECT public.enqueue_due_shift_notifications('cron')");
        // An app that another test started left its own, in plain text.
        await database.OwnerDataSource.ExecuteAsync("DELETE FROM shift_reminders.data_protection_keys");

        using var certificate = KeyCertificateFile.Make();

        var result = await RunningApp.RunToEndAsync(
            [
                .. Settings, new("Portal__KeyCertificatePath", certificate.Path),
                new("Telemetry__MetricsToken", "sesame"), new("Portal__AllowedHosts", "portal.example.test"),
            ],
            "check");

        Assert.Equal(1, result.ExitCode);
        var lines = result.Output.Trim().Split('\n');
        Assert.Contains("ok    settings: all valid", lines);
        Assert.Contains(lines, line => line.StartsWith("ok    database: PostgreSQL ", StringComparison.Ordinal) && line.EndsWith(" as shift_reminders_app", StringComparison.Ordinal));
        Assert.Contains("ok    channel: Sandbox accepts our credentials", lines);
        Assert.Contains("ok    sign-in keys: encrypted", lines);
        Assert.Contains("ok    statement timeout: 2min", lines);
        Assert.Equal(["FAIL  pg_cron"], lines.Where(line => !line.StartsWith("ok ", StringComparison.Ordinal)).Select(line => line.Split(':')[0]));
    }

    [Fact]
    public async Task Frozen_database_fails_in_one_line()
    {
        await using var cluster = await PostgresCluster.CreateAsync();
        await MigratedDatabase.CreateAsync(cluster, PostgresCluster.CronDatabase);
        await cluster.FreezeAsync();
        try
        {
            var result = await RunningApp.RunToEndAsync(
                [.. Settings, new("ConnectionStrings__ShiftReminders", cluster.AppConnectionString(PostgresCluster.CronDatabase) + ";Timeout=1")], "check");

            Assert.Equal(1, result.ExitCode);
            Assert.Matches("(?m)^FAIL  database: PostgreSQL at 127.0.0.1:", result.Output);
        }
        finally
        {
            await cluster.ThawAsync();
        }
    }

    [Fact]
    public async Task Statements_without_a_limit_are_a_warning()
    {
        var unlimited = new NpgsqlConnectionStringBuilder(database.AppConnectionString) { Options = "-c statement_timeout=0" };

        var result = await RunningApp.RunToEndAsync([.. Settings, new("ConnectionStrings__ShiftReminders", unlimited.ConnectionString)], "check");

        Assert.Contains("warn  statement timeout: a statement of ours may run for ever", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_settings_leave_open_is_a_warning_in_check_and_in_the_log_of_a_start()
    {
        string[] open = ["metrics: whoever reaches this address may read them", "hosts: the portal answers under any name"];

        var check = await RunningApp.RunToEndAsync(Settings, "check");
        await using var app = await RunningApp.StartAsync(Settings);

        Assert.All(open, door => Assert.Contains($"warn  {door}", check.Output, StringComparison.Ordinal));
        Assert.All(open, door => Assert.Contains($"Open: {door}", app.Log, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host=db.example.test;SSL Mode=Require", "warn")]
    [InlineData("Host=127.0.0.1,db.example.test", "warn")]
    [InlineData("Host=db.example.test;SSL Mode=VerifyFull", "ok  ")]
    [InlineData("Host=127.0.0.1", "ok  ")]
    [InlineData("Host=::1", "ok  ")]
    [InlineData("Host=/run/postgresql", "ok  ")]
    public async Task Connection_to_another_machine_that_verifies_nobody_is_a_warning(string migrations, string expected)
    {
        var result = await RunningApp.RunToEndAsync([.. Settings, new("ConnectionStrings__Migrations", migrations)], "check");

        Assert.Contains($"{expected}  connection: ConnectionStrings__Migrations ", result.Output, StringComparison.Ordinal);
        Assert.Contains("ok    connection: ConnectionStrings__ShiftReminders ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_lie_readable_in_the_database_are_told()
    {
        using var certificate = KeyCertificateFile.Make();

        var without = await RunningApp.RunToEndAsync(Settings, "check");
        // A portal that another test started has left a key of its own.
        await database.OwnerDataSource.ExecuteAsync("DELETE FROM shift_reminders.data_protection_keys; INSERT INTO shift_reminders.data_protection_keys (xml) VALUES ('<key><masterKey/></key>')");
        var fromBefore = await RunningApp.RunToEndAsync([.. Settings, new("Portal__KeyCertificatePath", certificate.Path)], "check");
        await database.OwnerDataSource.ExecuteAsync("DELETE FROM shift_reminders.data_protection_keys");

        Assert.Contains("FAIL  sign-in keys: without Portal__KeyCertificatePath", without.Output, StringComparison.Ordinal);
        Assert.Contains("FAIL  sign-in keys: 1 from before", fromBefore.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Temporary_tables_are_a_hint_with_the_statement_that_closes_them()
    {
        var open = await RunningApp.RunToEndAsync(Settings, "check");
        await database.OwnerDataSource.ExecuteAsync($"REVOKE TEMPORARY ON DATABASE {database.Name} FROM PUBLIC");
        var closed = await RunningApp.RunToEndAsync(Settings, "check");
        await database.OwnerDataSource.ExecuteAsync($"GRANT TEMPORARY ON DATABASE {database.Name} TO PUBLIC");

        Assert.Contains(
            $"ok    temporary tables: every role may make them; if nothing needs that: REVOKE TEMPORARY ON DATABASE {database.Name} FROM PUBLIC",
            open.Output, StringComparison.Ordinal);
        Assert.Contains("ok    temporary tables: our role may make none", closed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Portal_alone_is_checked_without_a_channel_and_sends_no_test()
    {
        KeyValuePair<string, string>[] portal =
            [new("ConnectionStrings__ShiftReminders", database.AppConnectionString), new("Processor__Enabled", "false"), new("Delivery__Channel", "Fcm")];

        var check = await RunningApp.RunToEndAsync(portal, "check");
        var send = await RunningApp.RunToEndAsync(portal, "send-test", "--user", $"{Guid.NewGuid()}");

        Assert.Contains("ok    channel: a portal alone has none", check.Output, StringComparison.Ordinal);
        Assert.Equal(1, send.ExitCode);
        Assert.Contains("Send the test where a processor runs.", send.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_names_subject_finding_and_remedy()
    {
        var findings = await Verb.JsonAsync(database, "check");

        var cron = Assert.Single(findings.EnumerateArray(), one => one.GetProperty("subject").GetString() == "pg_cron");
        Assert.False(cron.GetProperty("ok").GetBoolean());
        Assert.Contains("CREATE EXTENSION pg_cron", cron.GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_role_than_the_apps_is_said_to_be_wrong()
    {
        var result = await RunningApp.RunToEndAsync(
            [new("ConnectionStrings__ShiftReminders", database.OwnerConnectionString), new("Delivery__Channel", "Sandbox")], "check");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("as owner. Let ConnectionStrings__ShiftReminders name the role shift_reminders_app.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_that_is_away_is_one_failed_line_beside_the_others()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(database.AppConnectionString) { Port = Ports.Free() };

        var result = await RunningApp.RunToEndAsync(
            [new("ConnectionStrings__ShiftReminders", nowhere.ConnectionString), new("Delivery__Channel", "Sandbox")], "check");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"FAIL  database: PostgreSQL at 127.0.0.1:{nowhere.Port}", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(nowhere.Password!, result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_are_all_named_at_once()
    {
        var result = await RunningApp.RunToEndAsync(
            [
                new("ConnectionStrings__ShiftReminders", database.AppConnectionString), new("Delivery__Channel", "Pigeon"),
                new("Processor__BatchSize", "0"), new("Telemetry__GaugeInterval", "00:00:00"),
            ],
            "check");

        Assert.Equal(1, result.ExitCode);
        Assert.All(["Delivery__Channel", "Processor__BatchSize", "Telemetry__GaugeInterval"],
            name => Assert.Contains(name, result.Error, StringComparison.Ordinal));
    }
}
