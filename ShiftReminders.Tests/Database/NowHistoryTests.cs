using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What the page Now counts of the last 24 hours and of the next.</summary>
public sealed class NowHistoryTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Reminders_of_a_new_rule_that_were_due_before_it_are_neither_unaccounted_for_nor_late()
    {
        await ShiftsAsync(3, Minutes(65));
        await TickAsync();
        await PassAsync(Minutes(50));
        await TickAsync();
        await RecordAllAsync();
        await PassAsync(Minutes(10));
        await TickAsync();
        await Owner.ExecuteAsync(
            """
            INSERT INTO shift_reminders.rules (notify_type, title, anchor, lead, grace, skip_type, watched_since)
            VALUES ('start_10', 'Ten minutes before', 'start', interval '10 minutes', interval '30 minutes', 'check_in', shift_reminders.clock());
            INSERT INTO shift_reminders.rule_texts VALUES ('start_10', 'en', 'Soon', 'Soon');
            """);
        Assert.Equal(0L, await UnaccountedAsync());

        await PassAsync(Seconds(30));
        await TickAsync();
        await RecordAllAsync();

        Assert.Equal((0L, 3L), (await UnaccountedAsync(), await LongAsync("lateness", "measured")));
        Assert.Equal(6L, await LongAsync("counts", "sent"));
    }

    [Fact]
    public async Task Reminder_that_was_late_by_our_fault_is_late_and_one_sent_anew_is_not_counted()
    {
        await TickAsync();
        await ShiftsAsync(1, Minutes(20));
        await PassAsync(Minutes(10));
        await TickAsync();
        await RecordAllAsync();
        Assert.Equal((1L, 0L), (await LongAsync("lateness", "measured"), await LongAsync("lateness", "on_time")));

        await Owner.ExecuteAsync("UPDATE public.scheduled_notifications SET resent_by = 'anna'");

        Assert.Equal(0L, await LongAsync("lateness", "measured"));
    }

    [Fact]
    public async Task Reminder_that_is_gone_is_unaccounted_for_once_it_is_of_no_use_any_more()
    {
        await ShiftsAsync(2, Minutes(15));
        await TickAsync();
        await RecordAllAsync();
        await Owner.ExecuteAsync("DELETE FROM public.scheduled_notifications WHERE id = (SELECT min(id) FROM public.scheduled_notifications)");
        await PassAsync(Minutes(14.9));
        Assert.Equal(0L, await UnaccountedAsync());

        await PassAsync(Seconds(6));

        Assert.Equal(1L, await UnaccountedAsync());
        Assert.Equal(1L, await App.ScalarAsync<long>(
            "SELECT count(*) FROM shift_reminders.shift_board('2026-06-15 00:00+00', '2026-06-16 00:00+00') WHERE standing = 'missing' AND expires_at <= shift_reminders.clock()"));
    }

    [Fact]
    public async Task Who_was_not_reminded_is_counted_with_the_whole_and_since_when()
    {
        await ShiftsAsync(3, Minutes(15));
        var phoneless = await Given.PersonAsync();
        await Given.ShiftAsync(phoneless, Minutes(15));
        await TickAsync();
        await RecordAllAsync();
        await PassAsync(Minutes(70));

        Assert.Equal((1L, 1L, 4L), (await LongAsync("lost", "reminders"), await LongAsync("lost", "people"), await LongAsync("lost", "ended")));
        Assert.Equal((0L, 0L), (await LongAsync("lost", "lately"), await LongAsync("lost", "ended_lately")));
        Assert.Equal(Noon.UtcDateTime, await App.ScalarAsync<DateTime>("SELECT (shift_reminders.now_board(true)->'history'->'lost'->>'first_at')::timestamptz"));
    }

    [Fact]
    public async Task Pause_costs_what_is_of_no_use_any_more_when_it_ends()
    {
        await ShiftsAsync(1, Minutes(15));
        await ShiftsAsync(2, Minutes(25));
        await TickAsync();

        Assert.Equal([0L, 1L, 3L], await App.ColumnAsync<long>(
            "SELECT reminders FROM shift_reminders.lost_by_pause(ARRAY['14 minutes', '15 minutes', '25 minutes']::interval[]) ORDER BY length"));
    }

    [Fact]
    public async Task Reminders_of_the_next_hour_are_listed_one_by_one()
    {
        await ShiftsAsync(1, Minutes(40));
        await Given.ShiftAsync(await Given.PersonAsync("Nobody's Phone"), Minutes(45), label: "Ward 3");
        await ShiftsAsync(1, Minutes(80));

        Assert.Equal(["Alex Example/start_15/true", "Nobody's Phone/start_15/false"], await App.ColumnAsync<string>(
            "SELECT concat_ws('/', display_name, notify_type, reachable::text) FROM shift_reminders.due_list(interval '1 hour', 10)"));
        Assert.Single(await App.ColumnAsync<string>("SELECT title FROM shift_reminders.due_list(interval '1 hour', 1)"));
    }

    private async Task ShiftsAsync(int people, TimeSpan startsIn)
    {
        for (var person = 0; person < people; person++) await Given.ShiftAsync(await Given.ReachablePersonAsync(), startsIn);
    }

    private async Task RecordAllAsync() => await Queue.RecordAsync("one", Channel, [.. (await ClaimAsync()).Select(claim => Results.Of(claim, "accepted"))], Cancelled);

    private async Task<long> UnaccountedAsync() => await App.ScalarAsync<long>("SELECT (shift_reminders.now_board(true)->'history'->'unaccounted'->0->>'reminders')::bigint");

    private async Task<long> LongAsync(string part, string number) =>
        await App.ScalarAsync<long>("SELECT coalesce((shift_reminders.now_board(true)->'history'->$1->>$2)::bigint, 0)", part, number);
}
