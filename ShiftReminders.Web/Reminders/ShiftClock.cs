using System.Globalization;

namespace ShiftReminders.Web.Reminders;

/// <summary>Says instants as a clock on the wall of the shift's place shows them.</summary>
public sealed class ShiftClock
{
    private readonly TimeZoneInfo zone;
    private readonly bool saysOffset;
    private readonly LocaleFormat format;

    private ShiftClock(TimeZoneInfo zone, bool saysOffset, LocaleFormat format, string? warning)
    {
        (this.zone, this.saysOffset, this.format, Warning) = (zone, saysOffset, format, warning);
    }

    /// <summary>Set when the shift's zone is unknown here and another one is used instead.</summary>
    public string? Warning { get; }

    /// <param name="timeZone">The shift's IANA zone; null: the site's.</param>
    /// <param name="locale">The person's locale, such as <c>de</c> or <c>en-US</c>; null: neutral formats.</param>
    /// <param name="siteZone">Used where the shift's zone is null or unknown.</param>
    public static ShiftClock For(string? timeZone, string? locale, TimeZoneInfo siteZone)
    {
        var format = LocaleFormat.Of(locale);
        if (string.IsNullOrWhiteSpace(timeZone)) return new ShiftClock(siteZone, false, format, null);
        if (TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
            return new ShiftClock(zone, false, format, null);
        return new ShiftClock(
            siteZone, true, format, $"The shift's time zone \"{timeZone}\" is unknown here; {siteZone.Id} was used instead.");
    }

    /// <summary>The clock time; with its offset where the wall clock alone could mean two instants, or another zone.</summary>
    public string Time(DateTime utc)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(utc, zone);
        var time = local.ToString(format.Time, CultureInfo.InvariantCulture);
        return saysOffset || zone.OccursTwice(utc) ? $"{time} ({Offset(zone.GetUtcOffset(utc))})" : time;
    }

    public string Date(DateTime utc) =>
        TimeZoneInfo.ConvertTimeFromUtc(utc, zone).ToString(format.Date, CultureInfo.InvariantCulture);

    private static string Offset(TimeSpan offset)
    {
        if (offset == TimeSpan.Zero) return "UTC";
        var sign = offset < TimeSpan.Zero ? '\u2212' : '+';
        return offset.Minutes == 0
            ? $"UTC{sign}{Math.Abs(offset.Hours)}"
            : string.Create(CultureInfo.InvariantCulture, $"UTC{sign}{Math.Abs(offset.Hours)}:{Math.Abs(offset.Minutes):00}");
    }
}
