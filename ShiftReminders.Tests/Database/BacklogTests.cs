using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What has piled up in front does not delay what is due now.</summary>
public sealed class BacklogTests(TestDatabase database) : QueueTest(database)
{
    private const int Expired = 100_000;

    [Fact]
    public async Task Fresh_reminder_is_claimed_by_the_first_call_past_100_000_expired_ones()
    {
        await PileUpAsync();
        var (shift, _) = await DueWithoutTickAsync();

        Assert.Equal([shift], (await ClaimAsync(batchSize: 10)).Select(claim => claim.ScheduleId));
        Assert.True(await CountAsync("state = 'pending'") > Expired - 1000);
    }

    [Fact]
    public async Task Pile_ends_as_expired_within_two_ticks()
    {
        await PileUpAsync();

        await TickAsync();
        await TickAsync();

        Assert.Equal(Expired, await CountAsync("state = 'expired' AND reason = 'too_late'"));
    }

    private Task<int> PileUpAsync() => Owner.ExecuteAsync(
        $"""
        INSERT INTO public.scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for, anchor_at, expires_at, next_attempt_at, armed_at)
        SELECT -n, md5(n::text)::uuid, 'start_15', t, t, t + interval '15 minutes', t, t
        FROM generate_series(1, {Expired}) n, LATERAL (SELECT shift_reminders.clock() - interval '1 day' + n * interval '0.5 seconds' AS t) x;
        ANALYZE public.scheduled_notifications;
        """);

    private async Task<(long Shift, Guid Person)> DueWithoutTickAsync()
    {
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(15));
        await Owner.ExecuteAsync(
            """
            INSERT INTO public.scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for)
            VALUES ($1, $2, 'start_15', shift_reminders.clock())
            """,
            shift, person);
        return (shift, person);
    }

    private Task<long> CountAsync(string condition) => Owner.ScalarAsync<long>(
        $"SELECT count(*) FROM public.scheduled_notifications WHERE {condition}");
}
