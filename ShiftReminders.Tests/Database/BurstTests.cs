using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// Right after a burst the statistics know nothing of it. What a call reads must not grow with what is waiting: pages are
/// counted, as times differ from machine to machine.
/// </summary>
public sealed class BurstTests(TestDatabase database) : QueueTest(database)
{
    private const int Backlog = 20_000;

    [Fact]
    public async Task Claim_and_unchanged_tick_read_a_few_pages_however_long_the_backlog()
    {
        var person = await Given.ReachablePersonAsync();
        await Owner.ExecuteAsync(
            """
            INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at)
            SELECT $1, now + interval '15 minutes' - n * interval '10 milliseconds', now + interval '8 hours'
            FROM shift_reminders.clock() AS now, generate_series(1, $2) n
            """,
            person, Backlog);
        Assert.Equal(Backlog, await TickAsync());

        var claim = await PagesAsync("SELECT * FROM shift_reminders.claim_reminders('one', 'Test', 10, '90 seconds')");
        var tick = await PagesAsync("SELECT public.enqueue_due_shift_notifications()");

        Assert.InRange(claim, 1, 1_000);
        Assert.InRange(tick, 1, Backlog);
    }

    [Fact]
    public async Task Edited_rule_reads_each_waiting_reminder_a_few_times_where_the_statistics_say_that_there_is_none()
    {
        const int Waiting = 1_000;
        var person = await Given.ReachablePersonAsync();
        await DueReminderAsync();
        await Owner.ExecuteAsync("DELETE FROM public.scheduled_notifications; DELETE FROM public.duty_schedules");
        // Pages without rows: what a vacuum leaves of a queue that was emptied a moment ago.
        await Owner.ExecuteAsync("VACUUM (TRUNCATE off, ANALYZE) public.scheduled_notifications");
        await Owner.ExecuteAsync(
            "INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at) SELECT $1, $2, $2 + interval '8 hours' FROM generate_series(1, $3)",
            person, (Noon + Minutes(15)).UtcDateTime, Waiting);
        await TickAsync();
        await Owner.ExecuteAsync("UPDATE shift_reminders.rules SET lead = '14 minutes 30 seconds' WHERE notify_type = 'start_15'");

        var pages = await PagesOnceAsync("SELECT public.enqueue_due_shift_notifications()");

        Assert.Equal((long)Waiting, await Owner.ScalarAsync<long>(
            "SELECT count(*) FROM public.scheduled_notifications WHERE NOT processed AND scheduled_for = anchor_at - interval '14 minutes 30 seconds'"));
        Assert.InRange(pages, 1, 100 * Waiting);
    }
}
