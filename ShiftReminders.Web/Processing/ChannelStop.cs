namespace ShiftReminders.Web.Processing;

/// <summary>
/// Stops the handing over at once, while claims are still in hand: the channel refused the project, or the process ends.
/// </summary>
internal sealed class ChannelStop : IDisposable
{
    private readonly Lock gate = new();
    private CancellationTokenSource stopped = new();
    private bool forGood;

    public bool IsStopped => stopped.IsCancellationRequested;

    public CancellationToken Stopped => stopped.Token;

    public void Stop()
    {
        lock (gate) stopped.Cancel();
    }

    public void StopForGood()
    {
        lock (gate)
        {
            forGood = true;
            stopped.Cancel();
        }
    }

    public void Resume()
    {
        lock (gate)
        {
            // The old source is left to the collector: somebody may be about to read its token.
            if (stopped.IsCancellationRequested && !forGood) stopped = new CancellationTokenSource();
        }
    }

    public void Dispose() => stopped.Dispose();
}
