using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Reminders.Rules;

/// <summary>Reads the rules.</summary>
public sealed class RuleBook(IDbContextFactory<ShiftRemindersDb> contexts)
{
    /// <summary>All rules, in the order in which a shift meets them.</summary>
    public async Task<IReadOnlyList<Rule>> ListAsync(CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var rules = await database.Database.SqlQuery<Rule>($"SELECT * FROM shift_reminders.rules").ToListAsync(cancellationToken);
        return [.. rules.OrderBy(rule => rule.Anchor == "end").ThenByDescending(rule => rule.Lead).ThenBy(rule => rule.NotifyType, StringComparer.Ordinal)];
    }

    /// <summary>The rule's texts by locale.</summary>
    public async Task<IReadOnlyList<RuleText>> TextsAsync(string notifyType, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Database
            .SqlQuery<RuleText>($"SELECT locale, title, body FROM shift_reminders.rule_texts WHERE notify_type = {notifyType} ORDER BY locale")
            .ToListAsync(cancellationToken);
    }

    /// <summary>The next real shifts, to show texts on.</summary>
    public async Task<IReadOnlyList<SampleShift>> SamplesAsync(int most, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Database.SqlQuery<SampleShift>($"SELECT * FROM shift_reminders.sample_shifts({most})").ToListAsync(cancellationToken);
    }
}
