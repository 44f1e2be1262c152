using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Telemetry;

/// <summary>
/// Unhealthy without the database, or where it is at a version that this program cannot work with. Degraded, which still
/// serves pages, when no tick of the enqueue has succeeded or nothing gets through the channel: then a replica taken out of
/// service would only hide the page that says so. Anybody may ask: the database is asked once a second at the most, by one
/// at a time, on a session that no page waits for.
/// </summary>
internal sealed class DatabaseHealthCheck([FromKeyedServices(DatabaseSetup.Probes)] NpgsqlDataSource database, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan SilentAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<HealthCheckResult>? latest;
    private long askedAt;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (latest is null || (latest.IsCompleted && time.GetElapsedTime(askedAt) >= KeepFor))
            {
                askedAt = time.GetTimestamp();
                // Not with the token of one who may go away: the others wait for the same answer.
                latest = AskAsync(CancellationToken.None);
            }
            return latest.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthCheckResult> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await SchemaVersion.ProblemAsync(database, cancellationToken) is { } problem)
                return HealthCheckResult.Unhealthy(problem);
            var metrics = await QueueMetrics.ReadAsync(database, cancellationToken);
            if (metrics.Paused) return HealthCheckResult.Healthy();
            if (!(metrics.SinceTick < SilentAfter))
                return HealthCheckResult.Degraded("The enqueue has not run without an error for more than five minutes.");
            return metrics.ChannelsFailing == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("Nothing gets through the channel: see check, or the page Now.");
        }
        catch (Exception exception)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", exception);
        }
    }
}
