using System.Globalization;
using ShiftReminders.Web.Cron;

namespace ShiftReminders.Tests.Cron;

public sealed class CronScheduleTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("* * * * *", "every minute")]
    [InlineData("*/5 * * * *", "every 5 minutes")]
    [InlineData("0 * * * *", "every hour, at minute 0")]
    [InlineData("30 3 * * *", "at 03:30 every day")]
    [InlineData("0 9 * * 1-5", "at 09:00 on Monday to Friday")]
    [InlineData("0 9 * * mon,wed", "at 09:00 on Monday, Wednesday")]
    [InlineData("15 */6 * * *", "every 6 hours, at minute 15")]
    [InlineData("0 0 1 jan *", "at 00:00 on day 1 of the month in January")]
    [InlineData("0 4 $ * *", "at 04:00 on the last day of the month")]
    [InlineData("10 seconds", "every 10 seconds")]
    public void Schedule_is_said_in_words(string schedule, string words) => Assert.Equal(words, CronSchedule.TryParse(schedule)!.Words);

    [Theory]
    [InlineData("* * * * *", "2026-11-23 08:46:12", "2026-11-23 08:47:00")]
    [InlineData("*/15 * * * *", "2026-11-23 08:46:12", "2026-11-23 09:00:00")]
    [InlineData("30 3 * * *", "2026-11-23 08:46:12", "2026-11-24 03:30:00")]
    [InlineData("0 0 29 2 *", "2026-11-23 08:46:12", "2028-02-29 00:00:00")]
    [InlineData("0 0 $ * *", "2026-02-10 00:00:00", "2026-02-28 00:00:00")]
    [InlineData("0 12 13 * 5", "2026-11-23 08:46:12", "2026-11-27 12:00:00")]
    [InlineData("0 12 * * 7", "2026-11-23 08:46:12", "2026-11-29 12:00:00")]
    [InlineData("30 seconds", "2026-11-23 08:46:12", "2026-11-23 08:46:42")]
    public void Next_run_is_the_first_moment_after_now(string schedule, string after, string next) =>
        Assert.Equal(Utc(next), CronSchedule.TryParse(schedule)!.Next(Utc(after), TimeZoneInfo.Utc));

    [Fact]
    public void Next_run_is_read_in_the_servers_zone() =>
        Assert.Equal(Utc("2026-11-24 02:30:00"), CronSchedule.TryParse("30 3 * * *")!.Next(Utc("2026-11-23 08:00:00"), Berlin));

    [Fact]
    public void Hour_that_a_night_skips_is_skipped() =>
        Assert.Equal(Utc("2026-03-30 00:30:00"), CronSchedule.TryParse("30 2 * * *")!.Next(Utc("2026-03-28 12:00:00"), Berlin));

    [Fact]
    public void Day_that_never_comes_has_no_next_run() =>
        Assert.Null(CronSchedule.TryParse("0 0 31 2 *")!.Next(Utc("2026-11-23 08:00:00"), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("60 * * * *")]
    [InlineData("1-99999999999 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("5-1 * * * *")]
    [InlineData("@reboot")]
    [InlineData("99 seconds")]
    [InlineData("a b c d e")]
    public void Nonsense_is_no_schedule(string text) => Assert.Null(CronSchedule.TryParse(text));

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
