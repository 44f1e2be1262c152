using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>A database of any earlier version, in the middle of its work, becomes one of this version.</summary>
[Trait(Needs.Trait, Needs.Dump)]
public sealed class AdoptionTests : IAsyncLifetime
{
    private readonly PlanDatabase database = new();
    private NpgsqlDataSource app = null!;

    private NpgsqlDataSource Owner => database.Owner;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        app = NpgsqlDataSource.Create(database.AppConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    // The first and the last, and each of those between them after which tables, indexes or results of functions were others.
    [Theory]
    [InlineData("01")]
    [InlineData("08")]
    [InlineData("09")]
    [InlineData("12")]
    [InlineData("15")]
    [InlineData("27")]
    public async Task Earlier_version_becomes_this_one_keeps_its_rows_and_sends_nothing_twice(string version)
    {
        await EarlierVersions.MigrateAsync(Owner, version);
        var earlier = new EarlierDatabase(Owner, app);
        await earlier.FillAsync();
        var before = await EarlierRows.ReadAsync(Owner);

        Assert.IsType<MigrationOutcome.Migrated>(await MigrateAsync());

        Assert.Equal(await CommittedSchemaAsync(), await DumpAsync());
        Assert.Empty(await EarlierRows.MissingAsync(Owner, before));
        Assert.Empty(await earlier.MovedAsync());
        Assert.Equal(EarlierDatabase.StillToSend, await earlier.SendRestAsync());
        Assert.Empty(Assert.IsType<MigrationOutcome.Migrated>(await MigrateAsync()).Applied);
    }

    [Fact]
    public async Task Earlier_version_that_the_cli_pushed_takes_a_release_file_too()
    {
        await EarlierVersions.MigrateAsync(Owner, "01");
        await Owner.ExecuteAsync("DROP TABLE shift_reminders.migrations");

        await Owner.ExecuteAsync(ReleaseFile.Compose("release.sql", DatabaseFiles.Embedded).Sql);

        Assert.Equal(await CommittedSchemaAsync(), await DumpAsync());
        Assert.Empty(Assert.IsType<MigrationOutcome.Migrated>(await MigrateAsync()).Applied);
    }

    private static Task<string> CommittedSchemaAsync() =>
        File.ReadAllTextAsync(Repository.Database("schema.sql"), TestContext.Current.CancellationToken);

    private Task<string> DumpAsync() => SchemaDump.OfAsync(database.Cluster, database.ConnectionString);

    private async Task<MigrationOutcome> MigrateAsync() =>
        await new Migrator(Owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken);
}
