using System.Globalization;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>How a shift's times are written: on its own clock.</summary>
public static class ShiftWords
{
    /// <summary>"Mon 09:00–17:00", with the date where it is not this week; null when the shift is gone.</summary>
    public static string? Span(DateTimeOffset? start, DateTimeOffset? end, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (start is not { } from) return null;
        var local = TimeZoneInfo.ConvertTime(from, zone);
        var near = (from - now).Duration() < TimeSpan.FromDays(6);
        var sameYear = local.Year == TimeZoneInfo.ConvertTime(now, zone).Year;
        var day = local.ToString(near ? "ddd" : sameYear ? "ddd d MMM" : "d MMM yyyy", CultureInfo.InvariantCulture);
        var until = end is { } to ? $"–{Clock(to, zone)}" : "";
        return $"{day} {Clock(from, zone)}{until}";
    }

    /// <summary>The same with the city of its zone, "Mon 09:00–17:00 Tokyo", where the site's clock shows another time.</summary>
    public static string? Span(DateTimeOffset? start, DateTimeOffset? end, string? zoneId, Clocks clocks, DateTimeOffset now)
    {
        var span = Span(start, end, clocks.ZoneOf(zoneId), now);
        return start is { } from && clocks.CityAt(from, zoneId) is { } city ? $"{span} {city}" : span;
    }

    private static string Clock(DateTimeOffset moment, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(moment, zone).ToString("HH:mm", CultureInfo.InvariantCulture);
}
