namespace ShiftReminders.Web.Reminders;

/// <summary>Durations cross the wire as seconds; those that no <see cref="TimeSpan"/> can hold are cut, not refused.</summary>
internal static class Seconds
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public static TimeSpan Span(double seconds) =>
        double.IsNaN(seconds) ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Clamp(seconds, -Longest.TotalSeconds, Longest.TotalSeconds));
}
