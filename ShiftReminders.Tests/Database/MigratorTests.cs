using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>The runner itself, on migrations made up here.</summary>
public sealed class MigratorTests : IAsyncLifetime
{
    private static readonly SqlFile First = new("tables/0001_first.sql", "CREATE TABLE shift_reminders.one (id int);");
    private static readonly SqlFile Second = new("tables/0002_second.sql", "CREATE TABLE shift_reminders.two (id int);");

    private static readonly SqlFile[] Grants = [new("grants.sql", "SELECT 1;")];

    private PostgresServer server = null!;
    private string database = null!;
    private NpgsqlDataSource owner = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.GetAsync();
        database = await server.CreateEmptyAsync();
        owner = NpgsqlDataSource.Create(server.Cluster.OwnerConnectionString(database));
    }

    public async ValueTask DisposeAsync()
    {
        await owner.DisposeAsync();
        await server.DropAsync(database);
    }

    [Fact]
    public async Task Empty_database_gets_every_migration_in_order_and_a_record_of_each()
    {
        var outcome = await MigrateAsync(First, Second);

        Assert.Equal([First.Name, Second.Name, "functions and grants"], Assert.IsType<MigrationOutcome.Migrated>(outcome).Applied);
        Assert.Equal(
            [$"{First.Name} {First.Checksum} owner", $"{Second.Name} {Second.Checksum} owner"],
            await owner.ColumnAsync<string>(
                "SELECT format('%s %s %s', name, checksum, applied_by) FROM shift_reminders.migrations WHERE name LIKE 'tables/%' ORDER BY name"));
    }

    [Fact]
    public async Task Migrated_database_gets_only_what_is_new()
    {
        await MigrateAsync(First);

        var outcome = await MigrateAsync(First, Second);

        Assert.Equal([Second.Name, "functions and grants"], Assert.IsType<MigrationOutcome.Migrated>(outcome).Applied);
    }

    [Fact]
    public async Task Ten_at_once_all_succeed_and_each_migration_runs_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => MigrateAsync(First, Second)));

        Assert.All(outcomes, outcome => Assert.IsType<MigrationOutcome.Migrated>(outcome));
        Assert.Equal(3, outcomes.Cast<MigrationOutcome.Migrated>().Sum(outcome => outcome.Applied.Count));
    }

    [Fact]
    public async Task Another_role_than_the_first_is_refused_by_both_names()
    {
        await MigrateAsync(First);
        await using var other = NpgsqlDataSource.Create(server.Cluster.SuperuserConnectionString(database));

        var outcome = await new Migrator(other, new([First, Second], Grants)).RunAsync(TestContext.Current.CancellationToken);

        var sentence = Assert.IsType<MigrationOutcome.Refused>(outcome).Sentence;
        Assert.Contains("'owner'", sentence, StringComparison.Ordinal);
        Assert.Contains("'postgres'", sentence, StringComparison.Ordinal);
        Assert.Null(await owner.ScalarAsync<string>("SELECT to_regclass('shift_reminders.two')::text"));
    }

    [Fact]
    public async Task Edited_migration_is_refused_by_name_before_anything_runs()
    {
        await MigrateAsync(First);

        var outcome = await MigrateAsync(First with { Sql = "SELECT 1;" }, Second);

        Assert.Contains(First.Name, Assert.IsType<MigrationOutcome.Refused>(outcome).Sentence, StringComparison.Ordinal);
        Assert.Null(await owner.ScalarAsync<string>("SELECT to_regclass('shift_reminders.two')::text"));
    }

    [Fact]
    public async Task Broken_migration_is_rolled_back_whole_and_named_with_its_cause()
    {
        var broken = new SqlFile("tables/0003_broken.sql", "CREATE TABLE shift_reminders.three (id int);\n\nSELECT nonsense;\n");

        var outcome = await MigrateAsync(First, broken);

        var sentence = Assert.IsType<MigrationOutcome.Refused>(outcome).Sentence;
        Assert.Contains("tables/0003_broken.sql", sentence, StringComparison.Ordinal);
        Assert.Contains("nonsense", sentence, StringComparison.Ordinal);
        Assert.Null(await owner.ScalarAsync<string>("SELECT to_regclass('shift_reminders.three')::text"));
        Assert.Null(await owner.ScalarAsync<string>("SELECT to_regclass('shift_reminders.one')::text"));
    }

    [Fact]
    public async Task Repeatable_files_run_again_when_one_of_them_has_changed_and_only_then()
    {
        SqlFile counting = new("data/runs.sql", "INSERT INTO shift_reminders.one VALUES (1);");
        await new Migrator(owner, new([First], [counting])).RunAsync(TestContext.Current.CancellationToken);
        await new Migrator(owner, new([First], [counting])).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1L, await owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.one"));

        await new Migrator(owner, new([First], [counting, Grants[0]])).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2L, await owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.one"));
    }

    [Fact]
    public void Checksum_is_of_the_content_and_not_of_the_name() =>
        Assert.NotEqual(First.Checksum, (First with { Sql = Second.Sql }).Checksum);

    private async Task<MigrationOutcome> MigrateAsync(params SqlFile[] tables) =>
        await new Migrator(owner, new(tables, Grants)).RunAsync(TestContext.Current.CancellationToken);
}
