using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>
/// Until when a claimed reminder may be handed to the channel. Monotonic: neither this machine's clock nor its steps
/// matter, only the seconds that the database said were left.
/// </summary>
internal readonly record struct HandOverWindow(long ExpiresAt, long HandOverBy)
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(5);

    /// <summary>What is kept of a lease for recording the outcome.</summary>
    private static TimeSpan Margin(TimeSpan lease) => lease / 10 < LongestMargin ? lease / 10 : LongestMargin;

    /// <summary>How long into a lease a reminder may still be handed over.</summary>
    public static TimeSpan UsableOf(TimeSpan lease, TimeSpan request) => lease - request - Margin(lease);

    /// <param name="reminder">The claim.</param>
    /// <param name="asked">
    /// When the claim was asked for. The database counted from a moment after that, so the window never ends late.
    /// </param>
    /// <param name="request">How long a request may take.</param>
    /// <param name="clock">The clock that <paramref name="asked"/> was read from.</param>
    public static HandOverWindow Of(ClaimedReminder reminder, long asked, TimeSpan request, TimeProvider clock)
    {
        var usable = UsableOf(reminder.LeaseIn, request);
        var expires = asked + Ticks(reminder.ExpiresIn, clock);
        return new HandOverWindow(expires, Math.Min(expires, asked + Ticks(usable, clock)));
    }

    public bool IsOver(TimeProvider clock) => clock.GetTimestamp() >= HandOverBy;

    public TimeSpan UntilExpiry(TimeProvider clock) => clock.GetElapsedTime(clock.GetTimestamp(), ExpiresAt);

    public TimeSpan UntilOver(TimeProvider clock) => clock.GetElapsedTime(clock.GetTimestamp(), HandOverBy);

    private static long Ticks(TimeSpan span, TimeProvider clock) => (long)(span.TotalSeconds * clock.TimestampFrequency);
}
