using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

public sealed class AttendanceTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Check_in_between_queue_and_send_skips()
    {
        var (shift, person) = await DueReminderAsync();
        await Given.CheckInAsync(shift, person);

        Assert.Empty(await ClaimAsync());
        Assert.Equal("skipped: checked_in", await StateAsync(shift));
    }

    [Theory]
    [InlineData("CHECK_IN")]
    [InlineData("checkIn")]
    [InlineData("check-in")]
    [InlineData("Check in")]
    public async Task Check_in_counts_however_the_host_spells_it(string type)
    {
        var (shift, _) = await DueReminderAsync();
        await Owner.ExecuteAsync("INSERT INTO public.attendance_logs (schedule_id, type) VALUES ($1, $2)", shift, type);

        Assert.Empty(await ClaimAsync());
        Assert.Equal("skipped: checked_in", await StateAsync(shift));
    }

    [Fact]
    public async Task Withdrawn_check_in_reminds_after_all()
    {
        var (shift, _) = await DueReminderAsync();
        await Given.CheckInAsync(shift);
        await ClaimAsync();
        await Owner.ExecuteAsync("DELETE FROM public.attendance_logs");

        Assert.Equal(1, await TickAsync());

        Assert.Equal(2, (await ClaimOneAsync()).Generation);
    }

    [Fact]
    public async Task Check_in_while_it_is_being_sent_changes_nothing_that_was_accepted()
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await Given.CheckInAsync(shift);

        await RecordAsync(claim, "accepted");
        await TickAsync();

        Assert.Equal("sent: accepted", await StateAsync(shift));
    }

    [Fact]
    public async Task Checked_in_does_not_silence_the_reminder_of_the_end()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), -Minutes(60), lasting: Minutes(60));
        await Given.CheckInAsync(shift);
        await TickAsync();

        Assert.Equal("end", (await ClaimOneAsync()).NotifyType);
    }

    [Fact]
    public async Task Checked_out_before_the_end_is_not_told_of_it()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), -Minutes(59), lasting: Minutes(60));
        await TickAsync();
        await Given.CheckOutAsync(shift);
        await PassAsync(Minutes(1));

        Assert.Empty(await ClaimAsync());
        Assert.Equal("skipped: checked_out", await StateAsync(shift, "end"));
    }
}
