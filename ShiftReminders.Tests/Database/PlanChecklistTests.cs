using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>The plan's own checklist, step by step.</summary>
public sealed class PlanChecklistTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Shift_in_15_minutes_becomes_one_row_and_a_second_call_adds_none()
    {
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(15));

        Assert.Equal(1, await App.ScalarAsync<int>("SELECT enqueue_due_shift_notifications();"));
        Assert.Equal(0, await App.ScalarAsync<int>("SELECT enqueue_due_shift_notifications();"));

        Assert.Equal(
            [$"{shift} {person} start_15"],
            await Owner.ColumnAsync<string>("SELECT format('%s %s %s', schedule_id, user_id, notify_type) FROM scheduled_notifications"));
    }

    [Fact]
    public async Task Checked_in_first_becomes_no_row()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        await Given.CheckInAsync(shift);

        Assert.Equal(0, await TickAsync());
        Assert.Null(await StateAsync(shift));
    }

    [Fact]
    public async Task Delivered_reminder_has_a_mark_of_the_plans_name_and_went_once_to_each_device()
    {
        var (shift, person) = await DueReminderAsync();
        await Given.DeviceAsync(person, platform: "ios");

        var claim = await ClaimOneAsync();
        Assert.Equal(2, claim.Tokens.Length);
        Assert.Equal($"shift-{shift}-{person}-start_15", claim.NotificationId);
        await RecordAsync(claim, "accepted", "accepted");

        Assert.Equal("sent: accepted", await StateAsync(shift));
        Assert.Equal("delivered", await MarkAsync(shift, person));
        Assert.True(await ColumnAsync<bool>(shift, "processed"));
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task End_of_a_shift_is_told_at_the_end_and_not_before()
    {
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, -Minutes(59), lasting: Minutes(60));

        await TickAsync();
        Assert.Empty(await ClaimAsync());
        await PassAsync(Minutes(1));

        var claim = await ClaimOneAsync();
        Assert.Equal("end", claim.NotifyType);
        Assert.Equal(claim.EndAt, claim.ScheduledFor);
        Assert.Equal(shift, claim.ScheduleId);
    }
}
