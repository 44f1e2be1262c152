using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Sequences that random ones, or a reading of the SQL with bad intentions, once found a fault with.</summary>
public sealed class RareSequenceTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Lost_claims_result_is_recorded_in_one_call_with_its_successors()
    {
        var (shift, _) = await DueReminderAsync();
        var lost = await ClaimOneAsync();
        await PassAsync(Lease);
        var successor = await ClaimOneAsync();

        var recorded = await Queue.RecordAsync(
            "one", Channel, [Results.Of(lost, "transient"), Results.Of(successor, "accepted")], Cancelled);

        Assert.Equal([true, false], recorded.Select(attempt => attempt.Fenced));
        Assert.Equal("sent: accepted", await StateAsync(shift));
        Assert.Equal(["transient", "accepted"], await OutcomesAsync());
    }

    [Fact]
    public async Task Result_of_a_released_claim_is_kept_beside_the_next_claims()
    {
        var (shift, _) = await DueReminderAsync();
        var released = await ClaimOneAsync();
        await Queue.ReleaseAsync([released], Cancelled);
        await RecordAsync(released, "transient");

        await RecordAsync(await ClaimOneAsync(), "accepted");

        Assert.Equal("sent: accepted", await StateAsync(shift));
        Assert.Equal(["transient", "accepted"], await OutcomesAsync());
    }

    [Fact]
    public async Task Cancel_while_sending_outlives_a_new_device_after_the_old_one_is_gone()
    {
        var (shift, person) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await CancelAsync(shift);
        await RecordAsync(claim, "gone");

        await Given.DeviceAsync(person);
        await TickAsync();

        Assert.Equal("cancelled: cancelled_by_admin", await StateAsync(shift));
    }

    [Fact]
    public async Task Cancel_taken_back_while_sending_is_tried_again()
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await CancelAsync(shift);

        Assert.Equal("ok", await TakeCancelBackAsync(shift));
        await RecordAsync(claim, "transient");

        Assert.Equal("pending: retry", await StateAsync(shift));
    }

    [Fact]
    public async Task Cancel_taken_back_after_a_check_in_says_so_and_rearms_when_that_is_withdrawn()
    {
        var (shift, _) = await DueReminderAsync();
        await CancelAsync(shift);
        await Given.CheckInAsync(shift);
        await TakeCancelBackAsync(shift);
        Assert.Equal("skipped: checked_in", await StateAsync(shift));

        await Owner.ExecuteAsync("DELETE FROM public.attendance_logs");
        await TickAsync();

        Assert.Equal("pending #2", await StateAsync(shift));
    }

    [Fact]
    public async Task Foreign_worker_that_was_told_already_pushed_does_not_end_a_retry()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "unknown");

        // The plan's worker: the mark is taken, so it pushes nothing and says processed all the same.
        await Owner.ExecuteAsync("UPDATE public.scheduled_notifications SET processed = true");

        Assert.Equal("pending: retry", await StateAsync(shift));
    }

    [Fact]
    public async Task Device_that_registers_again_while_it_is_being_called_gone_is_alive()
    {
        var (_, person) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await PassAsync(Seconds(1));
        await Owner.ExecuteAsync("UPDATE public.fcm_tokens SET updated_at = shift_reminders.clock()");
        await PassAsync(Seconds(1));

        await RecordAsync(claim, "gone");

        Assert.Equal(1, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.devices WHERE user_id = $1", person));
    }

    [Fact]
    public async Task Mark_stays_after_an_unknown_outcome_though_the_next_attempt_failed_for_certain()
    {
        var (shift, person) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "unknown");
        await PassAsync(Minutes(1));

        await RecordAsync(await ClaimOneAsync(), "rejected");

        Assert.Equal("failed: rejected", await StateAsync(shift));
        Assert.Equal("in_flight", await MarkAsync(shift, person));
    }

    private Task<List<string>> OutcomesAsync() =>
        Owner.ColumnAsync<string>("SELECT outcome FROM shift_reminders.attempts ORDER BY attempt");

    private async Task CancelAsync(long shift) => await App.ExecuteAsync(
        "SELECT * FROM shift_reminders.cancel_reminders(ARRAY[$1], 'somebody', 'not needed')", await IdAsync(shift));

    private async Task<string?> TakeCancelBackAsync(long shift) => await App.ScalarAsync<string>(
        "SELECT result FROM shift_reminders.uncancel_reminders(ARRAY[$1], 'somebody', 'needed after all')", await IdAsync(shift));

    [Theory]
    [InlineData("transient")]
    [InlineData("not_attempted")]
    [InlineData("project_credentials")]
    public async Task Retry_recorded_after_the_clock_was_set_back_still_waits_until_it_is_due(string outcome)
    {
        await DueReminderAsync();
        var claim = await ClaimOneAsync();

        await PassAsync(TimeSpan.FromHours(-1));
        await RecordAsync(claim, outcome);

        Assert.Equal(1, await Owner.ScalarAsync<long>(
            "SELECT count(*) FROM public.scheduled_notifications WHERE state = 'pending' AND next_attempt_at >= scheduled_for"));
    }
}
