using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Web.Processing;

/// <summary>Keeps a processor from claiming more than it can send before the claims run out.</summary>
internal sealed class ClaimBudget(
    IPushSender sender, IOptions<ProcessorOptions> settings, SendRate rate, TimeProvider clock)
{
    private static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(250);

    private readonly int batchSize = settings.Value.BatchSize;
    private readonly TimeSpan usable = HandOverWindow.UsableOf(settings.Value.Lease, sender.RequestTimeout);

    // Even if every request took all its time, this many would get through.
    private readonly double leastPerSecond = settings.Value.Concurrency / sender.RequestTimeout.TotalSeconds;
    private double perSecond;
    private long sampledAt;
    private int sampled;
    private int finished;

    /// <summary>A reminder was delivered.</summary>
    public void Finished() => Interlocked.Increment(ref finished);

    /// <summary>A drain begins: the idle time before it says nothing about speed.</summary>
    public void Begin()
    {
        sampledAt = clock.GetTimestamp();
        sampled = Volatile.Read(ref finished);
    }

    /// <summary>How many to claim next, with <paramref name="waiting"/> in hand that were not started yet.</summary>
    public int Next(int waiting)
    {
        Sample();
        // Half, because the speed of the last moments is no promise.
        var sendable = Math.Min(Math.Max(perSecond, leastPerSecond), rate.PerSecond) * usable.TotalSeconds / 2;
        return (int)Math.Clamp(sendable - waiting, waiting == 0 ? 1 : 0, batchSize);
    }

    private void Sample()
    {
        var elapsed = clock.GetElapsedTime(sampledAt);
        if (elapsed < SampleTime) return;
        var now = Volatile.Read(ref finished);
        perSecond = (perSecond + (now - sampled) / elapsed.TotalSeconds) / 2;
        (sampledAt, sampled) = (clock.GetTimestamp(), now);
    }
}
