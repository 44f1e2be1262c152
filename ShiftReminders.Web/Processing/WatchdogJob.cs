using Quartz;

namespace ShiftReminders.Web.Processing;

/// <summary>Quartz's handle on the watchdog.</summary>
[DisallowConcurrentExecution]
internal sealed class WatchdogJob(Watchdog watchdog, Turns turns, ILogger<WatchdogJob> logger) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await watchdog.LookAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            ProcessorLog.WatchdogFailed(logger, exception);
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
        turns.Came(Loop.Watchdog);
    }
}
