using System.Globalization;
using System.Text.RegularExpressions;

namespace ShiftReminders.Web.Cron;

/// <summary>
/// A schedule as pg_cron reads it: five fields, or "10 seconds". Said in words, and asked when it fires next. Both are
/// bounded: no expression makes them run long.
/// </summary>
public sealed partial class CronSchedule
{
    // 29 February on a given weekday comes back within this.
    private const int MostDaysAhead = 366 * 40;

    private readonly CronField minutes;
    private readonly CronField hours;
    private readonly CronField days;
    private readonly CronField months;
    private readonly CronField weekdays;
    private readonly bool lastDay;

    private CronSchedule(string[] fields)
    {
        lastDay = fields[2] == "$";
        minutes = CronField.Read(fields[0], 0, 59);
        hours = CronField.Read(fields[1], 0, 23);
        days = CronField.Read(lastDay ? "31" : fields[2], 1, 31);
        months = CronField.Read(fields[3], 1, 12, CronField.Months);
        weekdays = CronField.Read(fields[4], 0, 7, CronField.Weekdays);
    }

    private CronSchedule(TimeSpan every) : this(["*", "*", "*", "*", "*"]) => Every = every;

    /// <summary>Set for a schedule of "n seconds", which counts from the run before.</summary>
    public TimeSpan? Every { get; }

    /// <summary>A schedule that counts from the run before, as the watchdog's does.</summary>
    public static CronSchedule After(TimeSpan every) => new(every);

    /// <summary>Null when the text is no schedule of pg_cron's.</summary>
    public static CronSchedule? TryParse(string? text)
    {
        var written = text?.Trim() ?? "";
        if (written.Length is 0 or > 500) return null;
        if (SecondsForm().Match(written) is { Success: true } seconds)
            return new CronSchedule(TimeSpan.FromSeconds(int.Parse(seconds.Groups[1].Value, CultureInfo.InvariantCulture)));
        var fields = written.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5) return null;
        try
        {
            return new CronSchedule(fields);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The schedule as people say it: "every minute", "every day at 03:30".</summary>
    public string Words
    {
        get
        {
            if (Every is { } every) return every == TimeSpan.FromSeconds(1) ? "every second" : $"every {every.TotalSeconds:0} seconds";
            var when = DayWords();
            return when.Length == 0 ? ClockWords() : $"{ClockWords()} {when}";
        }
    }

    /// <summary>When it fires next, strictly after <paramref name="after"/>; null: never.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        if (Every is { } every) return after + every;
        var local = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        var from = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0).AddMinutes(1);
        for (var day = from.Date; (day - from.Date).TotalDays < MostDaysAhead && day.Year < 9990; day = day.AddDays(1))
        {
            if (!IsOn(day)) continue;
            foreach (var moment in MomentsOf(day, from))
            {
                // A clock that skips an hour skips what was planned in it.
                if (zone.IsInvalidTime(moment)) continue;
                var fires = new DateTimeOffset(moment, zone.GetUtcOffset(moment));
                if (fires > after) return fires.ToUniversalTime();
            }
        }
        return null;
    }

    private IEnumerable<DateTime> MomentsOf(DateTime day, DateTime from)
    {
        for (var hour = day == from.Date ? from.Hour : 0; hour < 24; hour++)
        {
            if (!hours.Has(hour)) continue;
            for (var minute = day == from.Date && hour == from.Hour ? from.Minute : 0; minute < 60; minute++)
                if (minutes.Has(minute)) yield return day.AddHours(hour).AddMinutes(minute);
        }
    }

    private bool IsOn(DateTime day)
    {
        if (!months.Has(day.Month)) return false;
        var byDay = lastDay ? day.Day == DateTime.DaysInMonth(day.Year, day.Month) : days.Has(day.Day);
        var weekday = (int)day.DayOfWeek;
        var byWeekday = weekdays.Has(weekday) || (weekday == 0 && weekdays.Has(7));
        // cron's own rule: if both are restricted, either will do.
        return (days.Any && !lastDay) || weekdays.Any ? byDay && byWeekday : byDay || byWeekday;
    }

    private string ClockWords() => (hours, minutes) switch
    {
        ({ Any: true }, { Any: true }) => "every minute",
        ({ Any: true }, { Step: { } step }) => $"every {step} minutes",
        ({ Any: true }, _) => $"every hour, at minute {minutes.Words}",
        ({ Step: { } step }, { Single: { } minute }) => $"every {step} hours, at minute {minute}",
        ({ Single: { } hour }, { Single: { } minute }) => $"at {hour:00}:{minute:00}",
        (_, { Any: true }) => $"every minute of hour {hours.Words}",
        _ => $"at minute {minutes.Words} of hour {hours.Words}",
    };

    private string DayWords()
    {
        List<string> words = [];
        if (lastDay) words.Add("on the last day of the month");
        else if (!days.Any) words.Add($"on day {days.Words} of the month");
        if (!weekdays.Any) words.Add(words.Count == 0 ? $"on {weekdays.Words}" : $"or on {weekdays.Words}");
        if (!months.Any) words.Add($"in {months.Words}");
        if (words.Count == 0 && !hours.Any && hours.Step is null && minutes.Single is not null && hours.Single is not null) words.Add("every day");
        return string.Join(' ', words);
    }

    [GeneratedRegex(@"^([1-9]|[1-5][0-9])\s+seconds?$", RegexOptions.IgnoreCase)]
    private static partial Regex SecondsForm();
}
