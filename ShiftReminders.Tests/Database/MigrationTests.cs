using System.Text.RegularExpressions;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>The real migrations on a database that holds the host's tables and nothing of ours.</summary>
public sealed partial class MigrationTests : IAsyncLifetime
{
    private PostgresServer server = null!;
    private string database = null!;
    private NpgsqlDataSource owner = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.GetAsync();
        database = await server.CreateEmptyAsync();
        owner = NpgsqlDataSource.Create(server.Cluster.OwnerConnectionString(database));
        await MigratedDatabase.CreateHostTablesAsync(server.Cluster.OwnerConnectionString(database));
    }

    public async ValueTask DisposeAsync()
    {
        await owner.DisposeAsync();
        await server.DropAsync(database);
    }

    [Fact]
    public async Task Ten_at_once_all_succeed()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => MigrateAsync()));

        Assert.All(outcomes, outcome => Assert.IsType<MigrationOutcome.Migrated>(outcome));
        Assert.Equal(
            [.. DatabaseFiles.Embedded.Tables.Select(file => file.Name), "functions and grants"],
            outcomes.Cast<MigrationOutcome.Migrated>().SelectMany(outcome => outcome.Applied));
    }

    [Fact]
    [Trait(Needs.Trait, Needs.Dump)]
    public async Task Baseline_and_all_repeatable_files_run_again_and_change_nothing()
    {
        await MigrateAsync();
        var before = await DumpAsync();
        await owner.ExecuteAsync("DELETE FROM shift_reminders.migrations WHERE name IN ('tables/0001_baseline.sql', 'functions and grants')");

        Assert.Equal(2, Assert.IsType<MigrationOutcome.Migrated>(await MigrateAsync()).Applied.Count);

        Assert.Equal(before, await DumpAsync());
    }

    [Fact]
    public async Task Function_that_no_file_makes_any_more_is_dropped_and_the_hosts_own_stay()
    {
        await MigrateAsync();
        await owner.ExecuteAsync(
            """
            CREATE FUNCTION shift_reminders.helper_of_an_earlier_version() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION shift_reminders.host_helper() RETURNS int LANGUAGE sql AS 'SELECT 1';
            DELETE FROM shift_reminders.migrations WHERE name = 'functions and grants';
            """);

        await MigrateAsync();

        Assert.Equal(["host_helper"], await owner.ColumnAsync<string>(
            "SELECT proname::text FROM pg_proc WHERE proname IN ('helper_of_an_earlier_version', 'host_helper')"));
    }

    [Fact]
    public async Task Missing_host_table_is_refused_by_name_and_leaves_the_database_as_it_was()
    {
        await owner.ExecuteAsync("DROP TABLE public.duty_schedules");

        var outcome = await MigrateAsync();

        Assert.Contains("duty_schedules", Assert.IsType<MigrationOutcome.Refused>(outcome).Sentence, StringComparison.Ordinal);
        Assert.Null(await owner.ScalarAsync<string>("SELECT to_regclass('public.scheduled_notifications')::text"));
    }

    [Fact]
    public void Files_of_tables_are_numbered_without_a_gap_and_functions_lie_in_files_of_their_name()
    {
        Assert.Equal(
            Enumerable.Range(1, DatabaseFiles.Embedded.Tables.Count).Select(number => $"tables/{number:0000}"),
            DatabaseFiles.Embedded.Tables.Select(file => file.Name.Split('_')[0]));
        foreach (var file in DatabaseFiles.Embedded.Repeatable.Where(file => file.Name.StartsWith("functions/", StringComparison.Ordinal)))
        {
            var made = Made().Matches(file.Sql).Select(match => match.Groups["name"].Value).Distinct().ToList();
            var name = Path.GetFileNameWithoutExtension(file.Name);
            Assert.True(name == "types" ? made.Count == 0 : made.SequenceEqual([name]), $"{file.Name} makes {string.Join(", ", made)}.");
        }
    }

    [GeneratedRegex(@"^CREATE (OR REPLACE )?FUNCTION (shift_reminders|public)\.(?<name>[a-z_]+)", RegexOptions.Multiline)]
    private static partial Regex Made();

    private Task<string> DumpAsync() => SchemaDump.OfAsync(server.Cluster, server.Cluster.OwnerConnectionString(database));

    private async Task<MigrationOutcome> MigrateAsync() =>
        await new Migrator(owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken);
}
