using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Reminders.Explaining;

/// <summary>Answers "what happened to this reminder?", also for one that never came to be.</summary>
public sealed class ReminderExplanations(NpgsqlDataSource database)
{
    /// <summary>The keys of a reminder; null when there is no such reminder (any more).</summary>
    public async Task<ReminderKey?> FindKeyAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead(
            "SELECT schedule_id, user_id, notify_type FROM public.scheduled_notifications WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new ReminderKey(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2))
            : null;
    }

    /// <summary>The tick of the enqueue within which that moment lies; null when it was not a tick, or its record is gone.</summary>
    public async Task<QueueTick?> FindTickAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead(
            """
            SELECT source, started_at, shift_reminders.cron_run_of(id) FROM shift_reminders.heartbeats
            WHERE started_at <= $1 AND started_at > $1 - interval '2 minutes' AND finished_at >= $1 AND NOT busy
            ORDER BY started_at DESC LIMIT 1
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = moment.ToUniversalTime() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new QueueTick(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetInt64(2))
            : null;
    }

    public async Task<ReminderStory> ExplainAsync(ReminderKey key, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead(
            "SELECT sentence, state, reason, evidence FROM shift_reminders.explain($1, $2, $3)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key.Shift });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = key.Person });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Kind });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new ReminderStory
        {
            Key = key,
            Sentence = reader.GetString(0),
            State = reader.GetString(1),
            Reason = reader.IsDBNull(2) ? null : reader.GetString(2),
            Evidence = Evidence.Parse(reader.GetString(3)),
        };
    }

    /// <summary>What there is to ask about: one shift, or the person's shifts around a moment, each with every rule.</summary>
    public async Task<IReadOnlyList<ExpectedReminder>> FindAsync(
        Guid? person, long? shift, DateTimeOffset around, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead(
            """
            SELECT schedule_id, user_id, display_name, notify_type, start_at, end_at, label, time_zone, due_at, reminder_id, standing, reason
            FROM shift_reminders.explain_person($1, $2, $3)
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)person ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)shift ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = around.ToUniversalTime() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var expected = new List<ExpectedReminder>();
        while (await reader.ReadAsync(cancellationToken)) expected.Add(Read(reader));
        return expected;
    }

    private static ExpectedReminder Read(DbDataReader reader) => new()
    {
        Key = new ReminderKey(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(3)),
        Name = Text(reader, 2),
        StartAt = Moment(reader, 4),
        EndAt = Moment(reader, 5),
        Label = Text(reader, 6),
        TimeZone = Text(reader, 7),
        DueAt = Moment(reader, 8),
        ReminderId = reader.IsDBNull(9) ? null : reader.GetInt64(9),
        Standing = reader.GetString(10),
        Reason = Text(reader, 11),
    };

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Moment(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}

/// <summary>One shift and rule of a person, and what became of the reminder for it.</summary>
public sealed record ExpectedReminder
{
    public required ReminderKey Key { get; init; }

    /// <summary>The person's name, where the host's people hold one.</summary>
    public string? Name { get; init; }

    public DateTimeOffset? StartAt { get; init; }

    public DateTimeOffset? EndAt { get; init; }

    public string? Label { get; init; }

    public string? TimeZone { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public long? ReminderId { get; init; }

    /// <summary>Its state, or why there is none.</summary>
    public required string Standing { get; init; }

    public string? Reason { get; init; }
}

/// <param name="Source">Who ticked: cron, watchdog or manual.</param>
/// <param name="At">When it began.</param>
/// <param name="Run">pg_cron's number of the run; null: it was none of its runs, or nobody knows any more.</param>
public sealed record QueueTick(string Source, DateTimeOffset At, long? Run);
