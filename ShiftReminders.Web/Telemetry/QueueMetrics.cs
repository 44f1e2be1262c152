using Npgsql;

namespace ShiftReminders.Web.Telemetry;

/// <summary>The queue at one moment, as <c>shift_reminders.queue_metrics()</c> tells it.</summary>
internal sealed record QueueMetrics
{
    public required long Pending { get; init; }

    public required long Due { get; init; }

    public required long Sending { get; init; }

    public required long FailedLastDay { get; init; }

    public required TimeSpan OldestDue { get; init; }

    /// <summary>Since the last tick without an error; null: there was none.</summary>
    public required TimeSpan? SinceTick { get; init; }

    /// <summary>Null: pg_cron has never ticked, or so long ago that it is forgotten.</summary>
    public required TimeSpan? SinceCronTick { get; init; }

    public required bool Paused { get; init; }

    public required int ProcessorsAlive { get; init; }

    public required int ChannelsDown { get; init; }

    public required int PlatformsPaused { get; init; }

    public required int Alarms { get; init; }

    public static async Task<QueueMetrics> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select pending, due, sending, failed_last_day, oldest_due_seconds, seconds_since_tick,
                   seconds_since_cron_tick, paused, processors_alive, channels_down, platforms_paused, alarms
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
        };
    }

    private static TimeSpan? Span(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : TimeSpan.FromSeconds(reader.GetDouble(column));
}
