using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Settings;

/// <summary>The settings of the site that lie in the database, and their changes. A change and its line of the audit are one transaction.</summary>
public sealed class SiteSettings(IDbContextFactory<ShiftRemindersDb> contexts)
{
    /// <summary>All that can be changed, in the order of the page.</summary>
    public async Task<IReadOnlyList<SiteSetting>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.SqlQuery<SiteSetting>($"SELECT * FROM shift_reminders.site_settings()").ToListAsync(cancellationToken);
    }

    /// <summary>Refused when the value cannot be, or is not the one any more that was read.</summary>
    public async Task<SettingResult> ChangeAsync(Permit permit, SiteSetting read, string value, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.ChangeSettings);
        return await contexts.ActAsync(permit, database => database.Database.SqlQuery<SettingResult>(
            $"SELECT * FROM shift_reminders.change_setting({read.Key}, {value}, {read.Value}, {permit.Actor}, {why})")
            .SingleAsync(cancellationToken), cancellationToken);
    }
}

/// <summary>One setting, as it was read.</summary>
public sealed record SiteSetting
{
    public required string Key { get; init; }

    /// <summary>zone, locale, switch or span.</summary>
    public required string Kind { get; init; }

    public required string Value { get; init; }

    /// <summary>The shortest span that is taken; null for other kinds.</summary>
    public string? Shortest { get; init; }

    /// <summary>The longest span that is taken; null for other kinds.</summary>
    public string? Longest { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What became of a change.</summary>
public sealed record SettingResult
{
    /// <summary>ok, conflict or wrong.</summary>
    public required string Result { get; init; }

    public required string Sentence { get; init; }

    public bool Succeeded => Result == "ok";
}
