using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Shifts;

/// <summary>What should become of the shifts of a day, and what has; and why, for any one of them.</summary>
public sealed class ShiftBoard(IDbContextFactory<ShiftRemindersDb> contexts, TimeProvider time)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromMilliseconds(900);
    private readonly SharedRead<(DateTimeOffset, DateTimeOffset), IReadOnlyList<BoardShift>> days = new(KeepFor, time);

    /// <summary>Shifts that start or end in the range, by their start.</summary>
    public Task<IReadOnlyList<BoardShift>> BetweenAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        days.GetAsync((from, to), async reading =>
        {
            await using var context = await contexts.CreateDbContextAsync(reading);
            return BoardShift.Group(await context.Database
                .SqlQuery<BoardRow>($"SELECT * FROM shift_reminders.shift_board({from}, {to})").ToListAsync(reading));
        }, cancellationToken);

    /// <summary>Those of the texts that contain the words, compared as every search of the portal does.</summary>
    public async Task<IReadOnlySet<string>> ContainingAsync(IEnumerable<string> texts, string words, CancellationToken cancellationToken)
    {
        var distinct = texts.Distinct().ToArray();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.SqlQuery<string>($"""
            SELECT text AS "Value" FROM unnest({distinct}) AS text
            WHERE strpos(shift_reminders.fold(text), (SELECT shift_reminders.fold({words}))) > 0
            """).ToHashSetAsync(cancellationToken);
    }

    /// <summary>What each reason of a state means, as a sentence.</summary>
    public async Task<IReadOnlyDictionary<(string State, string Reason), string>> SentencesAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database
            .SqlQuery<ReasonSentence>($"SELECT state, reason, sentence FROM shift_reminders.reasons")
            .ToDictionaryAsync(one => (one.State, one.Reason), one => one.Sentence, cancellationToken);
    }

    public async Task<Explanation> ExplainAsync(long shift, Guid person, string notifyType, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.SqlQuery<Explanation>($"""
            SELECT sentence, state, reason, jsonb_pretty(evidence) AS evidence
            FROM shift_reminders.explain({shift}, {person}, {notifyType})
            """).SingleAsync(cancellationToken);
    }
}

internal sealed record ReasonSentence(string State, string Reason, string Sentence);

/// <summary>Why a reminder was or was not sent, for one shift, person and rule.</summary>
public sealed record Explanation
{
    public required string Sentence { get; init; }

    /// <summary>As <see cref="BoardRow.Standing"/>.</summary>
    public required string State { get; init; }

    public string? Reason { get; init; }

    /// <summary>All that the sentence rests on, as JSON.</summary>
    public required string Evidence { get; init; }
}
