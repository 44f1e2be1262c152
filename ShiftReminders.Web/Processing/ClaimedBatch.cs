using System.Diagnostics;

namespace ShiftReminders.Web.Processing;

/// <summary>Reminders that were claimed together, and so share a lease.</summary>
internal sealed class ClaimedBatch(Pass pass, CancellationTokenSource lease, int size)
{
    private int undelivered = size;

    public Pass Pass => pass;

    /// <summary>Cancelled when an answer would come too late to matter: the lease is over, or the process ends.</summary>
    public CancellationToken LeaseEnds { get; } = lease.Token;

    /// <summary>The claim's activity, the parent of its deliveries.</summary>
    public ActivityContext Activity { get; } = System.Diagnostics.Activity.Current?.Context ?? default;

    public void Delivered()
    {
        if (Interlocked.Decrement(ref undelivered) == 0) lease.Dispose();
    }
}
