using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>An upgrade whose session ends in the middle.</summary>
public sealed class KilledMigrateTests : IAsyncLifetime
{
    // MIGRATE_KILLS=1 for each statement: that takes a minute.
    private static readonly int Step = int.Parse(Environment.GetEnvironmentVariable("MIGRATE_KILLS") ?? "24", null);

    private static readonly SqlFile Kill = new("(kill)", "SELECT pg_terminate_backend(pg_backend_pid())");

    private readonly PlanDatabase database = new();

    private NpgsqlDataSource Owner => database.Owner;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        Assert.IsType<MigrationOutcome.Migrated>(await MigrateAsync(SyntheticRelease.First));
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Killed_anywhere_it_leaves_the_database_as_it_was_and_the_next_one_does_all()
    {
        var before = await StateAsync();
        var next = SyntheticRelease.Next;

        for (var place = 0; place <= next.Repeatable.Count; place += Step)
        {
            var outcome = await MigrateAsync(next with { Repeatable = [.. next.Repeatable.Take(place), Kill, .. next.Repeatable.Skip(place)] });

            Assert.Contains("(kill) failed, and nothing was changed", Assert.IsType<MigrationOutcome.Refused>(outcome).Sentence, StringComparison.Ordinal);
            Assert.Equal(before, await StateAsync());
        }

        Assert.Equal([next.Tables[^1].Name, "functions and grants"], Assert.IsType<MigrationOutcome.Migrated>(await MigrateAsync(next)).Applied);
        Assert.Equal($"{next.Version}", await Owner.ScalarAsync<string>("SELECT shift_reminders.schema_version()"));
    }

    /// <summary>Every object's last change, and the ledger.</summary>
    private Task<List<string>> StateAsync() => Owner.ColumnAsync<string>(
        """
        SELECT c.oid || ' ' || c.xmin FROM pg_class c WHERE c.relnamespace IN ('shift_reminders'::regnamespace, 'public'::regnamespace) AND c.relkind <> 'i' AND c.relname <> 'migrations'
        UNION ALL SELECT p.oid || ' ' || p.xmin FROM pg_proc p WHERE p.pronamespace IN ('shift_reminders'::regnamespace, 'public'::regnamespace)
        UNION ALL SELECT m::text FROM shift_reminders.migrations m
        ORDER BY 1
        """);

    private async Task<MigrationOutcome> MigrateAsync(DatabaseFiles files) =>
        await new Migrator(Owner, files).RunAsync(TestContext.Current.CancellationToken);
}
