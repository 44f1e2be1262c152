using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Processing;

/// <summary>Looks at the queue once, decides when to look again, and lets no failure end the looking.</summary>
internal sealed class QueueLoop(
    QueueProcessor processor,
    IWakeUp wakeUp,
    IHostApplicationLifetime lifetime,
    IOptions<ProcessorOptions> options,
    TimeProvider clock,
    ILogger<QueueLoop> logger)
{
    // The database's clock and ours tick apart by less than this; waking early would only mean looking twice.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    private TimeSpan inVain = ShortestPause;
    private TimeSpan afterFailure = FirstRetry;
    private long notBefore;

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (clock.GetTimestamp() < notBefore) return;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            var pass = await processor.StartPassAsync(stopping.Token);
            if (!pass.IsHeldBack && await processor.NextDueInAsync(stopping.Token) is { } due)
                wakeUp.Within(PauseBefore(due, pass.Claimed));
            afterFailure = FirstRetry;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process ends.
        }
        catch (Exception exception)
        {
            BackOff(exception);
        }
    }

    // Due, and yet not to be had: another session holds it. Looking again at once would be a busy loop.
    private TimeSpan PauseBefore(TimeSpan due, int claimed)
    {
        if (due > TimeSpan.Zero || claimed > 0)
        {
            inVain = ShortestPause;
            return due + Tick;
        }
        var pause = inVain;
        inVain = Shorter(inVain * 2, options.Value.PollInterval);
        return pause;
    }

    private void BackOff(Exception exception)
    {
        ProcessorLog.PassFailed(logger, exception, afterFailure);
        notBefore = clock.GetTimestamp() + (long)(afterFailure.TotalSeconds * clock.TimestampFrequency);
        wakeUp.Within(afterFailure + Tick);
        afterFailure = Shorter(afterFailure * 2, options.Value.PollInterval);
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
