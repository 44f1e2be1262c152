using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Tonight;

/// <summary>Why somebody is not reminded, in words.</summary>
public static class UnremindedWords
{
    public static string NameOf(UnremindedCause cause) => cause switch
    {
        UnremindedCause.NoPhone => "No phone",
        UnremindedCause.Failed => "Failed",
        UnremindedCause.TooLate => "Too late",
        UnremindedCause.Unaccounted => "Unaccounted for",
        UnremindedCause.UnusableTimes => "Unusable times",
        UnremindedCause.SwitchedOff => "Reminders off",
        UnremindedCause.Cancelled => "Cancelled",
    };

    public static Tone ToneOf(UnremindedCause cause) => cause switch
    {
        UnremindedCause.Failed or UnremindedCause.Unaccounted => Tone.Bad,
        UnremindedCause.NoPhone or UnremindedCause.TooLate or UnremindedCause.UnusableTimes => Tone.Warning,
        _ => Tone.Muted,
    };

    /// <param name="unreminded">Whose, and which reminder.</param>
    /// <param name="sentences">What each reason of a state means.</param>
    public static string SentenceOf(Unreminded unreminded, IReadOnlyDictionary<(string State, string Reason), string> sentences)
    {
        var reminder = unreminded.Reminder;
        if (reminder.Reason is { } reason && sentences.TryGetValue((reminder.Standing, reason), out var sentence)) return sentence;
        return unreminded.Cause switch
        {
            UnremindedCause.NoPhone => "No phone is registered. Tell the person; a phone that registers in time still gets it.",
            UnremindedCause.Unaccounted => "It is due and was not queued, and nothing explains it.",
            UnremindedCause.UnusableTimes => "The shift has no usable times. Correct it in the shift app.",
            UnremindedCause.SwitchedOff => "The person has switched reminders off or is on leave.",
            _ => NameOf(unreminded.Cause),
        };
    }
}
