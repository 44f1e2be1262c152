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
        null or "" => "sent whatever is logged",
        "check_in" => "not to whoever has checked in",
        "check_out" => "not to whoever has checked out",
        _ => $"not to whoever has logged “{skipType}”",
    };

    /// <summary>Whom the rule leaves out, as an answer to "skipped for whom?".</summary>
    public static string SkippedFor(string? skipType) => skipType switch
    {
        null or "" => "for nobody",
        "check_in" => "for whoever has checked in",
        "check_out" => "for whoever has checked out",
        _ => $"for whoever has logged “{skipType}”",
    };

    /// <param name="effect">As <see cref="RuleEffect.Effect"/>.</param>
    /// <param name="count">How many reminders.</param>
    /// <param name="change">What else changes: a reminder is written when it is sent, so a waiting one gets the new text.</param>
    public static string Effect(string effect, int count, RuleDifferences change)
    {
        var reminders = CountWords.Of(count, "waiting reminder");
        var text = change.NewWords ? ", with the new text" : "";
        return effect switch
        {
            "moved" => $"{reminders} will be due at another time{text}",
            "due_now" => $"{reminders} will be due at once{text}",
            "expired" => $"{reminders} will be too late to be sent",
            "cancelled" => $"{reminders} will be cancelled, as the rule is off",
            "unchanged" when change.NewWords => $"{reminders} will be sent at the same time{text}",
            "unchanged" => count == 1 ? $"{reminders} will stay as it is" : $"{reminders} will stay as they are",
            "fresh" => $"{CountWords.Of(count, "shift")} will be queued within a minute",
            _ => $"{reminders}: {effect}",
        };
    }
}
