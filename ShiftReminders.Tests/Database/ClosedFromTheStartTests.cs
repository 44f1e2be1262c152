using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// Where a project's default privileges give everything in <c>public</c> to everybody, nothing of ours is open at any moment:
/// all of it is one transaction, and even file by file each closes what it makes.
/// </summary>
[Collection(nameof(SupabaseLikeCluster))]
public sealed class ClosedFromTheStartTests(SupabaseLikeCluster cluster) : IAsyncLifetime
{
    // A right in a schema that one may not enter is none.
    private static readonly string Reachable = $"""
        SELECT who || ': ' || held FROM unnest(ARRAY['anon', 'authenticated', 'stranger']) AS who, LATERAL ({Rights.QueryOf("who")}) AS r(held)
        WHERE held NOT LIKE '% shift_reminders.%' OR has_schema_privilege(who, 'shift_reminders', 'USAGE')
        """;

    private FreshDatabase fresh = null!;
    private NpgsqlDataSource owner = null!;
    private NpgsqlDataSource superuser = null!;

    public async ValueTask InitializeAsync()
    {
        fresh = await cluster.CreateFreshAsync();
        owner = NpgsqlDataSource.Create(fresh.OwnerConnectionString);
        superuser = NpgsqlDataSource.Create(fresh.SuperuserConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await owner.DisposeAsync();
        await superuser.DisposeAsync();
    }

    [Fact]
    public async Task Default_privileges_of_the_project_would_open_what_is_made()
    {
        await owner.ExecuteAsync("CREATE SCHEMA shift_reminders; CREATE TABLE public.scheduled_notifications (id int)");

        Assert.Contains("anon: DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE scheduled_notifications", await OpenAsync());
    }

    [Fact]
    public async Task Nothing_is_open_after_any_file()
    {
        await owner.ExecuteAsync(MigrationLedger.CreateSql);
        Assert.Empty(await OpenAsync());

        // One connection, as the migrator has: the files set what lasts for the session.
        await using var connection = await owner.OpenConnectionAsync(TestContext.Current.CancellationToken);
        foreach (var file in DatabaseFiles.Embedded.Batches(DatabaseFiles.Embedded.Tables))
        {
            await using var batch = new NpgsqlCommand(file.Sql, connection);
            await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            var open = await OpenAsync();

            Assert.True(open.Count == 0, $"After {file.Name}: {string.Join("; ", open)}.");
        }
    }

    [Fact]
    public async Task Migrate_makes_all_of_it_in_one_transaction()
    {
        await new Migrator(owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken);

        Assert.Single(await TransactionsAsync());
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task Release_that_the_supabase_cli_pushes_is_one_transaction_too()
    {
        using var host = new HostProject(fresh.OwnerConnectionString);
        host.Remove("20250101000000_host_tables.sql");
        host.AddOurs();

        await host.PushAsync();

        Assert.Single(await TransactionsAsync());
        Assert.Empty(await OpenAsync());
    }

    /// <summary>Those that made or last changed what the catalog has of ours. The ledger's comes first; it is looked at by itself.</summary>
    private Task<List<string>> TransactionsAsync() => superuser.ColumnAsync<string>(
        """
        SELECT DISTINCT xmin::text FROM (
          SELECT c.xmin FROM pg_class c WHERE c.relkind IN ('r', 'v', 'S') AND c.relname <> 'migrations'
            AND (c.relnamespace = 'shift_reminders'::regnamespace OR c.relname ~ '^(scheduled_notifications|notification_pushes)')
          UNION ALL
          SELECT p.xmin FROM pg_proc p
          WHERE p.pronamespace = 'shift_reminders'::regnamespace OR p.proname = 'try_mark_notification_pushed') ours
        """);

    private Task<List<string>> OpenAsync() => superuser.ColumnAsync<string>(Reachable);
}
