using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>The real migrations on a database that holds the host's tables and nothing of ours.</summary>
public sealed class MigrationTests : IAsyncLifetime
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
            EmbeddedMigrations.All.Select(migration => migration.Name),
            outcomes.Cast<MigrationOutcome.Migrated>().SelectMany(outcome => outcome.Applied));
    }

    [Fact]
    public async Task Every_file_is_safe_to_run_again_and_changes_nothing_then()
    {
        await MigrateAsync();
        var before = await DumpAsync();

        foreach (var migration in EmbeddedMigrations.All)
            await Sql.ExecuteAsync(server.Cluster.OwnerConnectionString(database), migration.Sql);

        Assert.Equal(before, await DumpAsync());
    }

    [Fact]
    public async Task Files_that_another_tool_applied_are_taken_over()
    {
        foreach (var migration in EmbeddedMigrations.All)
            await Sql.ExecuteAsync(server.Cluster.OwnerConnectionString(database), migration.Sql);
        var before = await owner.ColumnAsync<string>("SELECT reason FROM shift_reminders.reasons ORDER BY 1");

        var outcome = await MigrateAsync();

        Assert.Equal(EmbeddedMigrations.All.Count, Assert.IsType<MigrationOutcome.Migrated>(outcome).Applied.Count);
        Assert.Equal(before, await owner.ColumnAsync<string>("SELECT reason FROM shift_reminders.reasons ORDER BY 1"));
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
    public void Names_sort_in_the_order_of_their_time_stamps_and_no_two_share_one()
    {
        var stamps = EmbeddedMigrations.All.Select(migration => migration.Name.Split('_')[0]).ToList();

        Assert.NotEmpty(stamps);
        Assert.Equal(stamps.Distinct().Order(StringComparer.Ordinal), stamps);
        Assert.All(stamps, stamp => Assert.Matches("^[0-9]{14}$", stamp));
    }

    private Task<string> DumpAsync() => SchemaDump.OfAsync(server.Cluster, server.Cluster.OwnerConnectionString(database));

    private async Task<MigrationOutcome> MigrateAsync() =>
        await new Migrator(owner, EmbeddedMigrations.All).RunAsync(TestContext.Current.CancellationToken);
}
