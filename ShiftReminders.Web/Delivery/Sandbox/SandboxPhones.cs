using Npgsql;
using NpgsqlTypes;

namespace ShiftReminders.Web.Delivery.Sandbox;

/// <summary>What the simulated phones show, and how they were told to answer.</summary>
public sealed class SandboxPhones(NpgsqlDataSource database)
{
    /// <summary>The pushes that a person's phones show, newest first; for null, everybody's.</summary>
    public async Task<IReadOnlyList<SandboxPush>> ListAsync(Guid? person, int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            SELECT device_id, user_id, platform, notification_id, generation, title, body, copies, first_received_at, received_at
            FROM shift_reminders.sandbox_pushes
            WHERE $1 IS NULL OR user_id = $1
            ORDER BY received_at DESC, device_id, tag
            LIMIT $2
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)person ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter { Value = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var pushes = new List<SandboxPush>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            pushes.Add(await PushAsync(reader, cancellationToken).ConfigureAwait(false));
        return pushes;
    }

    /// <summary>The devices that are told to answer otherwise than a phone in order, by device id.</summary>
    public async Task<IReadOnlyDictionary<string, SandboxBehaviour>> BehavioursAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT device_id, outcome, remaining, latency, set_by, set_at FROM shift_reminders.sandbox_behaviours");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var behaviours = new Dictionary<string, SandboxBehaviour>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            behaviours.Add(reader.GetString(0), new SandboxBehaviour
            {
                Outcome = SandboxOutcome.Parse(reader.GetString(1)),
                Remaining = await reader.IsDBNullAsync(2, cancellationToken).ConfigureAwait(false) ? null : reader.GetInt32(2),
                Latency = reader.GetTimeSpan(3),
                SetBy = reader.GetString(4),
                SetAt = reader.GetFieldValue<DateTimeOffset>(5),
            });
        }
        return behaviours;
    }

    private static async Task<SandboxPush> PushAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) => new()
    {
        DeviceId = reader.GetString(0),
        UserId = reader.GetGuid(1),
        Platform = await reader.IsDBNullAsync(2, cancellationToken).ConfigureAwait(false) ? null : reader.GetString(2),
        NotificationId = reader.GetString(3),
        Generation = reader.GetInt32(4),
        Title = reader.GetString(5),
        Body = reader.GetString(6),
        Copies = reader.GetInt32(7),
        FirstReceivedAt = reader.GetFieldValue<DateTimeOffset>(8),
        ReceivedAt = reader.GetFieldValue<DateTimeOffset>(9),
    };
}
