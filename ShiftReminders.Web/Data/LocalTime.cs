namespace ShiftReminders.Web.Data;

/// <summary>What a clock on the wall says, as a moment.</summary>
internal static class LocalTime
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(15);

    /// <summary>When a day begins there: where the clock is put forward at midnight, when it next exists.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone) => At(day.ToDateTime(TimeOnly.MinValue), zone);

    /// <summary>A time that the clock jumps over is the one right after the jump.</summary>
    public static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local)) local += Step;
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
