using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Reminders.Rules;

/// <summary>
/// Saves and removes rules. Each is one transaction with its line of the audit, and is refused when somebody else has
/// saved since the rule was read.
/// </summary>
public sealed class RuleChanges(IDbContextFactory<ShiftRemindersDb> contexts)
{
    public async Task<RuleResult> SaveAsync(Permit permit, RuleDraft draft, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.ChangeRules);
        var texts = JsonSerializer.Serialize(draft.Texts.ToDictionary(text => text.Locale, text => new { text.Title, text.Body }), JsonSerializerOptions.Web);
        return await contexts.ActAsync(permit, database => database.Database.SqlQuery<RuleResult>($"""
            SELECT * FROM shift_reminders.save_rule({draft.NotifyType}, {draft.ReadAt}, {draft.Title}, {draft.Anchor}, {draft.Lead},
                {draft.Grace}, {draft.SkipType}, {draft.MaxAttempts}, {draft.Enabled}, {texts}::jsonb, {permit.Actor}, {why})
            """).SingleAsync(cancellationToken), cancellationToken);
    }

    public async Task<RuleResult> RemoveAsync(Permit permit, string notifyType, DateTimeOffset readAt, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.ChangeRules);
        return await contexts.ActAsync(permit, database => database.Database
            .SqlQuery<RuleResult>($"SELECT * FROM shift_reminders.remove_rule({notifyType}, {readAt}, {permit.Actor}, {why})")
            .SingleAsync(cancellationToken), cancellationToken);
    }

    /// <summary>What saving would do to the reminders that wait by the rule now, by effect.</summary>
    public async Task<IReadOnlyList<RuleEffect>> PreviewAsync(RuleDraft draft, CancellationToken cancellationToken)
    {
        var skip = draft.SkipType.Trim().Length == 0 ? null : draft.SkipType.Trim();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.SqlQuery<RuleEffect>($"""
            SELECT * FROM shift_reminders.preview_rule({draft.NotifyType}, {draft.Anchor}, {draft.Lead}, {draft.Grace}, {skip}, {draft.Enabled})
            """).ToListAsync(cancellationToken);
    }
}

/// <summary>What became of a save or a removal.</summary>
public sealed record RuleResult
{
    /// <summary>ok, conflict, exists or gone.</summary>
    public required string Result { get; init; }

    public required string Sentence { get; init; }

    public bool Succeeded => Result == "ok";
}

/// <summary>What a change does to some of the waiting reminders.</summary>
public sealed record RuleEffect
{
    /// <summary>unchanged, moved, due_now, expired, cancelled, or fresh: shifts that the rule newly reaches.</summary>
    public required string Effect { get; init; }

    public required int Reminders { get; init; }

    /// <summary>Up to five of them, as JSON.</summary>
    public string? Examples { get; init; }
}
