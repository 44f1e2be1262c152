using ShiftReminders.Web.Reminders.Acting;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>What a resend would do, in words: of one reminder, or of many.</summary>
internal static class ResendWords
{
    public static string Act(int sendable) => sendable switch
    {
        0 => "Nothing to resend",
        1 => "Resend 1 reminder",
        var many => $"Resend {many} reminders",
    };

    /// <summary>How many will be sent.</summary>
    public static string Sum(IReadOnlyCollection<ResendPreview> previews)
    {
        var sendable = previews.Where(preview => preview.Accepted).ToArray();
        var devices = sendable.Sum(preview => preview.Devices);
        var phones = devices == 1 ? "1 phone" : $"{devices} phones";
        return (previews.Count, sendable.Length) switch
        {
            (1, 1) => $"It will be sent, to {phones}.",
            (1, _) => "It cannot be sent.",
            (var all, 0) => $"None of the {all} can be sent.",
            var (all, some) => $"{some} of {all} will be sent, to {phones}.",
        };
    }

    /// <summary>Why the others will not.</summary>
    public static string Refused(IReadOnlyCollection<ResendPreview> previews)
    {
        if (previews.Count == 1) return previews.Single() is { Accepted: false, Sentence: var sentence } ? sentence : "";
        var refused = previews.Where(preview => !preview.Accepted)
            .CountBy(preview => preview.Result == "begun" ? "over" : FilterWords.ReasonOf(preview.Result))
            .OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} {pair.Key}").ToArray();
        return refused.Length == 0 ? "" : $"Left out: {string.Join(", ", refused)}.";
    }

    /// <param name="begun">For how many of them the time is over.</param>
    /// <param name="all">Of how many.</param>
    /// <param name="wanted">Whether they are sent all the same.</param>
    public static string Begun(int begun, int all, bool wanted)
    {
        var whose = all == 1 ? "The" : $"For {begun} of them the";
        var becomes = (begun, wanted) switch
        {
            (1, true) => "It is sent all the same, because you ticked so.",
            (1, false) => "It is left out unless you tick so above.",
            (_, true) => "They are sent all the same, because you ticked so.",
            (_, false) => "They are left out unless you tick so above.",
        };
        return $"{whose} shift has begun and the time for the reminder is over. {becomes}";
    }
}
