using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Rules;

namespace ShiftReminders.Web.Components.Rules;

/// <summary>What saving a draft would change of its rule.</summary>
public sealed record RuleDifferences
{
    public required IReadOnlyList<RuleDifference> Fields { get; init; }

    /// <summary>What phones show changes, in one language or more.</summary>
    public required bool NewWords { get; init; }

    /// <summary>What makes a reminder needless changes.</summary>
    public required bool NewSkip { get; init; }

    /// <summary>Of a new rule: none, as there is nothing before it.</summary>
    public static RuleDifferences Of(RuleDraft draft)
    {
        if (draft.Stored is not { } stored) return new() { Fields = [], NewWords = false, NewSkip = false };
        RuleDifference[] texts = [.. Locales(stored, draft).SelectMany(locale => OfText(locale, Text(stored, locale), Text(draft, locale)))];
        RuleDifference skip = new("Not sent once this is logged", Words(stored.SkipType), Words(draft.SkipType));
        RuleDifference[] fields =
        [
            new("Title", stored.Title, draft.Title),
            new("Due", RuleWords.Due(stored.Lead, stored.Anchor), RuleWords.Due(draft.Lead, draft.Anchor)),
            new("Useful for", DurationWords.Write(stored.Grace), DurationWords.Write(draft.Grace)),
            skip,
            new("Attempts at most", $"{stored.MaxAttempts}", $"{draft.MaxAttempts}"),
            new("The rule is", stored.Enabled ? "on" : "off", draft.Enabled ? "on" : "off"),
            .. texts,
        ];
        return new()
        {
            Fields = [.. fields.Where(field => field.Differs)],
            NewWords = texts.Any(text => text.Differs),
            NewSkip = skip.Differs,
        };
    }

    private static IEnumerable<string> Locales(RuleDraft stored, RuleDraft draft) =>
        stored.Texts.Concat(draft.Texts).Select(text => text.Locale).Distinct();

    private static TextDraft? Text(RuleDraft draft, string locale) => draft.Texts.FirstOrDefault(text => text.Locale == locale);

    private static IEnumerable<RuleDifference> OfText(string locale, TextDraft? before, TextDraft? after) =>
        [new($"Title in {locale}", before?.Title, after?.Title), new($"Text in {locale}", before?.Body, after?.Body)];

    private static string Words(string skipType) => skipType.Trim() is { Length: > 0 } type ? type : "nothing";
}

/// <summary>A field of a rule: what is stored, and what would be; null: not there.</summary>
public sealed record RuleDifference(string Field, string? Before, string? After)
{
    public bool Differs => Before != After;
}
