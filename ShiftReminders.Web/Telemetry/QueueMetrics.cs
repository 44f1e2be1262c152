using Npgsql;

namespace ShiftReminders.Web.Telemetry;

/// <summary>The queue at one moment, as <c>shift_reminders.queue_metrics()</c> tells it.</summary>
internal sealed record QueueMetrics
{
    public required long Pending { get; init; }

    public required long Due { get; init; }

    public required long Sending { get; init; }

    public required long FailedLastDay { get; init; }

    /// <summary>How long the oldest due reminder waits, for a processor or for its next attempt.</summary>
    public required TimeSpan OldestDue { get; init; }

    /// <summary>How long the oldest reminder waits that any processor might claim.</summary>
    public required TimeSpan OldestUnclaimed { get; init; }

    /// <summary>Due, failed, and waiting for the next attempt.</summary>
    public required long Retrying { get; init; }

    /// <summary>Since the last tick without an error; null: there was none.</summary>
    public required TimeSpan? SinceTick { get; init; }

    /// <summary>Null: pg_cron has never ticked, or so long ago that it is forgotten.</summary>
    public required TimeSpan? SinceCronTick { get; init; }

    public required bool Paused { get; init; }

    public required int ProcessorsAlive { get; init; }

    public required int ChannelsDown { get; init; }

    public required int PlatformsPaused { get; init; }

    public required int Alarms { get; init; }

    /// <summary>Channels through which nothing gets, though they do not refuse our credentials.</summary>
    public required int ChannelsFailing { get; init; }

    /// <summary>Channels through which some does not get, or not to one platform.</summary>
    public required int ChannelsImpaired { get; init; }

    /// <summary>The share of pushes that failed since they began to, of the last five minutes at the most; 0: none does.</summary>
    public required double FailedShare { get; init; }

    /// <summary>Null: nothing was ever accepted.</summary>
    public required TimeSpan? SinceAccepted { get; init; }

    public static async Task<QueueMetrics> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select pending, due, sending, failed_last_day, oldest_due_seconds, seconds_since_tick,
                   seconds_since_cron_tick, paused, processors_alive, channels_down, platforms_paused, alarms,
                   retrying, oldest_unclaimed_seconds, channels_failing, channels_impaired, failed_share, seconds_since_accepted
            from shift_reminders.queue_metrics()
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new QueueMetrics
        {
            Pending = reader.GetInt64(0),
            Due = reader.GetInt64(1),
            Sending = reader.GetInt64(2),
            FailedLastDay = reader.GetInt64(3),
            OldestDue = TimeSpan.FromSeconds(reader.GetDouble(4)),
            SinceTick = Span(reader, 5),
            SinceCronTick = Span(reader, 6),
            Paused = reader.GetBoolean(7),
            ProcessorsAlive = reader.GetInt32(8),
            ChannelsDown = reader.GetInt32(9),
            PlatformsPaused = reader.GetInt32(10),
            Alarms = reader.GetInt32(11),
            Retrying = reader.GetInt64(12),
            OldestUnclaimed = TimeSpan.FromSeconds(reader.GetDouble(13)),
            ChannelsFailing = reader.GetInt32(14),
            ChannelsImpaired = reader.GetInt32(15),
            FailedShare = reader.GetDouble(16),
            SinceAccepted = Span(reader, 17),
        };
    }

    private static TimeSpan? Span(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : TimeSpan.FromSeconds(reader.GetDouble(column));
}
