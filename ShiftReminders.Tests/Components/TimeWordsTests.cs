using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Tests.Components;

public sealed class TimeWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 7, 46, 12, TimeSpan.Zero);
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("00:00:00", "now")]
    [InlineData("00:00:01.2", "now")]
    [InlineData("00:00:12", "in 12 s")]
    [InlineData("-00:00:12", "12 s ago")]
    [InlineData("00:01:29", "in 89 s")]
    [InlineData("00:04:10", "in 4 min")]
    [InlineData("-01:29:00", "89 min ago")]
    [InlineData("05:10:00", "in 5 h")]
    [InlineData("-3.00:00:00", "3 days ago")]
    public void Relative_time_says_how_far_and_in_which_direction(string offset, string expected) =>
        Assert.Equal(expected, TimeWords.Relative(Now + TimeSpan.Parse(offset, null), Now));

    [Theory]
    [InlineData("00:00:00.071", "71 ms")]
    [InlineData("00:00:00.3", "0.3 s")]
    [InlineData("00:00:02", "2 s")]
    [InlineData("00:00:41", "41 s")]
    [InlineData("00:12:00", "12 min")]
    public void Length_keeps_the_digits_that_matter(string length, string expected) =>
        Assert.Equal(expected, TimeWords.Rough(TimeSpan.Parse(length, null)));

    [Theory]
    [InlineData("00:00:00.013", "less than a minute")]
    [InlineData("00:00:59", "less than a minute")]
    [InlineData("00:12:00", "12 min")]
    public void What_lasts_is_told_to_the_minute(string length, string expected) =>
        Assert.Equal(expected, TimeWords.Lasting(TimeSpan.Parse(length, null)));

    [Theory]
    [InlineData("2026-11-23T07:45:00Z", "08:45:00")]
    [InlineData("2026-11-22T23:30:00Z", "00:30:00")]
    [InlineData("2026-11-22T22:30:00Z", "Sun 22 Nov 23:30:00")]
    [InlineData("2025-11-22T22:30:00Z", "22 Nov 2025 23:30:00")]
    public void Clock_names_the_day_only_when_it_is_another_in_that_zone(string moment, string expected) =>
        Assert.Equal(expected, TimeWords.Clock(DateTimeOffset.Parse(moment, null), Berlin, Now));

    [Fact]
    public void Hour_that_occurs_twice_says_so()
    {
        var first = DateTimeOffset.Parse("2026-10-25T00:30:00Z", null);

        Assert.Equal("Sun 25 Oct 2026 02:30:00 Europe/Berlin (UTC+02:00, an hour that occurs twice that night)", TimeWords.Full(first, Berlin));
        Assert.Equal(
            "Sun 25 Oct 2026 02:30:00 Europe/Berlin (UTC+01:00, an hour that occurs twice that night)",
            TimeWords.Full(first.AddHours(1), Berlin));
    }
}
