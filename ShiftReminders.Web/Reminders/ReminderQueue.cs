using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace ShiftReminders.Web.Reminders;

/// <summary>The queue as a processor sees it. Each call is one round trip, whatever the number of reminders.</summary>
public sealed class ReminderQueue(NpgsqlDataSource database)
{
    /// <summary>Claims what is due, at most <paramref name="batchSize"/>. Fewer come back: nothing else is due.</summary>
    public async Task<List<ClaimedReminder>> ClaimAsync(
        string worker, string channel, int batchSize, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select * from shift_reminders.claim_reminders($1, $2, $3, $4)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = worker });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = channel });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = batchSize });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = lease });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ClaimReader.ReadAsync(reader, batchSize, cancellationToken);
    }

    /// <summary>
    /// Puts attempts on record and moves their reminders on. Recording the same results again changes nothing, so a
    /// caller that lost the connection simply repeats the call.
    /// </summary>
    public async Task<List<RecordedAttempt>> RecordAsync(
        string worker, string channel, IReadOnlyList<AttemptResult> results, CancellationToken cancellationToken)
    {
        var recorded = new List<RecordedAttempt>(results.Count);
        var rest = await RecordAcceptedAsync(channel, results, recorded, cancellationToken);
        if (rest.Count > 0) await RecordOthersAsync(worker, channel, rest, recorded, cancellationToken);
        return recorded;
    }

    /// <summary>Nearly every attempt is the first and accepted: those go the short way.</summary>
    /// <returns>The others, and those that the short way turned out not to fit.</returns>
    private async Task<IReadOnlyList<AttemptResult>> RecordAcceptedAsync(
        string channel, IReadOnlyList<AttemptResult> results, List<RecordedAttempt> recorded, CancellationToken cancellationToken)
    {
        var accepted = results.Where(result => result.IsPlainAcceptance).ToArray();
        if (accepted.Length == 0) return results;
        await using var command = database.CreateCommand("select shift_reminders.record_accepted($1, $2, $3, $4, $5, $6)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = channel });
        AcceptedParameters.Add(command.Parameters, accepted);
        var places = (int[])(await command.ExecuteScalarAsync(cancellationToken))!;
        foreach (var place in places) recorded.Add(RecordedAttempt.Accepted(accepted[place - 1].Reminder.ReminderId));
        if (places.Length == results.Count) return [];
        // Not by the reminder: a lost claim's result may stand beside that of the claim that came after it.
        var known = places.Select(place => accepted[place - 1]).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. results.Where(result => !known.Contains(result))];
    }

    private async Task RecordOthersAsync(
        string worker, string channel, IReadOnlyList<AttemptResult> results, List<RecordedAttempt> recorded, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select reminder_id, state, reason, retry_in, fenced from shift_reminders.record_attempts(
                $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = worker });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = channel });
        RecordParameters.Add(command.Parameters, results);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            recorded.Add(new RecordedAttempt(
                reader.GetInt64(0), reader.GetString(1), TextOrNull(reader, 2), SecondsOrNull(reader, 3), reader.GetBoolean(4)));
    }

    /// <summary>Gives claims back of which nothing was handed over: no attempt is burnt.</summary>
    /// <returns>How many were still ours.</returns>
    public async Task<int> ReleaseAsync(IReadOnlyList<ClaimedReminder> reminders, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select shift_reminders.release_reminders($1, $2)");
        command.Parameters.Add(Array(NpgsqlDbType.Bigint, reminders.Select(reminder => reminder.ReminderId).ToArray()));
        command.Parameters.Add(Array(NpgsqlDbType.Uuid, reminders.Select(reminder => reminder.ClaimToken).ToArray()));
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>How long until a reminder may be claimed; zero or less: now; null: none is waiting.</summary>
    public async Task<TimeSpan?> NextDueInAsync(string channel, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select shift_reminders.next_due_in($1)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = channel });
        return await command.ExecuteScalarAsync(cancellationToken) is double seconds ? Seconds.Span(seconds) : null;
    }

    internal static NpgsqlParameter<T> Array<T>(NpgsqlDbType element, T values) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };

    private static string? TextOrNull(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private static TimeSpan? SecondsOrNull(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Seconds.Span(reader.GetDouble(column));
}
