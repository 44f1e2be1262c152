using System.Globalization;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Acting;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>What came of a resend, in words, and where each number leads.</summary>
public static class ActWords
{
    public static string OutcomeOf(string outcome) => outcome switch
    {
        ActOutcomes.NotNeeded => "not needed",
        ActOutcomes.Replaced => "replaced",
        ActOutcomes.Again => "resent again",
        ActOutcomes.Forgotten => "forgotten since",
        _ => outcome,
    };

    /// <summary>The same where there is room to say it fully.</summary>
    public static string FullOutcomeOf(string outcome) => outcome switch
    {
        ActOutcomes.Failed => "failed or expired",
        ActOutcomes.NotNeeded => "not needed (skipped or cancelled)",
        ActOutcomes.Replaced => "replaced by a later sending of its own",
        ActOutcomes.Again => "resent again, and counted there",
        _ => OutcomeOf(outcome),
    };

    public static Tone ToneOf(string outcome) => outcome switch
    {
        ActOutcomes.Accepted => Tone.Good,
        ActOutcomes.Waiting => Tone.Waiting,
        ActOutcomes.Failed => Tone.Bad,
        _ => Tone.Muted,
    };

    /// <summary>"41 of 48 accepted", "5 waiting".</summary>
    public static string Count(FollowedAct act, string outcome) => string.Create(CultureInfo.InvariantCulture,
        $"{act.CountOf(outcome):N0} {(outcome == ActOutcomes.Accepted ? $"of {act.Reminders.Count.ToString("N0", CultureInfo.InvariantCulture)} " : "")}{OutcomeOf(outcome)}");

    /// <summary>What has to be said: how many were accepted always, all else where there is some of it.</summary>
    public static IEnumerable<string> ToSay(FollowedAct act) =>
        ActOutcomes.All.Where(outcome => outcome == ActOutcomes.Accepted || act.CountOf(outcome) > 0);

    /// <summary>As long as some wait nothing is judged.</summary>
    public static Tone ToneOf(FollowedAct act) =>
        act.Waits ? Tone.Waiting : act.CountOf(ActOutcomes.Failed) > 0 ? Tone.Warning : Tone.Good;

    public static string ByWhom(FollowedAct act, TimeZoneInfo site, DateTimeOffset now) =>
        $"at {TimeWords.Clock(act.At, site, now, seconds: false)} by {act.Actor}";

    /// <summary>The list of exactly these reminders.</summary>
    public static string Link(long act, string? outcome = null) =>
        PortalUrls.Reminders + ReminderFilterQuery.Write(new ReminderFilter { Act = act, Outcome = outcome });
}
