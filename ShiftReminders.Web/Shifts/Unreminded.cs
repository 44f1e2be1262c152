namespace ShiftReminders.Web.Shifts;

/// <summary>Why a reminder does not reach its person although the shift needs it.</summary>
public enum UnremindedCause
{
    /// <summary>The person has no phone that the channel can reach.</summary>
    NoPhone,

    /// <summary>It was tried, and no phone took it.</summary>
    Failed,

    /// <summary>It was not sent while it was useful.</summary>
    TooLate,

    /// <summary>It should have been queued and was not; nothing explains it.</summary>
    Unaccounted,

    /// <summary>The shift ends before it starts, or a time is missing.</summary>
    UnusableTimes,

    /// <summary>The person has switched reminders off or is on leave.</summary>
    SwitchedOff,

    /// <summary>An admin cancelled it.</summary>
    Cancelled,
}

/// <summary>A reminder that its person did not get, or will not get as things are.</summary>
/// <param name="Shift">The person's shift, with all of its reminders.</param>
/// <param name="Reminder">The one that is meant.</param>
/// <param name="Cause">Why.</param>
public sealed record Unreminded(BoardShift Shift, BoardRow Reminder, UnremindedCause Cause)
{
    /// <summary>Those of the reminders that are not needed any more, or that nobody is assigned to, are not among them.</summary>
    public static IEnumerable<Unreminded> Of(BoardShift shift, DateTimeOffset now) =>
        from reminder in shift.Reminders
        let cause = CauseOf(reminder, now)
        where cause is not null
        select new Unreminded(shift, reminder, cause.Value);

    private static UnremindedCause? CauseOf(BoardRow reminder, DateTimeOffset now) => reminder switch
    {
        { UserId: null } => null,
        { Standing: "failed", Reason: "no_device" or "unregistered" } => UnremindedCause.NoPhone,
        { Standing: "failed" } => UnremindedCause.Failed,
        { Standing: "expired" } => UnremindedCause.TooLate,
        { Standing: "missing" } => UnremindedCause.Unaccounted,
        { Standing: "bad_times" } or { Standing: "cancelled", Reason: "bad_times" } => UnremindedCause.UnusableTimes,
        { Standing: "opted_out" } or { Standing: "skipped", Reason: "opted_out" } => UnremindedCause.SwitchedOff,
        { Standing: "cancelled", Reason: "cancelled_by_admin" } => UnremindedCause.Cancelled,
        { Standing: "expected" or "pending", Devices: 0, IsActive: true } when reminder.ExpiresAt > now => UnremindedCause.NoPhone,
        _ => null,
    };
}
