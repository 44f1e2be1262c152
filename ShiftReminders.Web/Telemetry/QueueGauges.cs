using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ShiftReminders.Web.Telemetry;

/// <summary>
/// Keeps the queue's gauges fresh. A scrape reads what was last seen, so that no number of scrapers loads the database.
/// </summary>
internal sealed class QueueGauges : BackgroundService
{
    private readonly NpgsqlDataSource _database;
    private readonly IOptions<TelemetryOptions> _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<QueueGauges> _logger;
    private QueueMetrics? _last;

    public QueueGauges(
        NpgsqlDataSource database,
        IOptions<TelemetryOptions> options,
        IMeterFactory meters,
        TimeProvider clock,
        ILogger<QueueGauges> logger)
    {
        (_database, _options, _clock, _logger) = (database, options, clock, logger);
        // The factory owns the meter and disposes of it.
        var meter = meters.Create(ReminderTelemetry.Name);
        Gauge(meter, "queue.pending", "{reminder}", "Reminders waiting to be sent, due or not.", metrics => metrics.Pending);
        Gauge(meter, "queue.due", "{reminder}", "Reminders that may be claimed now.", metrics => metrics.Due);
        Gauge(meter, "queue.sending", "{reminder}", "Reminders claimed by a processor.", metrics => metrics.Sending);
        Gauge(meter, "queue.failed", "{reminder}", "Reminders of the last 24 hours that failed.", metrics => metrics.FailedLastDay);
        Gauge(meter, "queue.retrying", "{reminder}", "Due reminders that wait for their next attempt.", metrics => metrics.Retrying);
        Gauge(meter, "queue.oldest_due", "s", "How long the oldest due reminder has been waiting, for a processor or for its next attempt.", metrics => metrics.OldestDue.TotalSeconds);
        Gauge(meter, "queue.oldest_unclaimed", "s", "How long the oldest reminder that may be claimed has been waiting.", metrics => metrics.OldestUnclaimed.TotalSeconds);
        Gauge(meter, "enqueue.age", "s", "Time since the enqueue last ran without an error.", metrics => metrics.SinceTick?.TotalSeconds);
        Gauge(meter, "cron.age", "s", "Time since pg_cron last ran the enqueue without an error.", metrics => metrics.SinceCronTick?.TotalSeconds);
        Gauge(meter, "paused", null, "1 while reminders are paused.", metrics => metrics.Paused ? 1 : 0);
        Gauge(meter, "processors.alive", "{processor}", "Processors seen in the last 30 seconds.", metrics => metrics.ProcessorsAlive);
        Gauge(meter, "channels.down", "{channel}", "Channels that refuse our credentials.", metrics => metrics.ChannelsDown);
        Gauge(meter, "channels.failing", "{channel}", "Channels through which nothing gets.", metrics => metrics.ChannelsFailing);
        Gauge(meter, "channels.impaired", "{channel}", "Channels through which some pushes do not get.", metrics => metrics.ChannelsImpaired);
        Gauge(meter, "channels.failed_share", null, "Share of pushes that failed since they began to, of the last five minutes at the most.", metrics => metrics.FailedShare);
        Gauge(meter, "channels.accepted_age", "s", "Time since a channel last accepted a push.", metrics => metrics.SinceAccepted?.TotalSeconds);
        Gauge(meter, "platforms.paused", "{platform}", "Platforms whose credentials are refused.", metrics => metrics.PlatformsPaused);
        Gauge(meter, "alarms", "{channel}", "Channels that call most devices gone.", metrics => metrics.Alarms);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.Value.GaugeInterval, _clock);
        do await ReadAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _last = await QueueMetrics.ReadAsync(_database, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A gauge that cannot be read is absent, not zero: an empty queue would look healthy.
            _last = null;
            _logger.LogWarning(exception, "The queue's metrics could not be read; the gauges are absent until they can");
        }
    }

    private void Gauge(Meter meter, string name, string? unit, string description, Func<QueueMetrics, double?> value) =>
        meter.CreateObservableGauge($"shift_reminders.{name}", () => Observe(value), unit, description);

    private IEnumerable<Measurement<double>> Observe(Func<QueueMetrics, double?> value) =>
        _last is { } last && value(last) is { } now ? [new Measurement<double>(now)] : [];
}
