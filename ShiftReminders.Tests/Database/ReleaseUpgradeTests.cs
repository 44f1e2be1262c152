using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>From one release to the next by <c>migrate</c>, by the real Supabase CLI, and by each after the other.</summary>
[Trait(Needs.Trait, Needs.Dump)]
public sealed class ReleaseUpgradeTests(ReleaseUpgradeTests.Fresh fresh) : IClassFixture<ReleaseUpgradeTests.Fresh>, IAsyncLifetime
{
    private readonly PlanDatabase database = new();
    private EarlierDatabase work = null!;
    private HostProject host = null!;
    private NpgsqlDataSource app = null!;

    private NpgsqlDataSource Owner => database.Owner;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        app = NpgsqlDataSource.Create(database.AppConnectionString);
        work = new EarlierDatabase(Owner, app);
        host = new HostProject(database.ConnectionString);
        host.Remove("20250101000000_host_tables.sql");
    }

    public async ValueTask DisposeAsync()
    {
        host.Dispose();
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData("migrate first", "migrate next")]
    [InlineData("push first", "push next")]
    [InlineData("migrate first", "push first and next")]
    [InlineData("push first", "migrate next")]
    public async Task Next_release_is_the_schema_of_a_fresh_one_whichever_way_it_comes(string first, string next)
    {
        await TakeAsync(first);
        await work.FillAsync();
        var before = await EarlierRows.ReadAsync(Owner);

        await TakeAsync(next);

        Assert.Equal(fresh.Schema, await DumpAsync());
        Assert.Empty(await EarlierRows.MissingAsync(Owner, before));
        Assert.Empty(await work.MovedAsync());
        Assert.Equal(1L, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.runs_of_minor_1"));
        Assert.Equal(EarlierDatabase.StillToSend, await work.SendRestAsync());
    }

    [Theory]
    [InlineData("migrate next", "push first and next", "migrate next")]
    [InlineData("push first and next", "migrate next", "push first and next")]
    [InlineData("migrate next", "push first", "push first and next")]
    public async Task Whatever_comes_again_or_late_runs_nothing(string made, string again, string andAgain)
    {
        await TakeAsync(made);
        var ledger = await LedgerAsync();

        await TakeAsync(again);
        await TakeAsync(andAgain);

        Assert.Equal(fresh.Schema, await DumpAsync());
        Assert.Equal(ledger, await LedgerAsync());
        Assert.Equal(1L, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.runs_of_minor_1"));
    }

    [Fact]
    public async Task Program_of_the_first_release_refuses_to_put_its_functions_over_the_next_ones()
    {
        await TakeAsync("migrate next");

        var outcome = await new Migrator(Owner, SyntheticRelease.First).RunAsync(TestContext.Current.CancellationToken);

        Assert.Contains("is at version", Assert.IsType<MigrationOutcome.Refused>(outcome).Sentence, StringComparison.Ordinal);
    }

    private async Task TakeAsync(string way)
    {
        if (way.StartsWith("migrate", StringComparison.Ordinal))
        {
            var files = way == "migrate first" ? SyntheticRelease.First : SyntheticRelease.Next;
            Assert.IsType<MigrationOutcome.Migrated>(await new Migrator(Owner, files).RunAsync(TestContext.Current.CancellationToken));
            return;
        }
        Add(SyntheticRelease.First);
        if (way != "push first") Add(SyntheticRelease.Next);
        await host.PushAsync();
    }

    private void Add(DatabaseFiles files)
    {
        var release = SyntheticRelease.File(files);
        host.Add(release.Name, release.Sql);
    }

    private Task<List<string>> LedgerAsync() => Owner.ColumnAsync<string>("SELECT m::text FROM shift_reminders.migrations m ORDER BY name");

    private Task<string> DumpAsync() => SchemaDump.OfAsync(database.Cluster, database.ConnectionString);

    /// <summary>The next release in a database that had none before.</summary>
    public sealed class Fresh : IAsyncLifetime
    {
        public string Schema { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var database = new PlanDatabase();
            await database.InitializeAsync();
            var outcome = await new Migrator(database.Owner, SyntheticRelease.Next).RunAsync(TestContext.Current.CancellationToken);
            Assert.True(outcome is MigrationOutcome.Migrated, $"{outcome}");
            Schema = await SchemaDump.OfAsync(database.Cluster, database.ConnectionString);
            await database.DisposeAsync();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
