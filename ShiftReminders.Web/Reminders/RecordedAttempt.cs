namespace ShiftReminders.Web.Reminders;

/// <summary>What the database made of an attempt.</summary>
/// <param name="ReminderId">The reminder.</param>
/// <param name="State">Its state now.</param>
/// <param name="Reason">Why, where the state has a reason.</param>
/// <param name="RetryIn">When it may be claimed again; null unless it is pending.</param>
/// <param name="Fenced">True: the claim was no longer ours. The attempt is on record, the state is somebody else's.</param>
public readonly record struct RecordedAttempt(long ReminderId, string State, string? Reason, TimeSpan? RetryIn, bool Fenced)
{
    /// <summary>True: another session held the reminder just then; nothing is on record yet.</summary>
    public bool IsBusy => State == "busy";

    internal static RecordedAttempt Accepted(long reminderId) => new(reminderId, "sent", "accepted", RetryIn: null, Fenced: false);
}
