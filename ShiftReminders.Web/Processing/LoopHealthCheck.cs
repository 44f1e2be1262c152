using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Processing;

/// <summary>
/// Unhealthy when a loop of this process no longer comes round: only a restart helps then. A loop whose work fails comes round
/// all the same.
/// </summary>
internal sealed class LoopHealthCheck(Turns turns, IOptions<ProcessorOptions> options) : IHealthCheck
{
    // What one turn may take at most, beside waiting for claims that are being delivered.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        foreach (var loop in Enum.GetValues<Loop>())
        {
            if (turns.Since(loop) is var age && age > 3 * IntervalOf(loop) + options.Value.Lease + Grace)
                return Task.FromResult(HealthCheckResult.Unhealthy($"The loop {loop} last came round {age:hh\\:mm\\:ss} ago."));
        }
        return Task.FromResult(HealthCheckResult.Healthy());
    }

    private TimeSpan IntervalOf(Loop loop) => loop switch
    {
        Loop.Queue => options.Value.PollInterval,
        Loop.Watchdog => WatchdogJob.Interval,
        _ => RetentionJob.Interval,
    };
}
