using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Ticks that were missed, that are in each other's way, or that meet what they cannot take.</summary>
public sealed class EnqueueFailureTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Ten_minutes_without_a_tick_lose_nothing_that_is_still_useful()
    {
        await TickAsync();
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(18));
        await PassAsync(Minutes(10));

        Assert.Equal(1, await TickAsync());

        Assert.Equal(shift, (await ClaimOneAsync()).ScheduleId);
    }

    [Fact]
    public async Task Reminder_that_came_and_went_while_no_tick_ran_is_entered_as_expired()
    {
        await TickAsync();
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(20));
        var attended = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(20));
        await Given.CheckInAsync(attended);
        await PassAsync(Minutes(60));

        await TickAsync();

        Assert.Equal("expired: enqueue_down", await StateAsync(shift));
        Assert.Null(await StateAsync(attended));
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task First_tick_ever_does_not_accuse_itself_of_the_past()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), -Minutes(60), lasting: Minutes(30));

        await TickAsync();

        Assert.Null(await StateAsync(shift));
        Assert.Null(await StateAsync(shift, "end"));
    }

    [Fact]
    public async Task One_row_that_the_database_refuses_does_not_stop_the_others_and_is_named()
    {
        var culprit = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        var others = new[]
        {
            await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15)),
            await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(16)),
        };
        await Owner.ExecuteAsync(
            $"ALTER TABLE public.scheduled_notifications ADD CONSTRAINT refuses CHECK (schedule_id <> {culprit}) NOT VALID");

        try
        {
            Assert.Equal(2, await TickAsync());
        }
        finally
        {
            await Owner.ExecuteAsync("ALTER TABLE public.scheduled_notifications DROP CONSTRAINT refuses");
        }

        foreach (var other in others)
            Assert.Equal("pending", await StateAsync(other));
        Assert.Contains(
            $"shift {culprit}, rule start_15",
            await App.ScalarAsync<string>("SELECT details::text FROM shift_reminders.heartbeats WHERE error IS NOT NULL"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tick_beside_a_running_one_says_busy_and_does_nothing()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        await using var running = await Owner.OpenConnectionAsync(Cancelled);
        await using (var holds = new NpgsqlCommand("SELECT pg_advisory_lock(7274963, 1)", running))
            await holds.ExecuteNonQueryAsync(Cancelled);

        Assert.Equal(-1, await TickAsync());
        await using (var frees = new NpgsqlCommand("SELECT pg_advisory_unlock(7274963, 1)", running))
            await frees.ExecuteNonQueryAsync(Cancelled);

        Assert.Null(await StateAsync(shift));
        Assert.True(await App.ScalarAsync<bool>("SELECT busy FROM shift_reminders.heartbeats"));
        Assert.Equal(1, await TickAsync());
    }

    [Fact]
    public async Task Ticks_at_the_same_moment_add_each_reminder_once()
    {
        for (var person = 0; person < 20; person++)
            await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));

        var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TickAsync()));

        Assert.Equal(20, added.Sum());
        Assert.Equal(20L, await Owner.ScalarAsync<long>("SELECT count(*) FROM public.scheduled_notifications"));
    }

    [Theory]
    [InlineData("start_at = start_at + interval '9 hours'")]
    [InlineData("start_at = NULL")]
    [InlineData("start_at = 'infinity'")]
    [InlineData("end_at = '-infinity'")]
    [InlineData("start_at = '4713-01-01 BC', end_at = '4713-01-02 BC'")]
    [InlineData("start_at = '294276-12-31', end_at = '294276-12-31'")]
    public async Task Shift_of_impossible_times_ends_its_reminder_with_a_reason_and_harms_no_other(string times)
    {
        var (shift, _) = await DueReminderAsync();
        var (other, _) = await DueReminderAsync();
        await Owner.ExecuteAsync($"UPDATE public.duty_schedules SET {times} WHERE id = $1", shift);

        await TickAsync();
        var claimed = await ClaimAsync();

        Assert.Equal([other], claimed.Select(claim => claim.ScheduleId));
        Assert.Equal("cancelled: bad_times", await StateAsync(shift));
        Assert.Null(await App.ScalarAsync<string>("SELECT error FROM shift_reminders.heartbeats WHERE error IS NOT NULL"));
    }

    [Fact]
    public async Task Corrected_times_remind_after_all()
    {
        var (shift, _) = await DueReminderAsync();
        await Owner.ExecuteAsync("UPDATE public.duty_schedules SET end_at = start_at - interval '1 hour' WHERE id = $1", shift);
        await ClaimAsync();

        await Owner.ExecuteAsync("UPDATE public.duty_schedules SET end_at = start_at + interval '1 hour' WHERE id = $1", shift);
        await TickAsync();

        Assert.Equal("pending #2", await StateAsync(shift));
    }
}
