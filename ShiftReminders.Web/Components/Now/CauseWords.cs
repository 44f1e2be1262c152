using ShiftReminders.Web.Reminders.Board;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Now;

/// <summary>A cause of failures in words: what to do about it, and which reminders it is about.</summary>
public static class CauseWords
{
    public static ReminderFilter FilterOf(BoardCause cause) => new()
    {
        Tab = cause.State == "failed" ? ReminderTab.Failed : ReminderTab.All,
        State = cause.State == "failed" ? null : cause.State,
        Reason = cause.Reason,
        Due = DueRange.Day,
    };

    public static string Remedy(string reason) => reason switch
    {
        "no_device" => "They have to open the app and allow notifications; a phone that registers in time is still reminded.",
        "unregistered" => "They have to open the app again, or install it again.",
        "sender_mismatch" => "The app was built for another Firebase project: compare Fcm__ProjectId with the app's.",
        "rejected" => "Look at the provider's reply: the message itself is wrong. Check the rule's texts.",
        "attempts_used_up" or "out_of_time" => "The channel did not take them in time. What is still useful can be resent.",
        "no_text" => "Add a text for that language under Rules.",
        "unknown_type" => "A reminder names a kind that has no rule: see Rules.",
        "too_late" => "No processor claimed them in time: look at the processors below.",
        "not_handed_over" => "Processors claimed them and could not hand them over in time: look at their logs.",
        "moved_too_late" or "entered_too_late" or "taken_back_too_late" => "The change came too late for them. What is still useful can be resent.",
        "paused" => "They came due during a pause.",
        "channel_down" => "The channel was down: see its credentials. What is still useful can be resent.",
        "enqueue_down" => "The enqueue did not run: see Cron.",
        _ => "Open them to see the details.",
    };

    /// <summary>Whether sending the same again can help at all.</summary>
    public static bool Resendable(string reason) => reason is not ("no_device" or "no_text" or "unknown_type" or "sender_mismatch");
}
