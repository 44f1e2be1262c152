using ShiftReminders.Benchmarks.Claim;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Benchmarks.Purge;

/// <summary>A few reminders through the whole queue, as they come while a purge runs.</summary>
internal sealed class QueuePulse(BenchDatabase database)
{
    public const int Size = 500;

    private const string Channel = "Fcm:bench";

    private readonly ReminderQueue queue = new(database.App);

    // A tick compares all that is due about now with what is queued: each pulse is to find only its own.
    private const string ForgetEarlierPulses = """
        DELETE FROM public.scheduled_notifications WHERE scheduled_for > now() - interval '1 hour' AND processed;
        DELETE FROM public.duty_schedules WHERE start_at > now() - interval '1 hour'
        """;

    public async Task<PulseTimes> BeatAsync()
    {
        await database.Owner.ExecuteAsync(ForgetEarlierPulses);
        await database.Owner.ExecuteAsync("SELECT bench.add_shifts($1, clock_timestamp() - interval '1 minute', interval '0')", (long)Size);
        var tick = TimeProvider.System.GetTimestamp();
        await database.TickAsync();
        var claim = TimeProvider.System.GetTimestamp();
        var claimed = await queue.ClaimAsync("bench", Channel, Size, TimeSpan.FromSeconds(90), CancellationToken.None);
        var record = TimeProvider.System.GetTimestamp();
        if (claimed.Count != Size) throw new InvalidOperationException($"Only {claimed.Count} were claimed.");
        await queue.RecordAsync("bench", Channel, [.. claimed.Select(GrownTable.Accepted)], CancellationToken.None);
        return new PulseTimes(Between(tick, claim), Between(claim, record), Between(record, TimeProvider.System.GetTimestamp()));
    }

    private static double Between(long started, long ended) => TimeProvider.System.GetElapsedTime(started, ended).TotalMilliseconds;
}
