using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>The shift changes under a reminder that is waiting, on its way, or done.</summary>
public sealed class MovedShiftTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Moved_before_sending_waits_for_its_new_time()
    {
        var (shift, _) = await DueReminderAsync();
        await MoveAsync(shift, Minutes(30));

        Assert.Empty(await ClaimAsync());

        Assert.Equal("pending #2", await StateAsync(shift));
        Assert.Equal(Noon + Minutes(30), await TimeAsync(shift, "scheduled_for"));
        Assert.Equal(["cancelled superseded"], await App.ColumnAsync<string>("SELECT state || ' ' || reason FROM shift_reminders.generations"));
        await PassAsync(Minutes(30));
        Assert.Equal(2, (await ClaimOneAsync()).Generation);
    }

    [Fact]
    public async Task Moved_after_sending_is_reminded_of_again_at_the_new_time()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await MoveAsync(shift, Minutes(30));
        await TickAsync();
        Assert.Equal("sent: accepted", await StateAsync(shift));

        await PassAsync(Minutes(29));
        Assert.Equal(1, await TickAsync());
        await PassAsync(Minutes(1));

        var again = await ClaimOneAsync();
        Assert.Equal((2, 1), (again.Generation, again.Attempt));
        await RecordAsync(again, "accepted");
        Assert.Equal("sent: accepted #2", await StateAsync(shift));
        Assert.Equal(2L, await App.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.attempts WHERE outcome = 'accepted'"));
    }

    [Fact]
    public async Task Moved_to_a_time_that_is_over_expires_and_is_not_sent()
    {
        var (shift, _) = await DueReminderAsync();
        await MoveAsync(shift, -Minutes(60));

        Assert.Empty(await ClaimAsync());
        Assert.Equal("expired: moved_too_late #2", await StateAsync(shift));
    }

    [Theory]
    [InlineData("accepted", "sent accepted")]
    [InlineData("transient", "cancelled superseded")]
    [InlineData("rejected", "failed rejected")]
    public async Task Moved_while_sending_ends_the_old_generation_and_begins_the_next(string outcome, string ended)
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await MoveAsync(shift, Minutes(1));
        await TickAsync();
        Assert.Equal("sending", await StateAsync(shift));

        await RecordAsync(claim, outcome);

        Assert.Equal("pending #2", await StateAsync(shift));
        Assert.Equal(Noon + Minutes(1), await TimeAsync(shift, "scheduled_for"));
        Assert.Equal([ended], await App.ColumnAsync<string>("SELECT state || ' ' || reason FROM shift_reminders.generations"));
    }

    [Theory]
    [InlineData("accepted", "sent: accepted")]
    [InlineData("transient", "pending: retry")]
    public async Task Moved_and_moved_back_while_sending_is_as_if_nothing_had_happened(string outcome, string expected)
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await MoveAsync(shift, Minutes(1));
        await TickAsync();
        await MoveAsync(shift, -Minutes(1));

        await RecordAsync(claim, outcome);

        Assert.Equal(expected, await StateAsync(shift));
        Assert.Equal(0, await TickAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task Moved_back_to_a_time_that_a_device_was_told_is_not_sent_again(int minutesLater)
    {
        var (shift, person) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        var acceptedAt = await TimeAsync(shift, "accepted_at");
        await MoveAsync(shift, Minutes(1));
        await TickAsync();
        Assert.Equal("pending #2", await StateAsync(shift));
        await MoveAsync(shift, -Minutes(1));
        await PassAsync(Minutes(minutesLater) - Minutes(minutesLater > 0 ? 8 : 0));

        await TickAsync();

        Assert.Empty(await ClaimAsync());
        Assert.Equal("sent: accepted #3", await StateAsync(shift));
        Assert.Equal(acceptedAt, await TimeAsync(shift, "accepted_at"));
        Assert.NotNull(await MarkAsync(shift, person));
    }

    [Theory]
    [InlineData("accepted")]
    [InlineData("unknown")]
    public async Task Moved_back_after_a_device_may_have_been_told_of_another_time_is_sent_again(string second)
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await MoveAsync(shift, Minutes(1));
        await TickAsync();
        await PassAsync(Minutes(1));
        await RecordAsync(await ClaimOneAsync(), second);
        await MoveAsync(shift, -Minutes(1));

        await TickAsync();

        Assert.Equal(3, (await ClaimOneAsync()).Generation);
    }

    [Fact]
    public async Task Moved_twice_while_sending_is_reminded_of_at_the_last_time()
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await MoveAsync(shift, Minutes(1));
        await TickAsync();
        await MoveAsync(shift, Minutes(20));

        await RecordAsync(claim, "accepted");

        Assert.Equal("pending #2", await StateAsync(shift));
        Assert.Equal(Noon + Minutes(21), await TimeAsync(shift, "scheduled_for"));
    }

    [Fact]
    public async Task Moved_while_sending_and_the_processor_dies_is_reminded_of_at_the_new_time()
    {
        var (shift, _) = await DueReminderAsync();
        await ClaimOneAsync();
        await MoveAsync(shift, Minutes(10));
        await PassAsync(Lease);
        await TickAsync();

        Assert.Empty(await ClaimAsync());
        Assert.Equal("pending #2", await StateAsync(shift));
        Assert.Equal(Noon + Minutes(10), await TimeAsync(shift, "scheduled_for"));
    }

    [Theory]
    [InlineData("UPDATE public.duty_schedules SET status = 'cancelled'", "cancelled: shift_inactive")]
    [InlineData("DELETE FROM public.duty_schedules", "cancelled: shift_gone")]
    [InlineData("UPDATE public.duty_schedules SET assigned_user_id = gen_random_uuid()", "cancelled: reassigned")]
    [InlineData("UPDATE public.profiles SET reminders_off = true", "skipped: opted_out")]
    public async Task What_must_not_be_sent_any_more_ends_with_its_reason(string change, string expected)
    {
        var (shift, person) = await DueReminderAsync();
        await Owner.ExecuteAsync(change);

        Assert.Empty(await ClaimAsync());

        Assert.Equal(expected, await StateAsync(shift, person: person));
        Assert.Null(await MarkAsync(shift, person));
    }

    [Fact]
    public async Task Reassigned_and_back_reminds_whoever_has_it_last()
    {
        var (shift, first) = await DueReminderAsync();
        var second = await Given.ReachablePersonAsync();
        await AssignAsync(shift, second);
        await TickAsync();
        var claim = await ClaimOneAsync();
        Assert.Equal(second, claim.UserId);
        await RecordAsync(claim, "accepted");

        await AssignAsync(shift, first);
        await TickAsync();

        Assert.Equal(first, (await ClaimOneAsync()).UserId);
        Assert.Equal("sent: accepted", await StateAsync(shift, person: second));
    }

    [Fact]
    public async Task Cancelled_and_reactivated_is_reminded_of_while_it_is_useful()
    {
        var (shift, _) = await DueReminderAsync();
        await Owner.ExecuteAsync("UPDATE public.duty_schedules SET status = 'cancelled'");
        await ClaimAsync();
        await Owner.ExecuteAsync("UPDATE public.duty_schedules SET status = 'scheduled'");

        await PassAsync(Minutes(14));
        await TickAsync();

        Assert.Equal(2, (await ClaimOneAsync()).Generation);
        Assert.Equal("sending #2", await StateAsync(shift));
    }

    [Fact]
    public async Task Cancelled_and_reactivated_too_late_stays_cancelled()
    {
        var (shift, _) = await DueReminderAsync();
        await Owner.ExecuteAsync("UPDATE public.duty_schedules SET status = 'cancelled'");
        await ClaimAsync();
        await Owner.ExecuteAsync("UPDATE public.duty_schedules SET status = 'scheduled'");

        await PassAsync(Minutes(15));
        await TickAsync();

        Assert.Equal("cancelled: shift_inactive", await StateAsync(shift));
    }

    private Task<int> AssignAsync(long shift, Guid person) => Owner.ExecuteAsync(
        "UPDATE public.duty_schedules SET assigned_user_id = $2 WHERE id = $1", shift, person);
}
