using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Why a reminder ended that no processor took: what was true when it expired, not what is true when it is looked at.</summary>
public sealed class ExpiryTests(TestDatabase database) : QueueTest(database)
{
    private static readonly TimeSpan UntilExpiry = Minutes(15);

    [Theory]
    [InlineData(14, "skipped: checked_in")]
    [InlineData(16, "expired: too_late")]
    public async Task Who_checked_in_while_it_was_useful_did_not_need_it(int minutes, string state)
    {
        var (shift, _) = await DueReminderAsync();
        await PassAsync(Minutes(minutes));
        await Given.CheckInAsync(shift);
        await PassAsync(Minutes(40));

        await TickAsync();

        Assert.Equal(state, await StateAsync(shift));
    }

    [Theory]
    [InlineData("UPDATE public.duty_schedules SET status = 'cancelled'", "cancelled: shift_inactive")]
    [InlineData("DELETE FROM public.duty_schedules", "cancelled: shift_gone")]
    [InlineData("UPDATE public.duty_schedules SET assigned_user_id = NULL", "cancelled: reassigned")]
    public async Task Shift_that_needs_no_reminder_is_not_a_failure_of_processors(string change, string state)
    {
        var (shift, _) = await DueReminderAsync();
        await Owner.ExecuteAsync(change);
        await PassAsync(UntilExpiry);

        await TickAsync();

        Assert.Equal(state, await StateAsync(shift));
    }

    [Theory]
    [InlineData(-60, "expired: moved_too_late #2")]
    [InlineData(300, "pending #2")]
    public async Task Shift_that_has_moved_has_its_reminder_at_the_new_time(int minutes, string state)
    {
        var (shift, _) = await DueReminderAsync();
        await MoveAsync(shift, Minutes(minutes));
        await PassAsync(UntilExpiry);

        await TickAsync();

        Assert.Equal(state, await StateAsync(shift));
    }

    [Theory]
    [InlineData(10, 16, "expired: channel_down")]
    [InlineData(10, 14, "expired: too_late")]
    [InlineData(16, 17, "expired: too_late")]
    public async Task Channel_is_blamed_only_where_it_was_down_at_the_expiry(int down, int up, string state)
    {
        var (shift, _) = await DueReminderAsync();
        await PassAsync(Minutes(down));
        await ProbedAsync(false);
        await PassAsync(Minutes(up - down));
        await ProbedAsync(true);
        await PassAsync(Minutes(20 - up));

        await TickAsync();

        Assert.Equal(state, await StateAsync(shift));
    }

    [Theory]
    [InlineData(14, "expired: too_late")]
    [InlineData(16, "expired: paused")]
    public async Task Pause_is_blamed_only_where_it_lasted_until_the_expiry(int minutes, string state)
    {
        var (shift, _) = await DueReminderAsync();
        await App.ExecuteAsync("SELECT shift_reminders.pause_reminders('amy', 'fire drill')");
        await PassAsync(Minutes(minutes));
        await Owner.ExecuteAsync("UPDATE shift_reminders.pauses SET ended_at = shift_reminders.clock(), ended_by = 'amy'");
        await PassAsync(Minutes(20 - minutes));

        await TickAsync();

        Assert.Equal(state, await StateAsync(shift));
    }

    [Fact]
    public async Task Claim_that_was_given_back_is_told_apart_from_none()
    {
        var (shift, _) = await DueReminderAsync();
        await Queue.ReleaseAsync(await ClaimAsync(), Cancelled);
        await PassAsync(UntilExpiry);

        await TickAsync();

        Assert.Equal("expired: not_handed_over", await StateAsync(shift));
    }

    private Task<int> ProbedAsync(bool well) => App.ExecuteAsync("SELECT shift_reminders.channel_probed($1, $2, 'refused')", Channel, well);
}
