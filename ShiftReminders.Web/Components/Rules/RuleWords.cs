using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Rules;

namespace ShiftReminders.Web.Components.Rules;

/// <summary>Rules as people say them.</summary>
internal static class RuleWords
{
    /// <summary>"15 min before the start, useful for 15 min".</summary>
    public static string Timing(Rule rule) => $"{Due(rule.Lead, rule.Anchor)}, useful for {DurationWords.Write(rule.Grace)}";

    public static string Due(TimeSpan lead, string anchor) => lead == TimeSpan.Zero
        ? $"At the {anchor}"
        : $"{DurationWords.Write(lead.Duration())} {(lead > TimeSpan.Zero ? "before" : "after")} the {anchor}";

    public static string Skip(string? skipType) => skipType switch
    {
        null or "" => "nothing makes it needless",
        "check_in" => "not for who has checked in",
        "check_out" => "not for who has checked out",
        _ => $"not for who has logged “{skipType}”",
    };

    /// <summary>Whom the rule leaves out, as an answer to "skipped for whom?".</summary>
    public static string SkippedFor(string? skipType) => skipType switch
    {
        null or "" => "for nobody",
        "check_in" => "for who has checked in",
        "check_out" => "for who has checked out",
        _ => $"for who has logged “{skipType}”",
    };

    /// <param name="effect">As <see cref="RuleEffect.Effect"/>.</param>
    /// <param name="count">How many reminders.</param>
    public static string Effect(string effect, int count)
    {
        var reminders = count == 1 ? "1 waiting reminder" : $"{count:N0} waiting reminders";
        return effect switch
        {
            "moved" => $"{reminders} will be due at another time",
            "due_now" => $"{reminders} will be due at once",
            "expired" => $"{reminders} will be too late to be sent",
            "cancelled" => $"{reminders} will be cancelled, as the rule is off",
            "unchanged" => $"{reminders} will stay as they are",
            "fresh" => count == 1 ? "1 shift will be queued with the next tick" : $"{count:N0} shifts will be queued with the next tick",
            _ => $"{reminders}: {effect}",
        };
    }
}
