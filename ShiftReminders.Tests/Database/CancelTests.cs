using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

public sealed class CancelTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Cancelled_by_an_admin_is_not_sent_and_is_audited()
    {
        var (shift, _) = await DueReminderAsync();

        Assert.Equal("ok", await CancelAsync(shift));

        Assert.Equal("cancelled: cancelled_by_admin", await StateAsync(shift));
        Assert.Empty(await ClaimAsync());
        Assert.Equal(
            $"amy cancel reminder {await IdAsync(shift)} wrong person",
            await App.ScalarAsync<string>("SELECT format('%s %s %s %s', actor, act, subject, why) FROM shift_reminders.audit ORDER BY id DESC LIMIT 1"));
    }

    [Fact]
    public async Task Admins_cancel_outlives_a_move_of_the_shift_until_it_is_taken_back()
    {
        var (shift, _) = await DueReminderAsync();
        await CancelAsync(shift);
        await MoveAsync(shift, Minutes(1));
        Assert.Equal(0, await TickAsync());
        Assert.Equal("cancelled: cancelled_by_admin", await StateAsync(shift));

        Assert.Equal("ok", await UncancelAsync(shift));

        Assert.Equal("pending #2", await StateAsync(shift));
        Assert.Equal(Noon + Minutes(1), await TimeAsync(shift, "scheduled_for"));
    }

    [Fact]
    public async Task Taken_back_too_late_is_not_sent_and_a_later_move_is_free_again()
    {
        var (shift, _) = await DueReminderAsync();
        await CancelAsync(shift);
        await PassAsync(Minutes(15));
        await UncancelAsync(shift);
        Assert.Empty(await ClaimAsync());
        Assert.Equal("expired: taken_back_too_late", await StateAsync(shift));

        await MoveAsync(shift, Minutes(30));
        await PassAsync(Minutes(15));
        Assert.Equal(1, await TickAsync());
    }

    [Theory]
    [InlineData("accepted", "sent: accepted")]
    [InlineData("transient", "cancelled: cancelled_by_admin")]
    [InlineData("unknown", "cancelled: cancelled_by_admin")]
    [InlineData("project_credentials", "cancelled: cancelled_by_admin")]
    [InlineData("rejected", "cancelled: cancelled_by_admin")]
    [InlineData("gone", "cancelled: cancelled_by_admin")]
    public async Task Cancelled_while_sending_is_decided_by_the_result(string outcome, string expected)
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        Assert.Equal("ok", await CancelAsync(shift));
        Assert.Equal("sending", await StateAsync(shift));

        await RecordAsync(claim, outcome);

        Assert.Equal(expected, await StateAsync(shift));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_while_sending_stays_so_when_the_claim_is_released_or_lost(bool released)
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await CancelAsync(shift);

        if (released)
            await Queue.ReleaseAsync([claim], Cancelled);
        await PassAsync(Lease);
        await TickAsync();

        Assert.Equal("cancelled: cancelled_by_admin", await StateAsync(shift));
    }

    [Fact]
    public async Task Cancelled_while_sending_is_not_overruled_by_a_move_meanwhile()
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await CancelAsync(shift);
        await MoveAsync(shift, Minutes(1));
        await TickAsync();

        await RecordAsync(claim, "transient");
        await TickAsync();

        Assert.Equal("cancelled: cancelled_by_admin", await StateAsync(shift));
    }

    [Fact]
    public async Task What_cannot_be_cancelled_says_why()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");

        Assert.Equal("already_sent", await CancelAsync(shift));
        Assert.Equal("not_cancelled", await UncancelAsync(shift));
        Assert.Equal("gone", await App.ScalarAsync<string>(
            "SELECT result FROM shift_reminders.cancel_reminders('{-1}', 'amy', 'why')"));
        Assert.Equal("sent: accepted", await StateAsync(shift));
    }

    [Fact]
    public async Task Cancelled_while_partly_accepted_stays_sent()
    {
        var (shift, person) = await DueReminderAsync();
        await Given.DeviceAsync(person);
        await RecordAsync(await ClaimOneAsync(), "accepted", "transient");

        Assert.Equal("ok", await CancelAsync(shift));

        Assert.Equal("sent: partial", await StateAsync(shift));
        Assert.Equal("delivered", await MarkAsync(shift, person));
    }

    private async Task<string?> CancelAsync(long shift) => await App.ScalarAsync<string>(
        "SELECT result FROM shift_reminders.cancel_reminders(ARRAY[$1::bigint], 'amy', 'wrong person')", await IdAsync(shift));

    private async Task<string?> UncancelAsync(long shift) => await App.ScalarAsync<string>(
        "SELECT result FROM shift_reminders.uncancel_reminders(ARRAY[$1::bigint], 'bob', 'right after all')", await IdAsync(shift));
}
