using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>The column Reason: a sentence for every row, never only a code.</summary>
public static class ReasonWords
{
    public static string Of(ReminderRow row, DateTimeOffset now) => row switch
    {
        { State: "failed", Sentence: { } sentence, Error: { Length: > 0 } error } => $"{sentence} {error}",
        { Sentence: { } sentence } => sentence,
        { State: "sending" } => "Being sent right now.",
        { State: "pending", Attempts: > 0 } => "Waiting for its next try.",
        { State: "pending" } when row.Due <= now => "Due, and waiting for a processor.",
        { State: "pending" } => "Waiting until it is due.",
        { Reason: { } reason } => FilterWords.ReasonOf(reason),
        _ => "",
    };
}
