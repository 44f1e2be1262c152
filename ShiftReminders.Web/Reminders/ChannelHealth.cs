using Npgsql;

namespace ShiftReminders.Web.Reminders;

/// <summary>What the database knows of processors and channels, and what processors tell it about them.</summary>
public sealed class ChannelHealth(NpgsqlDataSource database)
{
    /// <summary>Says that this processor lives, and asks how things stand.</summary>
    /// <param name="worker">The processor's name.</param>
    /// <param name="host">Where it runs.</param>
    /// <param name="version">Its version.</param>
    /// <param name="channel">The channel that it sends through.</param>
    /// <param name="trouble">Why it cannot reach that channel; null: it can.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Beat> BeatAsync(
        string worker, string host, string version, string channel, string? trouble, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select alive, paused, channel_down, seconds_since_tick, seconds_since_stand_in
            from shift_reminders.processor_beat($1, $2, $3, $4, $5)
            """);
        AddTexts(command, worker, host, version, channel);
        AddText(command, trouble);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Beat(
            reader.GetInt32(0),
            reader.GetBoolean(1),
            reader.IsDBNull(2) ? null : reader.GetString(2),
            reader.IsDBNull(3) ? null : Seconds.Span(reader.GetDouble(3)),
            reader.IsDBNull(4) ? null : Seconds.Span(reader.GetDouble(4)));
    }

    /// <summary>The platforms that wait for their credentials, each with a device to try them on.</summary>
    public async Task<IReadOnlyList<PausedPlatform>> PausedPlatformsAsync(
        string channel, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select platform, probe_device_id, probe_token from shift_reminders.paused_platforms($1)");
        AddTexts(command, channel);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var platforms = new List<PausedPlatform>();
        while (await reader.ReadAsync(cancellationToken))
            if (!reader.IsDBNull(1) && !reader.IsDBNull(2))
                platforms.Add(new PausedPlatform(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return platforms;
    }

    public async Task ChannelProbedAsync(string channel, bool ok, string? reason, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select shift_reminders.channel_probed($1, $2, $3)");
        AddTexts(command, channel);
        AddVerdict(command, ok, reason);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task PlatformProbedAsync(
        string channel, string platform, bool ok, string? reason, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select shift_reminders.platform_probed($1, $2, $3, $4)");
        AddTexts(command, channel, platform);
        AddVerdict(command, ok, reason);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddVerdict(NpgsqlCommand command, bool ok, string? reason)
    {
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = ok });
        AddText(command, reason);
    }

    private static void AddText(NpgsqlCommand command, string? value) =>
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });

    private static void AddTexts(NpgsqlCommand command, params ReadOnlySpan<string> values)
    {
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
    }
}

/// <summary>How things stand, as the database sees them.</summary>
/// <param name="ProcessorsAlive">Replicas that share the provider's quota, this one included.</param>
/// <param name="Paused">True: an admin has paused the sending.</param>
/// <param name="ChannelDown">Why the channel is stopped; null: it is not.</param>
/// <param name="SinceTick">How long ago reminders were last enqueued without an error; null: never.</param>
/// <param name="SinceStandIn">How long ago a watchdog last stood in for pg_cron; null: not lately.</param>
public sealed record Beat(int ProcessorsAlive, bool Paused, string? ChannelDown, TimeSpan? SinceTick, TimeSpan? SinceStandIn);

/// <summary>A platform whose credentials the provider refused, and a device of it to probe.</summary>
public sealed record PausedPlatform(string Platform, string DeviceId, string Token)
{
    // The token is a secret, and a record prints all its properties.
    public override string ToString() => $"{Platform} {DeviceId}";
}
