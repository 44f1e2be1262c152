using System.Globalization;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>How the portal writes moments and durations. Pure; the pages' tests hold its wording.</summary>
public static class TimeWords
{
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan ShowSecondsBelow = TimeSpan.FromMinutes(1.5);
    private static readonly TimeSpan ShowMinutesBelow = TimeSpan.FromMinutes(90);
    private static readonly TimeSpan ShowHoursBelow = TimeSpan.FromHours(36);

    /// <summary>"in 4 min", "12 s ago", "now".</summary>
    public static string Relative(DateTimeOffset moment, DateTimeOffset now)
    {
        var ahead = moment - now;
        if (ahead.Duration() < JustNow) return "now";
        var length = Rough(ahead.Duration());
        return ahead > TimeSpan.Zero ? $"in {length}" : $"{length} ago";
    }

    /// <summary>"71 ms", "0.3 s", "41 s", "12 min", "5 h", "3 days": two digits are enough to judge by.</summary>
    public static string Rough(TimeSpan length) => length switch
    {
        { TotalMilliseconds: < 100 } => Number(length.TotalMilliseconds, "0", "ms"),
        { TotalSeconds: < 9.95 } => Number(length.TotalSeconds, "0.0", "s").Replace(".0 ", " ", StringComparison.Ordinal),
        _ when length < ShowSecondsBelow => Number(length.TotalSeconds, "0", "s"),
        _ when length < ShowMinutesBelow => Number(length.TotalMinutes, "0", "min"),
        _ when length < ShowHoursBelow => Number(length.TotalHours, "0", "h"),
        _ => Number(length.TotalDays, "#,0", "days"),
    };

    /// <summary>As <see cref="Rough"/>, for what lasts: a sentence is no stopwatch, and below a minute says just that.</summary>
    public static string Lasting(TimeSpan length) => length < TimeSpan.FromMinutes(1) ? "less than a minute" : Rough(length);

    /// <summary>"08:45:00", with the day before it when that is another day than today in the same zone.</summary>
    public static string Clock(DateTimeOffset moment, TimeZoneInfo zone, DateTimeOffset now, bool seconds = true)
    {
        var local = TimeZoneInfo.ConvertTime(moment, zone);
        var today = TimeZoneInfo.ConvertTime(now, zone);
        var pattern = seconds ? "HH:mm:ss" : "HH:mm";
        if (local.Date == today.Date) return Text(local, pattern);
        var sameYear = local.Year == today.Year;
        return Text(local, sameYear ? $"ddd d MMM {pattern}" : $"d MMM yyyy {pattern}");
    }

    /// <summary>"17:45 Tokyo", a moment by a shift's own clock; null where that shows what the site's does.</summary>
    public static string? Own(DateTimeOffset? moment, string? zoneId, Clocks clocks, DateTimeOffset now) =>
        moment is { } at && clocks.CityAt(at, zoneId) is { } city ? $"{Clock(at, clocks.ZoneOf(zoneId), now, seconds: false)} {city}" : null;

    /// <summary>"Mon 23 Nov 2026 08:45:00 Europe/Berlin (UTC+01:00)", and whether that clock time occurs twice.</summary>
    public static string Full(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(moment, zone);
        var sign = local.Offset < TimeSpan.Zero ? '-' : '+';
        var twice = zone.OccursTwice(moment.UtcDateTime) ? ", an hour that occurs twice that night" : "";
        return Text(local, "ddd d MMM yyyy HH:mm:ss") + $" {zone.Id} (UTC{sign}{local.Offset:hh\\:mm}{twice})";
    }

    private static string Number(double value, string format, string unit) =>
        value.ToString(format, CultureInfo.InvariantCulture) + " " + unit;

    private static string Text(DateTimeOffset moment, string format) => moment.ToString(format, CultureInfo.InvariantCulture);
}
