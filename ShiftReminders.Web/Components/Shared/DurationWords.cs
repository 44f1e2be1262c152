using System.Globalization;
using System.Text.RegularExpressions;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>How people write durations: "15 min 20 s", "8 h", "1:30:00". What is written can be read back.</summary>
public static partial class DurationWords
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1000);

    /// <summary>"15 min 20 s"; every part that is not zero.</summary>
    public static string Write(TimeSpan length)
    {
        if (length == TimeSpan.Zero) return "0 s";
        var size = length.Duration();
        string[] parts =
        [
            Part((long)size.TotalHours, "h"),
            Part(size.Minutes, "min"),
            size.Milliseconds == 0 ? Part(size.Seconds, "s") : (size.Seconds + size.Milliseconds / 1000m).ToString("0.###", CultureInfo.InvariantCulture) + " s",
        ];
        return (length < TimeSpan.Zero ? "-" : "") + string.Join(' ', parts.Where(part => part.Length > 0));
    }

    /// <summary>False when the text means no duration; a bare number has no unit, so it means none.</summary>
    public static bool TryRead(string? text, out TimeSpan length)
    {
        length = TimeSpan.Zero;
        var written = text?.Trim() ?? "";
        if (written is { Length: 0 or > 60 }) return false;
        var negative = written[0] is '-' or '\u2212';
        if (negative) written = written[1..].TrimStart();
        if (!(ClockForm().Match(written) is { Success: true } clock ? ReadClock(clock, out length) : ReadUnits(written, out length))) return false;
        if (negative) length = -length;
        return true;
    }

    private static bool ReadClock(Match clock, out TimeSpan length)
    {
        length = new TimeSpan(Number(clock.Groups[1]), Number(clock.Groups[2]), Number(clock.Groups[3]));
        return length < Longest;
    }

    private static bool ReadUnits(string written, out TimeSpan length)
    {
        length = TimeSpan.Zero;
        var units = UnitForm().Match(written);
        if (!units.Success) return false;
        var amounts = units.Groups["amount"].Captures;
        for (var part = 0; part < amounts.Count; part++)
        {
            var amount = double.Parse(amounts[part].Value, CultureInfo.InvariantCulture);
            var unit = UnitOf(units.Groups["unit"].Captures[part].Value);
            if (amount > Longest / unit) return false;
            length += amount * unit;
        }
        return length < Longest;
    }

    private static TimeSpan UnitOf(string unit) => char.ToLowerInvariant(unit[0]) switch
    {
        'd' => TimeSpan.FromDays(1),
        'h' => TimeSpan.FromHours(1),
        'm' => TimeSpan.FromMinutes(1),
        _ => TimeSpan.FromSeconds(1),
    };

    private static int Number(Group group) => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    private static string Part(long amount, string unit) => amount == 0 ? "" : amount.ToString(CultureInfo.InvariantCulture) + " " + unit;

    [GeneratedRegex(@"^([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9]))?$")]
    private static partial Regex ClockForm();

    [GeneratedRegex(@"^(?:(?<amount>[0-9]{1,9}(?:\.[0-9]{1,3})?)\s*(?<unit>d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:utes?)?)?|s(?:ec(?:onds?)?)?)\s*,?\s*)+$", RegexOptions.IgnoreCase)]
    private static partial Regex UnitForm();
}
