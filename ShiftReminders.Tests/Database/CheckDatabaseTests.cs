using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What the database says of itself to the verb <c>check</c>.</summary>
public sealed class CheckDatabaseTests(TestDatabase database) : QueueTest(database)
{
    private const string OldestDue = "SELECT oldest_due_seconds FROM shift_reminders.queue_metrics()";

    private const string Tick = "SELECT ok::text || ' ' || finding FROM shift_reminders.check_database() WHERE subject LIKE 'last tick%'";

    [Fact]
    public async Task Enqueue_that_never_ran_or_not_lately_is_a_finding()
    {
        Assert.Equal("false never", await App.ScalarAsync<string>(Tick));

        await TickAsync();
        Assert.Equal("true 0 s ago", await App.ScalarAsync<string>(Tick));

        await PassAsync(Minutes(3));
        Assert.Equal("false 180 s ago", await App.ScalarAsync<string>(Tick));
    }

    [Fact]
    public async Task Tick_that_failed_is_no_tick_and_its_error_is_said()
    {
        await TickAsync();
        await PassAsync(Minutes(3));
        await TickAsync();
        await Owner.ExecuteAsync("UPDATE shift_reminders.heartbeats SET error = 'rule end: out of luck' WHERE id = (SELECT max(id) FROM shift_reminders.heartbeats)");

        Assert.Equal("false 180 s ago; the last one failed: rule end: out of luck", await App.ScalarAsync<string>(Tick));
        Assert.Equal(180d, await App.ScalarAsync<double>("SELECT seconds_since_tick FROM shift_reminders.queue_metrics()"));
    }

    [Fact]
    public async Task Reminder_of_a_shift_that_was_entered_late_waits_from_when_it_was_queued()
    {
        var person = await Given.ReachablePersonAsync();
        await Given.ShiftAsync(person, Minutes(10));
        await TickAsync();
        await PassAsync(Seconds(20));

        Assert.Equal(20d, await App.ScalarAsync<double>(OldestDue));
        Assert.Equal(Noon.UtcDateTime, await App.ScalarAsync<DateTime>("SELECT (shift_reminders.now_board(false)->'queue'->>'oldest_waiting_at')::timestamptz"));
    }

    [Fact]
    public async Task Reminder_that_came_due_in_a_pause_waits_from_its_end()
    {
        await DueReminderAsync();
        await App.ExecuteAsync("SELECT shift_reminders.pause_reminders('amy', 'fire drill')");
        await PassAsync(Minutes(5));
        await Owner.ExecuteAsync("UPDATE shift_reminders.pauses SET ended_at = shift_reminders.clock(), ended_by = 'amy'");
        await PassAsync(Seconds(20));

        Assert.Equal(20d, await App.ScalarAsync<double>(OldestDue));
    }

    [Fact]
    public async Task Reminder_that_waits_long_counts_beside_one_that_was_due_before_and_entered_late()
    {
        await DueReminderAsync();
        await PassAsync(Minutes(2));
        await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(5));
        await TickAsync();

        Assert.Equal(120d, await App.ScalarAsync<double>(OldestDue));
    }

    [Fact]
    public async Task Contract_view_that_cannot_be_read_is_named()
    {
        await Owner.ExecuteAsync("ALTER TABLE public.fcm_tokens RENAME COLUMN token TO secret");
        try
        {
            Assert.StartsWith("false devices: ", await FindingAsync("host contract"), StringComparison.Ordinal);
        }
        finally
        {
            await Owner.ExecuteAsync("ALTER TABLE public.fcm_tokens RENAME COLUMN secret TO token");
        }
        Assert.Equal("true 4 of 4 contract views can be read", await FindingAsync("host contract"));
    }

    [Fact]
    public async Task Reminder_that_waits_while_no_processor_lives_is_a_finding()
    {
        Assert.Equal("true none alive, and nothing is due", await FindingAsync("processors"));
        await DueReminderAsync();
        Assert.Equal("false none alive, and reminders are due: 1", await FindingAsync("processors"));

        await App.ExecuteAsync("SELECT shift_reminders.processor_beat('one', 'host', '1', 'Test')");

        Assert.Equal("true 1 alive", await FindingAsync("processors"));
    }

    [Fact]
    public async Task Every_finding_is_a_yes_or_a_no_with_a_remedy() => Assert.Empty(await App.ColumnAsync<string>(
        "SELECT subject FROM shift_reminders.check_database() WHERE ok IS NULL OR finding IS NULL OR remedy IS NULL"));

    private Task<string?> FindingAsync(string subject) => App.ScalarAsync<string>(
        "SELECT ok::text || ' ' || finding FROM shift_reminders.check_database() WHERE subject = $1", subject);
}
