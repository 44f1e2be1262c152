using System.Text.Json;
using System.Text.RegularExpressions;

namespace ShiftReminders.Web.Reminders.Rules;

/// <summary>A rule while somebody writes it.</summary>
public sealed partial class RuleDraft
{
    private RuleDraft()
    {
    }

    /// <summary>The version that was read; null for a new rule.</summary>
    public DateTimeOffset? ReadAt { get; private init; }

    /// <summary>The rule as it was read; null for a new rule.</summary>
    public RuleDraft? Stored { get; private init; }

    /// <summary>The rule's name in the queue; a new rule's can be chosen.</summary>
    public string NotifyType { get; set => field = value ?? ""; } = "";

    public string Title { get; set => field = value ?? ""; } = "";

    public string Anchor { get; set; } = "start";

    /// <summary>How far from the anchor it is due; never negative, see <see cref="After"/>.</summary>
    public TimeSpan Distance { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Due after the anchor instead of before it.</summary>
    public bool After { get; set; }

    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Empty: nothing makes it needless.</summary>
    public string SkipType { get; set => field = value ?? ""; } = "check_in";

    public int MaxAttempts { get; set; } = 8;

    public bool Enabled { get; set; } = true;

    public List<TextDraft> Texts { get; } = [];

    public bool IsNew => ReadAt is null;

    public TimeSpan Lead => After ? -Distance : Distance;

    /// <summary>Says something else than it did when the writing began; what was typed and taken back is no change.</summary>
    public bool IsChanged => Written != (Stored ?? New()).Written;

    private string Written => JsonSerializer.Serialize(new { NotifyType, Title, Anchor, Lead, Grace, Skip = SkipType.Trim(), MaxAttempts, Enabled, Texts });

    /// <summary>The first thing that is not right yet, as a sentence; null: it can be saved.</summary>
    public string? Complaint =>
        !NameForm().IsMatch(NotifyType) ? "Give the rule a name of lower-case letters, digits and _, such as start_60."
        : string.IsNullOrWhiteSpace(Title) ? "Give the rule a title, such as “1 hour before the start”."
        : Grace < TimeSpan.FromMinutes(1) || Grace > TimeSpan.FromHours(24) ? "It must be useful for 1 min to 24 h."
        : Lead > TimeSpan.FromHours(168) || Lead < TimeSpan.FromHours(-24) ? "It may be due up to 168 h before, or 24 h after."
        : MaxAttempts is < 1 or > 50 ? "Allow 1 to 50 attempts."
        : Texts.Count == 0 ? "Write a text for at least one locale."
        : Texts.Select(text => text.Complaint).FirstOrDefault(complaint => complaint is not null)
        ?? (Texts.DistinctBy(text => text.Locale).Count() < Texts.Count ? "Two texts have the same locale." : null);

    public static RuleDraft Of(Rule rule, IReadOnlyList<RuleText> texts) => Of(rule, texts, Of(rule, texts, stored: null));

    public static RuleDraft New()
    {
        var draft = new RuleDraft();
        draft.Texts.Add(new TextDraft { Locale = "en", Title = "Your shift starts at {start}", Body = "Remember to check in when you arrive. {label}" });
        return draft;
    }

    private static RuleDraft Of(Rule rule, IReadOnlyList<RuleText> texts, RuleDraft? stored)
    {
        var draft = new RuleDraft
        {
            ReadAt = rule.UpdatedAt,
            Stored = stored,
            NotifyType = rule.NotifyType,
            Title = rule.Title,
            Anchor = rule.Anchor,
            Distance = rule.Lead.Duration(),
            After = rule.Lead < TimeSpan.Zero,
            Grace = rule.Grace,
            SkipType = rule.SkipType ?? "",
            MaxAttempts = rule.MaxAttempts,
            Enabled = rule.Enabled,
        };
        draft.Texts.AddRange(texts.Select(text => new TextDraft { Locale = text.Locale, Title = text.Title, Body = text.Body }));
        return draft;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$")]
    private static partial Regex NameForm();
}

/// <summary>One locale's text while somebody writes it.</summary>
public sealed partial class TextDraft
{
    public string Locale { get; set => field = value ?? ""; } = "";

    public string Title { get; set => field = value ?? ""; } = "";

    public string Body { get; set => field = value ?? ""; } = "";

    internal string? Complaint =>
        !LocaleForm().IsMatch(Locale) ? $"“{Locale}” is no locale. Write it like en, de or en-US."
        : Title.Length is 0 or > 200 || Body.Length is 0 or > 1000 ? $"The text for {Locale} needs a title (up to 200 characters) and a body (up to 1,000)."
        : (ReminderTemplate.Parse(Title).Unknown ?? ReminderTemplate.Parse(Body).Unknown) is { } unknown ? $"The text for {Locale} has the unknown placeholder {unknown}."
        : null;

    [GeneratedRegex("^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex LocaleForm();
}
