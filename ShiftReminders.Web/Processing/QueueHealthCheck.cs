using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Processing;

/// <summary>Unhealthy when this replica has not looked at the queue for too long.</summary>
internal sealed class QueueHealthCheck(
    QueueProcessor processor, IOptions<ProcessorOptions> options, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var age = clock.GetElapsedTime(processor.LastLook);
        return Task.FromResult(age <= 3 * options.Value.PollInterval + Grace
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The queue was last looked at {age:hh\\:mm\\:ss} ago."));
    }
}
