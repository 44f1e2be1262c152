using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Reminders.Acting;

/// <summary>What came of the reminders that an act resent; see the function <c>act_reminders</c>.</summary>
public sealed class FollowedActs(NpgsqlDataSource database)
{
    /// <param name="act">The act's line in the audit.</param>
    /// <param name="cancellationToken">Gives up reading.</param>
    /// <returns>Null where it is no act that resent anything.</returns>
    public async Task<FollowedAct?> ReadAsync(long act, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead(
            """
            SELECT a.at, a.actor, r.reminder_id, r.outcome
            FROM shift_reminders.audit a CROSS JOIN shift_reminders.act_reminders($1) r WHERE a.id = $1 ORDER BY r.reminder_id
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = act });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        FollowedAct? followed = null;
        List<ActReminder> reminders = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            followed ??= new FollowedAct(act, reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(1), reminders);
            reminders.Add(new ActReminder(reader.GetInt64(2), reader.GetString(3)));
        }
        return followed;
    }
}

/// <param name="Id">The act's line in the audit.</param>
/// <param name="At">When it was done.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Reminders">What it was done to.</param>
public sealed record FollowedAct(long Id, DateTimeOffset At, string Actor, IReadOnlyList<ActReminder> Reminders)
{
    /// <summary>Whether anything of it is still to come.</summary>
    public bool Waits => CountOf(ActOutcomes.Waiting) > 0;

    /// <summary>The ids of those with this outcome; null: of all.</summary>
    public IReadOnlyList<long> RemindersOf(string? outcome) =>
        [.. Reminders.Where(reminder => outcome is null || reminder.Outcome == outcome).Select(reminder => reminder.ReminderId)];

    public int CountOf(string outcome) => Reminders.Count(reminder => reminder.Outcome == outcome);
}

/// <param name="ReminderId">Which reminder.</param>
/// <param name="Outcome">One of <see cref="ActOutcomes.All"/>.</param>
public sealed record ActReminder(long ReminderId, string Outcome);

/// <summary>What may come of a resent reminder, as addresses and the database call it.</summary>
public static class ActOutcomes
{
    public const string Accepted = "accepted";
    public const string Waiting = "waiting";

    /// <summary>Failed or expired.</summary>
    public const string Failed = "failed";

    /// <summary>Skipped or cancelled.</summary>
    public const string NotNeeded = "not_needed";

    /// <summary>It was to be sent anew by itself before it was accepted, as when its shift moved.</summary>
    public const string Replaced = "replaced";

    /// <summary>Resent once more; it counts for the later act.</summary>
    public const string Again = "again";

    /// <summary>Purged.</summary>
    public const string Forgotten = "forgotten";

    public static IReadOnlyList<string> All { get; } = [Accepted, Waiting, Failed, NotNeeded, Replaced, Again, Forgotten];
}
