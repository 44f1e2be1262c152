using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

public sealed class ResendTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Resent_to_all_is_a_new_generation_that_goes_to_every_device_with_fresh_time()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await PassAsync(Minutes(10));

        Assert.Equal("ok", await ResendAsync(shift));

        var claim = await ClaimOneAsync();
        Assert.Equal((2, 1, Minutes(15)), (claim.Generation, claim.Attempt, claim.ExpiresIn));
        Assert.Single(claim.Tokens);
        await RecordAsync(claim, "accepted");
        Assert.Equal("sent: accepted #2", await StateAsync(shift));
    }

    [Fact]
    public async Task Resent_to_the_missing_leaves_out_who_ever_got_it()
    {
        var (shift, person) = await DueReminderAsync();
        var other = await Given.DeviceAsync(person);
        var claim = await ClaimOneAsync();
        await RecordAsync(claim, [.. claim.Tokens.Select(token => token == other ? "rejected" : "accepted")]);

        Assert.Equal("ok", await ResendAsync(shift, target: "missing"));
        var again = await ClaimOneAsync();
        Assert.Equal([other], again.Tokens);
        await RecordAsync(again, "accepted");

        Assert.Equal("nobody_missing", await ResendAsync(shift, target: "missing"));
    }

    [Fact]
    public async Task Foreign_mark_of_an_earlier_generation_does_not_stop_a_resend()
    {
        var (shift, person) = await DueReminderAsync();
        await App.ExecuteAsync("SELECT public.try_mark_notification_pushed($1)", $"shift-{shift}-{person}-start_15");
        await ClaimAsync();
        await PassAsync(Seconds(1));

        Assert.Equal("ok", await ResendAsync(shift));

        Assert.Equal(2, (await ClaimOneAsync()).Generation);
    }

    [Fact]
    public async Task Who_wants_no_reminders_gets_none_although_checked_in_is_allowed()
    {
        var (shift, person) = await DueReminderAsync();
        await Given.CheckInAsync(shift);
        await ClaimAsync();
        await Owner.ExecuteAsync("UPDATE public.profiles SET reminders_off = true WHERE id = $1", person);

        Assert.Equal("opted_out", await ResendAsync(shift, althoughCheckedIn: true));
    }

    [Fact]
    public async Task Checked_in_and_begun_need_their_own_word()
    {
        var (shift, _) = await DueReminderAsync();
        await Given.CheckInAsync(shift);
        await ClaimAsync();
        await PassAsync(Minutes(20));

        Assert.Equal("checked_in", await ResendAsync(shift));
        Assert.Equal("begun", await ResendAsync(shift, althoughCheckedIn: true));
        Assert.Equal("checked_in", await ResendAsync(shift, althoughBegun: true));
        Assert.Equal("ok", await ResendAsync(shift, althoughCheckedIn: true, althoughBegun: true));

        Assert.Single(await ClaimAsync());
    }

    [Fact]
    public async Task Word_of_an_earlier_resend_does_not_count_for_the_next()
    {
        var (shift, _) = await DueReminderAsync();
        await Given.CheckInAsync(shift);
        await ClaimAsync();
        Assert.Equal("ok", await ResendAsync(shift, althoughCheckedIn: true));
        await RecordAsync(await ClaimOneAsync(), "accepted");

        Assert.Equal("checked_in", await ResendAsync(shift));

        Assert.Equal("sent: accepted #2", await StateAsync(shift));
    }

    [Fact]
    public async Task Check_in_counts_though_the_shift_has_moved_since_the_last_tick()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await Given.CheckInAsync(shift);
        await MoveAsync(shift, Minutes(5));

        Assert.Equal("checked_in", await ResendAsync(shift));
    }

    [Theory]
    [InlineData("UPDATE public.duty_schedules SET status = 'cancelled'", "shift_inactive")]
    [InlineData("DELETE FROM public.duty_schedules", "shift_gone")]
    [InlineData("DELETE FROM public.fcm_tokens", "no_device")]
    [InlineData("UPDATE public.profiles SET reminders_off = true", "opted_out")]
    [InlineData("INSERT INTO shift_reminders.pauses (started_at, started_by, why) VALUES (now(), 'amy', 'drill')", "paused")]
    public async Task Refused_resend_says_why_and_changes_nothing(string change, string refusal)
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await Owner.ExecuteAsync(change);

        Assert.Equal(refusal, await ResendAsync(shift));

        Assert.Equal("sent: accepted", await StateAsync(shift));
    }

    [Fact]
    public async Task Resend_leaves_a_moved_shift_its_reminder_at_the_new_time()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await MoveAsync(shift, TimeSpan.FromHours(6));
        await PassAsync(Minutes(60));

        Assert.Equal("moved The shift has moved: it is sent by itself at 2026-06-15 18:00:00.", await App.ScalarAsync<string>(
            "SELECT result || ' ' || sentence FROM shift_reminders.resend_reminders(ARRAY[$1], 'all', 'amy', 'asked')", await IdAsync(shift)));

        await PassAsync(TimeSpan.FromHours(5));
        await TickAsync();
        Assert.Equal(2, (await ClaimOneAsync()).Generation);
    }

    [Fact]
    public async Task Cancel_of_a_resend_taken_back_goes_on_as_the_resend_was_asked_for()
    {
        var person = await Given.PersonAsync();
        for (var device = 0; device < 2; device++) await Given.DeviceAsync(person);
        var shift = await Given.ShiftAsync(person, Minutes(15));
        await TickAsync();
        var claim = await ClaimOneAsync();
        await RecordAsync(claim, "accepted", "rejected");
        await PassAsync(Minutes(30));
        await Given.CheckInAsync(shift);
        Assert.Equal("ok", await ResendAsync(shift, "missing", althoughCheckedIn: true, althoughBegun: true));
        await App.ExecuteAsync("SELECT * FROM shift_reminders.cancel_reminders(ARRAY[$1], 'amy', 'oops')", await IdAsync(shift));
        await PassAsync(Minutes(1));
        await App.ExecuteAsync("SELECT * FROM shift_reminders.uncancel_reminders(ARRAY[$1], 'amy', 'oops')", await IdAsync(shift));

        Assert.Equal([claim.DeviceIds[1]], (await ClaimOneAsync()).DeviceIds);
    }

    [Fact]
    public async Task Waiting_sending_and_unknown_ones_are_refused_each_by_its_own_word()
    {
        var (shift, _) = await DueReminderAsync();
        Assert.Equal("already_pending", await ResendAsync(shift));
        await ClaimOneAsync();
        Assert.Equal("sending", await ResendAsync(shift));
        Assert.Equal("gone", await App.ScalarAsync<string>(
            "SELECT result FROM shift_reminders.resend_reminders('{-1}', 'all', 'amy', 'why')"));
    }

    [Fact]
    public async Task Preview_tells_what_the_act_does()
    {
        var (sent, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        var (pending, _) = await DueReminderAsync();
        long[] ids = [await IdAsync(sent), await IdAsync(pending)];
        const string Preview = "SELECT result || ' ' || sentence FROM shift_reminders.preview_resend($1, 'all', false, false) ORDER BY reminder_id";
        const string Act = "SELECT result || ' ' || sentence FROM shift_reminders.resend_reminders($1, 'all', 'amy', 'asked', false, false) ORDER BY reminder_id";

        var promised = await App.ColumnAsync<string>(Preview, ids);

        Assert.Equal(["ok Goes to 1 device.", "already_pending It is still waiting to be sent."], promised);
        Assert.Equal(promised, await App.ColumnAsync<string>(Act, ids));
    }

    [Fact]
    public async Task Act_and_audit_entry_are_one_transaction()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await using (var connection = await App.OpenConnectionAsync(Cancelled))
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            await using var act = new Npgsql.NpgsqlCommand(
                $"SELECT shift_reminders.resend_reminders(ARRAY[{await IdAsync(shift)}], 'all', 'zoe', 'then not')", connection);
            await act.ExecuteNonQueryAsync(Cancelled);
            await transaction.RollbackAsync(Cancelled);
        }

        Assert.Equal("sent: accepted", await StateAsync(shift));
        Assert.Equal(0L, await App.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.audit WHERE actor = 'zoe'"));
    }

    private async Task<string?> ResendAsync(
        long shift, string target = "all", bool althoughCheckedIn = false, bool althoughBegun = false) =>
        await App.ScalarAsync<string>(
            "SELECT result FROM shift_reminders.resend_reminders(ARRAY[$1::bigint], $2, 'amy', 'asked', $3, $4)",
            await IdAsync(shift), target, althoughCheckedIn, althoughBegun);
}
