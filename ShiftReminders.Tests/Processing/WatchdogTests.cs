using Microsoft.Extensions.Time.Testing;
using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Processing;

/// <summary>The watchdog beside the real pg_cron, whose scheduler dies without a word.</summary>
public sealed class WatchdogTests(PrivateCluster cluster) : IClassFixture<PrivateCluster>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider time = new();
    private readonly DatabaseClock clock = new(cluster.OwnerDataSource);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await EndSchedulerAsync();
        await clock.FreezeAsync(time.GetUtcNow());
        await cluster.OwnerDataSource.ExecuteAsync("DELETE FROM shift_reminders.heartbeats");
        await TickAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Dead_scheduler_is_replaced_after_two_minutes_and_then_every_minute()
    {
        await using var rig = new ProcessorRig(cluster.AppDataSource, clock: time);

        List<long> ticks = [];
        for (var seconds = 0; seconds <= 300; seconds += 30)
        {
            await rig.Watchdog.LookAsync(Ending);
            ticks.Add(await TicksAsync());
            await PassAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal([0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4], ticks);
    }

    [Fact]
    public async Task Check_says_that_the_scheduler_is_silent_although_the_watchdog_stands_in()
    {
        await using var rig = new ProcessorRig(cluster.AppDataSource, clock: time);
        Assert.DoesNotContain("last tick of pg_cron", await FaultsAsync());

        await PassAsync(TimeSpan.FromMinutes(4));
        await rig.Watchdog.LookAsync(Ending);

        Assert.Equal(["last tick of pg_cron"], await FaultsAsync());
    }

    [Fact]
    public async Task Scheduler_that_ticks_again_is_left_alone_again()
    {
        await using var rig = new ProcessorRig(cluster.AppDataSource, clock: time);
        await PassAsync(TimeSpan.FromMinutes(3));
        await rig.Watchdog.LookAsync(Ending);
        await PassAsync(TimeSpan.FromSeconds(30));
        await TickAsync();

        await PassAsync(TimeSpan.FromSeconds(90));
        await rig.Watchdog.LookAsync(Ending);
        Assert.Equal(1, await TicksAsync());

        await PassAsync(TimeSpan.FromSeconds(31));
        await rig.Watchdog.LookAsync(Ending);
        Assert.Equal(2, await TicksAsync());
    }

    [Fact]
    public async Task Replica_goes_on_where_the_one_that_stood_in_ended()
    {
        await PassAsync(TimeSpan.FromMinutes(3));
        await using (var first = new ProcessorRig(cluster.AppDataSource, clock: time)) await first.Watchdog.LookAsync(Ending);
        await using var second = new ProcessorRig(cluster.AppDataSource, clock: time);

        await PassAsync(TimeSpan.FromSeconds(50));
        await second.Watchdog.LookAsync(Ending);
        Assert.Equal(1, await TicksAsync());

        await PassAsync(TimeSpan.FromSeconds(10));
        await second.Watchdog.LookAsync(Ending);
        Assert.Equal(2, await TicksAsync());
    }

    [Fact]
    public async Task Ticks_that_fail_are_stood_in_for()
    {
        await using var rig = new ProcessorRig(cluster.AppDataSource, clock: time);
        await PassAsync(TimeSpan.FromMinutes(3));
        await TickAsync();
        await cluster.OwnerDataSource.ExecuteAsync(
            "UPDATE shift_reminders.heartbeats SET error = 'rule end: out of luck' WHERE id = (SELECT max(id) FROM shift_reminders.heartbeats)");

        await rig.Watchdog.LookAsync(Ending);

        Assert.Equal(1, await TicksAsync());
    }

    [Fact]
    public async Task Deleted_job_is_scheduled_again()
    {
        await using var rig = new ProcessorRig(cluster.AppDataSource, clock: time);
        await rig.Watchdog.LookAsync(Ending);
        await cluster.OwnerDataSource.ExecuteAsync("SELECT cron.unschedule('shift_reminders_every_min')");

        await PassAsync(TimeSpan.FromMinutes(3));
        await rig.Watchdog.LookAsync(Ending);

        Assert.Equal(1, await cluster.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM cron.job WHERE jobname = 'shift_reminders_every_min'"));
        Assert.Contains(rig.Log.Entries, entry => entry.Text == "Scheduler: scheduled");
    }

    /// <summary>Before pg_cron 1.6.1 it stays dead until the server restarts; a later one is ended once more whenever it comes back.</summary>
    private async Task EndSchedulerAsync()
    {
        await using var superuser = NpgsqlDataSource.Create(cluster.Server.SuperuserConnectionString(PostgresCluster.CronDatabase));
        await Eventually.TrueAsync("pg_cron's scheduler is dead", Patience, async () => await superuser.ScalarAsync<long>(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'pg_cron launcher'") == 0);
    }

    private async Task PassAsync(TimeSpan step)
    {
        time.Advance(step);
        await clock.AdvanceAsync(step);
    }

    private Task<int> TickAsync() => cluster.OwnerDataSource.ExecuteAsync("SELECT public.enqueue_due_shift_notifications('cron')");

    private Task<List<string>> FaultsAsync() =>
        cluster.AppDataSource.ColumnAsync<string>("SELECT subject FROM shift_reminders.check_database() WHERE NOT ok");

    private Task<long> TicksAsync() =>
        cluster.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.heartbeats WHERE source = 'watchdog'");
}
