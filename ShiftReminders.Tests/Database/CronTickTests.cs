using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>The real pg_cron, which ticks at the full minute and cannot be hurried.</summary>
[Trait(Needs.Trait, Needs.Cron)]
public sealed class CronTickTests(PrivateCluster cluster) : IClassFixture<PrivateCluster>
{
    private static readonly TimeSpan TwoTicks = TimeSpan.FromMinutes(2.5);

    [Fact]
    public async Task Job_of_the_migration_fills_the_queue_by_itself_and_leaves_a_heartbeat()
    {
        var person = await cluster.Given.ReachablePersonAsync();
        var shift = await cluster.Given.ShiftAsync(person, startsIn: TimeSpan.FromMinutes(15));

        await Eventually.TrueAsync("pg_cron has queued the reminder", TwoTicks, async () =>
            await cluster.OwnerDataSource.ScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM public.scheduled_notifications WHERE schedule_id = $1 AND notify_type = 'start_15')",
                shift));

        Assert.True(await cluster.OwnerDataSource.ScalarAsync<bool>("""
            SELECT EXISTS (SELECT FROM shift_reminders.heartbeats WHERE source = 'cron' AND added = 1 AND error IS NULL)
            """));
        await Eventually.TrueAsync("pg_cron has recorded the run", TwoTicks, async () =>
            await cluster.OwnerDataSource.ScalarAsync<bool>("""
                SELECT EXISTS (
                    SELECT FROM cron.job_run_details JOIN cron.job USING (jobid)
                    WHERE jobname = 'shift_reminders_every_min' AND status = 'succeeded')
                """));
    }
}
