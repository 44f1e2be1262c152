using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>Until when a claimed reminder may be handed to the channel: the seconds that the database said were left.</summary>
internal static class HandOverWindow
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
    /// <param name="stopped">Cancelled when this replica hands nothing over any more.</param>
    public static PushWindow Of(
        ClaimedReminder reminder, long asked, TimeSpan request, TimeProvider clock, CancellationToken stopped) =>
        new(clock, asked + Ticks(UsableOf(reminder.LeaseIn, request), clock), asked + Ticks(reminder.ExpiresIn, clock), stopped);

    private static long Ticks(TimeSpan span, TimeProvider clock) => (long)(span.TotalSeconds * clock.TimestampFrequency);
}
