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
}
