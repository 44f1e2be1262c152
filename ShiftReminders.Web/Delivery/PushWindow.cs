namespace ShiftReminders.Web.Delivery;

/// <summary>
/// Until when a push may be handed over, and until when it is of use. Monotonic: neither this machine's time of day nor
/// its steps matter.
/// </summary>
public sealed class PushWindow
{
    private readonly TimeProvider clock;
    private readonly long handOverBy;
    private readonly long expiresAt;

    /// <param name="clock">The clock of the two timestamps.</param>
    /// <param name="handOverBy">From this timestamp on no hand-over begins.</param>
    /// <param name="expiresAt">From this timestamp on the push is of no use.</param>
    /// <param name="closed">Cancelled: no hand-over begins any more, whatever time is left.</param>
    public PushWindow(TimeProvider clock, long handOverBy, long expiresAt, CancellationToken closed = default)
    {
        (this.clock, this.handOverBy, this.expiresAt) = (clock, Math.Min(handOverBy, expiresAt), expiresAt);
        Closed = closed;
    }

    /// <summary>Cancelled when the window was closed before its time.</summary>
    public CancellationToken Closed { get; }

    /// <summary>True: what has not been handed over must not be handed over any more.</summary>
    public bool IsOver => Closed.IsCancellationRequested || clock.GetTimestamp() >= handOverBy;

    /// <summary>How long a hand-over may still begin; zero or less: <see cref="IsOver"/>.</summary>
    public TimeSpan UntilOver => clock.GetElapsedTime(clock.GetTimestamp(), handOverBy);

    /// <summary>How long the push is still of use; never negative.</summary>
    public TimeSpan UntilExpiry
    {
        get
        {
            var left = clock.GetElapsedTime(clock.GetTimestamp(), expiresAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>A window from now on.</summary>
    public static PushWindow Lasting(TimeSpan span, TimeProvider clock)
    {
        var end = clock.GetTimestamp() + (long)(span.TotalSeconds * clock.TimestampFrequency);
        return new PushWindow(clock, end, end);
    }

    /// <summary>How long a request that begins now may take: no longer than its answer is of use.</summary>
    public TimeSpan Limit(TimeSpan request) => UntilExpiry is var left && left < request ? left : request;
}
