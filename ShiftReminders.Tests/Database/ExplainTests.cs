using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>One sentence for any shift, person and rule, also where no reminder ever came to be.</summary>
public sealed class ExplainTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Reminder_tells_its_story_from_expected_to_sent()
    {
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(20), timeZone: "Europe/Berlin");
        Assert.Equal("expected: Will be queued shortly before it is due and sent at 2026-06-15 14:05:00 Europe/Berlin.", await ExplainAsync(shift, person));

        await PassAsync(Minutes(4));
        await TickAsync();
        Assert.Equal("pending: Will be sent at 2026-06-15 14:05:00 Europe/Berlin.", await ExplainAsync(shift, person));

        await PassAsync(Minutes(2));
        Assert.Equal("pending: Due since 2026-06-15 14:05:00 Europe/Berlin and waiting for a processor.", await ExplainAsync(shift, person));

        var claim = await ClaimOneAsync();
        Assert.Equal("sending: Being sent by one since 2026-06-15 14:06:00 Europe/Berlin.", await ExplainAsync(shift, person));

        await RecordAsync(claim, "accepted");
        Assert.Equal(
            "sent: Accepted for every device. At 2026-06-15 14:06:00 Europe/Berlin, 60.0 s after it was due.", await ExplainAsync(shift, person));
    }

    [Fact]
    public async Task Failure_carries_its_cause()
    {
        var (shift, person) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "rejected");

        Assert.Equal("failed: The channel rejected the message itself. The test says rejected.", await ExplainAsync(shift, person));
    }

    [Theory]
    [InlineData("UPDATE public.duty_schedules SET status = 'cancelled'", "shift_inactive: The shift is cancelled or inactive.")]
    [InlineData("INSERT INTO public.attendance_logs (schedule_id, type) SELECT id, 'check_in' FROM public.duty_schedules", "checked_in: The person had already checked in.")]
    [InlineData("UPDATE shift_reminders.rules SET enabled = false", "rule_disabled: The rule is switched off.")]
    [InlineData("UPDATE public.duty_schedules SET end_at = start_at - interval '1 hour'", "bad_times: The shift has no usable times")]
    [InlineData("UPDATE public.duty_schedules SET assigned_user_id = NULL", "unknown: Shift {0} is not assigned to this person.")]
    [InlineData("DELETE FROM public.duty_schedules", "unknown: There is no shift {0}, and no reminder of it.")]
    [InlineData("DELETE FROM shift_reminders.rules", "unknown: There is no rule \"start_15\".")]
    public async Task Reminder_that_never_came_to_be_says_why(string change, string expected)
    {
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(10));
        await Owner.ExecuteAsync(change);
        await TickAsync();

        Assert.StartsWith(string.Format(null, expected, shift), await ExplainAsync(shift, person), StringComparison.Ordinal);
        Assert.Null(await StateAsync(shift));
    }

    [Theory]
    [InlineData("UPDATE public.duty_schedules SET status = 'cancelled'", "pending: Not to be sent as things are: The shift is cancelled or inactive.")]
    [InlineData("DELETE FROM public.duty_schedules", "pending: Not to be sent as things are: The shift no longer exists.")]
    [InlineData("UPDATE public.duty_schedules SET start_at = start_at + interval '7 days', end_at = end_at + interval '7 days'",
        "expected: The shift has moved: it will be sent at 2026-06-29 12:00:00.")]
    [InlineData("DELETE FROM public.fcm_tokens", "pending: Will be sent at 2026-06-22 12:00:00, if the person has a device by then: none is registered.")]
    public async Task Reminder_that_waits_for_next_week_promises_only_what_is_still_true(string change, string expected)
    {
        var (shift, person) = await DueReminderAsync();
        await MoveAsync(shift, TimeSpan.FromDays(7));
        Assert.Empty(await ClaimAsync());
        await Owner.ExecuteAsync(change);
        await PassAsync(TimeSpan.FromDays(1));
        await TickAsync();

        Assert.Equal(expected, await ExplainAsync(shift, person));
    }

    [Fact]
    public async Task Sent_reminder_does_not_stand_for_the_one_at_the_new_time()
    {
        var (shift, person) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await MoveAsync(shift, TimeSpan.FromHours(6));

        Assert.Equal("expected: The shift has moved: it will be sent at 2026-06-15 18:00:00.", await ExplainAsync(shift, person));
        await MoveAsync(shift, -TimeSpan.FromHours(6) - Minutes(30));
        Assert.StartsWith("sent: Accepted for every device.", await ExplainAsync(shift, person), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_a_channel_that_is_down_says_so()
    {
        var (shift, person) = await DueReminderAsync();
        await App.ExecuteAsync("SELECT shift_reminders.channel_probed($1, false, '401')", Channel);

        Assert.Equal(
            "pending: Due since 2026-06-15 12:00:00 and waiting for the channel, which is down since 2026-06-15 12:00:00.",
            await ExplainAsync(shift, person));
    }

    [Fact]
    public async Task Shift_that_no_tick_saw_in_time_says_so()
    {
        await TickAsync();
        await PassAsync(Minutes(1));
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(10));
        Assert.Equal(
            "missing: It is due but not queued yet; the enqueue last ran at 2026-06-15 12:00:00.", await ExplainAsync(shift, person));

        await PassAsync(Minutes(59));
        var late = await Given.ShiftAsync(person, -Minutes(10));
        Assert.StartsWith(
            "missing: It was never queued: no tick of the enqueue succeeded between 2026-06-15 12:35:00 and 2026-06-15 12:50:00,",
            await ExplainAsync(late, person),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shift_of_the_time_before_the_first_tick_is_not_called_missing()
    {
        await TickAsync();
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, -Minutes(60));

        Assert.StartsWith("not_watched: It was due before", await ExplainAsync(shift, person), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_through_a_pause_names_who_paused()
    {
        var (shift, person) = await DueReminderAsync();
        await App.ExecuteAsync("SELECT shift_reminders.pause_reminders('amy', 'fire drill')");

        Assert.Equal("pending: Waiting: reminders are paused by amy (fire drill).", await ExplainAsync(shift, person));
    }

    [Fact]
    public async Task Reminder_that_comes_due_in_a_pause_waits_for_its_end_and_is_not_missing()
    {
        await TickAsync();
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(20));
        await App.ExecuteAsync("SELECT shift_reminders.pause_reminders('amy', 'fire drill')");
        await PassAsync(Minutes(10));
        await TickAsync();
        Assert.Equal(
            "expected: Due since 2026-06-15 12:05:00 and waiting: reminders are paused by amy (fire drill).", await ExplainAsync(shift, person));

        await PassAsync(Minutes(10));
        await TickAsync();
        Assert.Equal("expired: Reminders were paused until it was too late.", await ExplainAsync(shift, person));
    }

    [Fact]
    public async Task Every_final_state_has_a_sentence_that_ends_as_one() => Assert.Empty(await Owner.ColumnAsync<string>(
        "SELECT reason FROM shift_reminders.reasons WHERE sentence !~ '^[A-Z].*[.]$'"));

    [Fact]
    public async Task Evidence_holds_what_happened_and_no_token()
    {
        var (shift, person) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "unknown");

        var evidence = await App.ScalarAsync<string>(
            "SELECT evidence::text FROM shift_reminders.explain($1, $2, 'start_15')", shift, person);

        foreach (var part in new[] { "\"attempts\"", "\"devices\"", "\"rule\"", "\"mark\"", "\"last_tick\"", "\"person\"" })
            Assert.Contains(part, evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("token", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Board_shows_each_shift_and_rule_with_what_became_of_it()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");

        Assert.Equal(
            ["end expected 1", "start_15 sent 1"],
            await App.ColumnAsync<string>(
                """
                SELECT format('%s %s %s', notify_type, standing, devices)
                FROM shift_reminders.shift_board(shift_reminders.clock() - interval '1 day', shift_reminders.clock() + interval '1 day')
                WHERE schedule_id = $1 ORDER BY notify_type
                """,
                shift));
    }

    [Theory]
    [InlineData("infinity")]
    [InlineData("20260-06-15 20:00+00")]
    public async Task Board_shows_a_shift_whose_end_no_page_can_show(string end)
    {
        var (shift, _) = await DueReminderAsync();
        await Owner.ExecuteAsync($"UPDATE public.duty_schedules SET end_at = '{end}'");

        Assert.Equal([shift], await App.ColumnAsync<long>(
            "SELECT schedule_id FROM shift_reminders.shift_board('2026-06-15', '2026-06-16') WHERE notify_type = 'start_15' AND end_at IS NULL"));
    }

    private Task<string?> ExplainAsync(long shift, Guid person) => App.ScalarAsync<string>(
        "SELECT state || ': ' || sentence FROM shift_reminders.explain($1, $2, 'start_15')", shift, person);
}
