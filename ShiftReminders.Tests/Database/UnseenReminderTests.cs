using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What came and went without being queued, and what was not to be queued, stays what it was then.</summary>
public sealed class UnseenReminderTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Second_reminder_of_a_moved_shift_that_no_tick_saw_expires_although_the_first_was_sent()
    {
        var (shift, _) = await SentAndMovedAsync(Minutes(165));
        await PassAsync(Minutes(120));
        await TickAsync();
        await PassAsync(Minutes(90));
        await TickAsync();

        Assert.Equal("expired: enqueue_down #2", await StateAsync(shift));
        Assert.Equal(["sent"], await Owner.ColumnAsync<string>("SELECT state FROM shift_reminders.generations"));
    }

    [Fact]
    public async Task Second_reminder_of_a_moved_shift_that_came_and_went_in_a_pause_says_paused()
    {
        var (shift, _) = await SentAndMovedAsync(Minutes(165));
        await PassAsync(Minutes(120));
        await TickAsync();
        await App.ExecuteAsync("SELECT shift_reminders.pause_reminders('amy', 'fire drill')");
        await PassAsync(Minutes(90));
        await App.ExecuteAsync("SELECT shift_reminders.resume_reminders('amy', 'over')");

        Assert.Equal("expired: paused #2", await StateAsync(shift));
    }

    [Theory]
    [InlineData(35, "expired: enqueue_down")]
    [InlineData(25, null)]
    public async Task Check_in_hides_a_missed_reminder_only_where_it_came_in_time(int minutes, string? state)
    {
        await TickAsync();
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(30));
        await PassAsync(Minutes(minutes));
        await Given.CheckInAsync(shift);
        await PassAsync(Minutes(50 - minutes));
        await TickAsync();

        Assert.Equal(state, await StateAsync(shift));
    }

    [Fact]
    public async Task Person_who_was_on_leave_then_is_still_told_apart_from_a_missing_reminder_once_back()
    {
        var person = await Given.ReachablePersonAsync();
        await SetRemindersOffAsync(true);
        var shift = await Given.ShiftAsync(person, Minutes(15));
        for (var minute = 0; minute < 20; minute++)
        {
            Assert.Equal(0, await TickAsync());
            await PassAsync(Minutes(1));
        }
        await SetRemindersOffAsync(false);
        await TickAsync();

        Assert.Equal("skipped: opted_out", await StateAsync(shift));
        Assert.Equal("skipped", await StandingAsync(shift));
    }

    [Fact]
    public async Task Person_who_is_back_from_leave_in_time_is_reminded()
    {
        var person = await Given.ReachablePersonAsync();
        await SetRemindersOffAsync(true);
        await Given.ShiftAsync(person, Minutes(15));
        await TickAsync();
        await SetRemindersOffAsync(false);
        await PassAsync(Minutes(1));
        await TickAsync();

        Assert.Equal(2, (await ClaimOneAsync()).Generation);
    }

    [Fact]
    public async Task New_rule_and_one_switched_on_again_miss_nothing_of_the_time_before()
    {
        await TickAsync();
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(90));
        await PassAsync(TimeSpan.FromHours(5));
        await SaveRuleAsync(null, true);
        Assert.Equal("not_watched", await StandingAsync(shift, "start_60"));

        await SaveRuleAsync(await ReadAtAsync(), false);
        var second = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(90));
        await PassAsync(TimeSpan.FromHours(5));
        await SaveRuleAsync(await ReadAtAsync(), true);

        Assert.Equal("not_watched", await StandingAsync(second, "start_60"));
        Assert.StartsWith("It was due before the rule was made or switched on, at 2026-06-15 22:00:00.", await App.ScalarAsync<string>(
            "SELECT sentence FROM shift_reminders.explain_shift($1) WHERE notify_type = 'start_60'", second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_due_before_the_first_tick_does_not_expire_after_an_outage()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), -Seconds(30));
        await TickAsync();
        await PassAsync(Minutes(5));
        await TickAsync();

        Assert.Null(await StateAsync(shift));
        Assert.Equal("not_watched", await StandingAsync(shift));
    }

    [Fact]
    public async Task Purged_reminder_is_not_entered_again_however_long_its_grace()
    {
        await Owner.ExecuteAsync(
            "UPDATE shift_reminders.settings SET value = '12 hours' WHERE key = 'keep_reminders'; UPDATE shift_reminders.rules SET grace = '24 hours'");
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await PassAsync(TimeSpan.FromHours(13));
        await App.ScalarAsync<int>("SELECT shift_reminders.purge(100)");
        await TickAsync();

        Assert.Null(await StateAsync(shift));
        Assert.Equal("purged", await StandingAsync(shift));
    }

    [Fact]
    public async Task Shift_entered_after_its_reminder_would_have_come_says_that_the_enqueue_ran()
    {
        await TickAsync();
        await PassAsync(Minutes(60));
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), -Minutes(45));

        Assert.StartsWith("It was never queued, although the enqueue ran", await App.ScalarAsync<string>(
            "SELECT sentence FROM shift_reminders.explain_shift($1) WHERE notify_type = 'start_15'", shift), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shift_entered_too_late_before_an_outage_is_not_blamed_on_the_outage()
    {
        await TickAsync();
        await PassAsync(Minutes(10));
        await TickAsync();
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(4));
        await PassAsync(Minutes(30));
        await TickAsync();

        Assert.Equal("expired: entered_too_late", await StateAsync(shift));
    }

    [Fact]
    public async Task Outage_that_follows_a_pause_is_not_called_a_pause()
    {
        await TickAsync();
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(25));
        await PassAsync(Minutes(9));
        await App.ExecuteAsync("SELECT shift_reminders.pause_reminders('amy', 'fire drill')");
        await PassAsync(Minutes(3));
        await Owner.ExecuteAsync("UPDATE shift_reminders.pauses SET ended_at = shift_reminders.clock(), ended_by = 'amy'");
        await PassAsync(Minutes(30));
        await TickAsync();

        Assert.Equal("expired: enqueue_down", await StateAsync(shift));
    }

    private async Task<(long Shift, Guid Person)> SentAndMovedAsync(TimeSpan by)
    {
        var reminder = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await MoveAsync(reminder.Shift, by);
        return reminder;
    }

    private Task<int> SetRemindersOffAsync(bool off) => Owner.ExecuteAsync("UPDATE public.profiles SET reminders_off = $1", off);

    private Task<string?> StandingAsync(long shift, string rule = "start_15") => App.ScalarAsync<string>(
        """
        SELECT standing FROM shift_reminders.shift_board(shift_reminders.clock() - interval '1 day', shift_reminders.clock() + interval '1 day')
        WHERE schedule_id = $1 AND notify_type = $2
        """,
        shift, rule);

    private Task<DateTime> ReadAtAsync() =>
        App.ScalarAsync<DateTime>("SELECT updated_at FROM shift_reminders.rules WHERE notify_type = 'start_60'");

    private async Task SaveRuleAsync(DateTime? readAt, bool enabled) => Assert.Equal("ok", await App.ScalarAsync<string>(
        """
        SELECT result FROM shift_reminders.save_rule('start_60', $1::timestamptz, 'An hour before', 'start', '1 hour', '15 min', 'check_in', 8, $2,
          '{"en": {"title": "t", "body": "b"}}', 'amy', 'asked for')
        """,
        readAt is { } at ? at : DBNull.Value, enabled));
}
