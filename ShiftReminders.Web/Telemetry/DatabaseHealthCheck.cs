using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Telemetry;

/// <summary>
/// Unhealthy without the database, or where it is at a version that this program cannot work with. Degraded, which still serves pages, when no tick of the enqueue has succeeded: then a replica
/// taken out of service would only hide the page that says so.
/// </summary>
internal sealed class DatabaseHealthCheck(NpgsqlDataSource database) : IHealthCheck
{
    private static readonly TimeSpan SilentAfter = TimeSpan.FromMinutes(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            if (await SchemaVersion.ProblemAsync(database, cancellationToken) is { } problem)
                return HealthCheckResult.Unhealthy(problem);
            var metrics = await QueueMetrics.ReadAsync(database, cancellationToken);
            return metrics.Paused || metrics.SinceTick < SilentAfter
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("The enqueue has not run without an error for more than five minutes.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", exception);
        }
    }
}
