using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

public sealed class PauseTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Paused_queues_and_claims_nothing_and_resumed_sends_what_is_still_useful()
    {
        var (waiting, _) = await DueReminderAsync();
        await PauseAsync();
        var created = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));

        Assert.Equal(0, await TickAsync());
        Assert.Empty(await ClaimAsync());
        Assert.Null(await Queue.NextDueInAsync(Channel, Cancelled));
        await PassAsync(Minutes(5));
        await ResumeAsync();

        Assert.Equal(new[] { waiting, created }, (await ClaimAsync()).Select(claim => claim.ScheduleId).Order());
    }

    [Fact]
    public async Task What_outlives_its_usefulness_meanwhile_is_expired_by_the_pause()
    {
        var (waiting, _) = await DueReminderAsync();
        await PauseAsync();
        await PassAsync(Minutes(15));
        await TickAsync();

        Assert.Equal("expired: paused", await StateAsync(waiting));
    }

    [Fact]
    public async Task What_came_and_went_wholly_inside_a_pause_is_entered_as_expired()
    {
        await TickAsync();
        await PauseAsync();
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(30));
        for (var minute = 0; minute < 40; minute += 5)
        {
            await PassAsync(Minutes(5));
            await TickAsync();
        }

        Assert.Equal("expired: paused", await StateAsync(shift));
        await ResumeAsync();
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task Pause_ends_by_itself_when_it_said_so()
    {
        await App.ExecuteAsync(
            "SELECT shift_reminders.pause_reminders('amy', 'fire drill', shift_reminders.clock() + interval '5 minutes')");
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        await TickAsync();
        Assert.Null(await StateAsync(shift));

        await PassAsync(Minutes(5));
        await TickAsync();

        Assert.Equal(shift, (await ClaimOneAsync()).ScheduleId);
        Assert.Equal(["until"], await App.ColumnAsync<string>("SELECT ended_by FROM shift_reminders.pauses"));
    }

    [Fact]
    public async Task Result_of_what_was_on_its_way_when_the_pause_began_is_recorded()
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await PauseAsync();

        await RecordAsync(claim, "accepted");

        Assert.Equal("sent: accepted", await StateAsync(shift));
    }

    [Fact]
    public async Task Both_acts_are_audited_once_and_a_second_of_the_same_is_refused()
    {
        Assert.True(await PauseAsync());
        Assert.False(await PauseAsync());
        Assert.True(await ResumeAsync());
        Assert.False(await ResumeAsync());

        Assert.Equal(
            ["amy pause fire drill", "bob resume over"],
            await App.ColumnAsync<string>("SELECT format('%s %s %s', actor, act, why) FROM shift_reminders.audit ORDER BY id DESC LIMIT 2")
                is { } newest ? Enumerable.Reverse(newest) : []);
    }

    [Theory]
    [InlineData("SELECT shift_reminders.pause_reminders('amy', '')")]
    [InlineData("SELECT shift_reminders.pause_reminders(NULL, 'why')")]
    [InlineData("SELECT shift_reminders.pause_reminders('amy', 'why', shift_reminders.clock() - interval '1 minute')")]
    public async Task Pause_without_a_name_a_reason_or_a_future_is_refused(string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => App.ExecuteAsync(sql));

        Assert.Equal("SR002", refusal.SqlState);
        Assert.NotNull(refusal.Hint);
    }

    private Task<bool> PauseAsync() => App.ScalarAsync<bool>("SELECT shift_reminders.pause_reminders('amy', 'fire drill')");

    private Task<bool> ResumeAsync() => App.ScalarAsync<bool>("SELECT shift_reminders.resume_reminders('bob', 'over')");
}
