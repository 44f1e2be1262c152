namespace ShiftReminders.Web.Reminders;

/// <summary>Clock times that occur twice, when a clock is set back.</summary>
internal static class RepeatedHours
{
    // No clock has been set back by more for as long as there are shifts.
    private static readonly TimeSpan Furthest = TimeSpan.FromHours(3);

    /// <summary>
    /// Whether the zone's clock shows the time of <paramref name="utc"/> at another instant as well. By the offsets of
    /// instants: <see cref="TimeZoneInfo.IsAmbiguousTime(DateTime)"/> does not know of zones whose summer is their
    /// standard time, such as Morocco's.
    /// </summary>
    public static bool OccursTwice(this TimeZoneInfo zone, DateTime utc)
    {
        if (utc - DateTime.MinValue < 2 * Furthest || DateTime.MaxValue - utc < 2 * Furthest) return false;
        var offset = zone.GetUtcOffset(utc);
        return Repeats(utc - Furthest) || Repeats(utc + Furthest);

        bool Repeats(DateTime nearby)
        {
            var other = zone.GetUtcOffset(nearby);
            return other != offset && zone.GetUtcOffset(utc + offset - other) == other;
        }
    }
}
