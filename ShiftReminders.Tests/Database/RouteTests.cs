using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// Both ways of getting our objects into the host's database, with the real Supabase CLI: our files pushed with the
/// host's own, and the app's <c>migrate</c> beside a host that goes on pushing.
/// </summary>
[Trait(Needs.Trait, Needs.Dump)]
public sealed class RouteTests : IAsyncLifetime
{
    private PostgresServer server = null!;
    private string database = null!;
    private NpgsqlDataSource owner = null!;
    private HostProject host = null!;

    private string OwnerConnectionString => server.Cluster.OwnerConnectionString(database);

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.GetAsync();
        database = await server.CreateEmptyAsync();
        owner = NpgsqlDataSource.Create(OwnerConnectionString);
        host = new HostProject(OwnerConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        host.Dispose();
        await owner.DisposeAsync();
        await server.DropAsync(database);
    }

    [Fact]
    public async Task Exported_files_are_pushed_with_the_hosts_own_and_a_second_time_nothing_happens()
    {
        host.AddOurs();
        await host.PushAsync();
        var first = await DumpAsync();
        await AssertShiftIsEnqueuedAsync();

        host.AddOurs();

        Assert.DoesNotContain("Applying", await host.PushAsync(), StringComparison.Ordinal);
        Assert.Equal(first, await DumpAsync());
    }

    [Fact]
    public async Task Files_that_migrate_exports_are_pushed_too()
    {
        await host.PushAsync();

        var export = await RunningApp.RunToEndAsync([], "migrate", "--export", host.Migrations);

        Assert.True(export.ExitCode == 0, export.Error);
        await host.PushAsync("--include-all");
        await AssertShiftIsEnqueuedAsync();
    }

    [Fact]
    public async Task Host_that_is_ahead_of_our_time_stamps_pushes_our_files_too()
    {
        host.Add("20991231000000_host_later.sql", "CREATE TABLE public.later (id int);");
        await host.PushAsync();
        host.AddOurs();

        await host.PushAsync("--include-all");

        await AssertShiftIsEnqueuedAsync();
    }

    [Fact]
    public async Task Host_goes_on_pushing_after_the_apps_migrate_and_changes_its_columns_freely()
    {
        await host.PushAsync();
        await MigrateAsync();
        await MigrateAsync();
        await AssertShiftIsEnqueuedAsync();

        host.Add("20991231000000_host_changes.sql", """
            ALTER TABLE public.duty_schedules ALTER COLUMN status TYPE varchar(40);
            ALTER TABLE public.duty_schedules ALTER COLUMN start_at TYPE timestamptz(3);
            ALTER TABLE public.duty_schedules DROP COLUMN label;
            ALTER TABLE public.duty_schedules DROP COLUMN time_zone;
            """);
        await host.PushAsync();

        await AssertShiftIsEnqueuedAsync();
    }

    [Fact]
    public async Task Migrate_takes_over_what_the_cli_pushed_and_the_cli_goes_on()
    {
        host.AddOurs();
        await host.PushAsync();
        var pushed = await DumpAsync();

        Assert.Empty((await MigrateAsync()).Applied);

        Assert.Equal(pushed, await DumpAsync());
        Assert.DoesNotContain("Applying", await host.PushAsync(), StringComparison.Ordinal);
        await AssertShiftIsEnqueuedAsync();
    }

    [Fact]
    public async Task Cli_takes_over_what_migrate_made_and_migrate_goes_on()
    {
        await host.PushAsync();
        await MigrateAsync();
        var migrated = await DumpAsync();

        host.AddOurs();
        await host.PushAsync();
        await host.PushAsync();

        Assert.Equal(migrated, await DumpAsync());
        Assert.Empty((await MigrateAsync()).Applied);
        await AssertShiftIsEnqueuedAsync();
    }

    [Fact]
    public async Task Database_whose_host_keeps_no_migrations_is_pushed_to_from_a_directory_of_our_own()
    {
        await MigratedDatabase.CreateHostTablesAsync(OwnerConnectionString);
        host.Remove("20250101000000_host_tables.sql");
        host.AddOurs();

        await host.PushAsync();

        await AssertShiftIsEnqueuedAsync();
    }

    private async Task AssertShiftIsEnqueuedAsync()
    {
        var person = await new Given(owner).ReachablePersonAsync();
        var shift = await owner.ScalarAsync<long>(
            """
            INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at)
            VALUES ($1, now() + interval '15 minutes', now() + interval '1 hour') RETURNING id
            """,
            person);

        await owner.ExecuteAsync("SELECT public.enqueue_due_shift_notifications()");

        Assert.Equal(["start_15"], await owner.ColumnAsync<string>(
            "SELECT notify_type FROM public.scheduled_notifications WHERE schedule_id = $1", shift));
    }

    private async Task<MigrationOutcome.Migrated> MigrateAsync() => Assert.IsType<MigrationOutcome.Migrated>(
        await new Migrator(owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken));

    private Task<string> DumpAsync() => SchemaDump.OfAsync(server.Cluster, OwnerConnectionString);
}
