using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Tests.Reminders;

public sealed class ReminderTextTests
{
    private static readonly DateTime Start = new(2026, 6, 1, 7, 0, 0, DateTimeKind.Utc);

    private readonly ReminderText text = new(TimeZoneInfo.FindSystemTimeZoneById("America/Lima"));

    [Fact]
    public void Every_placeholder_is_filled_in_by_the_shifts_own_zone()
    {
        var wording = Write(
            "{label}: {start}–{end} on {date}", "{name}, it is about {anchor}. {{braces}}", Values(Start), "Europe/Berlin", null);

        Assert.Equal("Night desk: 09:00–17:00 on 2026-06-01", wording.Title);
        Assert.Equal("Alex, it is about 09:00. {braces}", wording.Body);
        Assert.Null(wording.Problem);
        Assert.Null(wording.Warning);
    }

    [Fact]
    public void Name_that_no_phone_would_show_is_shortened_to_whole_characters()
    {
        var wording = Write("{label}", "{label}", Values(Start) with { Label = string.Concat(Enumerable.Repeat("👩‍👩‍👧", 500)) }, null, null);

        Assert.EndsWith("👧…", wording.Title, StringComparison.Ordinal);
        Assert.InRange(wording.Title.Length, 100, 120);
        Assert.Null(wording.Problem);
    }

    [Theory]
    [InlineData("en-US", "9:00 AM", "6/1/2026")]
    [InlineData("en_US", "9:00 AM", "6/1/2026")]
    [InlineData("en-GB", "09:00", "01/06/2026")]
    [InlineData("de-AT", "09:00", "01.06.2026")]
    [InlineData("fi", "9.00", "1.6.2026")]
    [InlineData("xx", "09:00", "2026-06-01")]
    [InlineData(null, "09:00", "2026-06-01")]
    public void Times_and_dates_follow_the_persons_locale(string? locale, string time, string date)
    {
        var wording = Write("{start}", "{date}", Values(Start), "Europe/Berlin", locale);

        Assert.Equal((time, date), (wording.Title, wording.Body));
    }

    [Fact]
    public void Date_is_the_day_at_the_shifts_place()
    {
        var evening = Values(new DateTime(2026, 6, 1, 23, 30, 0, DateTimeKind.Utc));

        Assert.Equal("2026-06-02 01:30", Write("{date} {start}", "", evening, "Europe/Berlin", null).Title);
        Assert.Equal("2026-06-01 19:30", Write("{date} {start}", "", evening, "America/New_York", null).Title);
    }

    [Fact]
    public void Shift_across_the_spring_gap_shows_times_that_exist()
    {
        // 2026-03-29, Berlin: 02:00 becomes 03:00 at 01:00 UTC.
        var values = Values(new DateTime(2026, 3, 29, 0, 30, 0, DateTimeKind.Utc)) with
        {
            EndAt = new DateTime(2026, 3, 29, 1, 0, 0, DateTimeKind.Utc),
        };

        Assert.Equal("01:30 to 03:00", Write("{start} to {end}", "", values, "Europe/Berlin", null).Title);
    }

    [Theory]
    [InlineData("Africa/Casablanca", 2026, 2, 15, 1, 30)] // Back by an hour for Ramadan, at 02:00 UTC.
    [InlineData("Australia/Lord_Howe", 2026, 4, 4, 14, 45)] // Back by half an hour, at 15:00 UTC.
    public void Wall_time_that_exists_twice_is_known_in_zones_of_other_habits(string zone, int year, int month, int day, int hour, int minute)
    {
        var values = Values(new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc));

        Assert.Contains("(UTC+", Write("{start}", "", values, zone, null).Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Wall_time_that_exists_twice_says_which_one_is_meant()
    {
        // 2026-10-25, Berlin: 03:00 becomes 02:00 at 01:00 UTC, so 02:30 comes twice.
        var values = Values(new DateTime(2026, 10, 25, 0, 30, 0, DateTimeKind.Utc)) with
        {
            EndAt = new DateTime(2026, 10, 25, 1, 30, 0, DateTimeKind.Utc),
        };

        Assert.Equal("02:30 (UTC+2) to 02:30 (UTC+1)", Write("{start} to {end}", "", values, "Europe/Berlin", null).Title);
    }

    [Fact]
    public void End_that_the_shift_does_not_have_leaves_no_gap_and_no_invented_time() =>
        Assert.Equal("Starts at 07:00.", Write("Starts at {start} {end}.", "", Values(Start) with { EndAt = null }, "UTC", null).Title);

    [Fact]
    public void Half_hour_offsets_are_written_out()
    {
        // Lord Howe Island goes back by half an hour: 01:30 to 02:00 comes twice.
        var values = Values(new DateTime(2026, 4, 4, 14, 45, 0, DateTimeKind.Utc));

        Assert.Equal("01:45 (UTC+11)", Write("{start}", "", values, "Australia/Lord_Howe", null).Title);
        Assert.Equal(
            "01:45 (UTC+10:30)",
            Write("{start}", "", Values(values.StartAt!.Value.AddMinutes(30)), "Australia/Lord_Howe", null).Title);
    }

    [Fact]
    public void Unknown_zone_falls_back_to_the_sites_and_says_so()
    {
        var wording = Write("{start}", "", Values(Start), "Mars/Olympus", null);

        Assert.Equal("02:00 (UTC−5)", wording.Title);
        Assert.Null(wording.Problem);
        Assert.Contains("Mars/Olympus", wording.Warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{strat}")]
    [InlineData("{Start}")]
    [InlineData("{}")]
    [InlineData("{start")]
    public void Unknown_placeholder_is_a_problem_that_names_rule_and_placeholder(string placeholder)
    {
        var wording = Write("fine", $"Hello {placeholder}", Values(Start), null, "de");

        Assert.Contains("rule start_15 (de)", wording.Problem, StringComparison.Ordinal);
        Assert.Contains(placeholder, wording.Problem, StringComparison.Ordinal);
        Assert.Contains("{start}, {end}, {anchor}, {date}, {name}, {label}", wording.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_name_and_label_leave_no_gap()
    {
        var wording = Write(
            "Hello {name}, see you", "Remember to check in. {label}", Values(Start) with { Name = null, Label = null }, null, null);

        Assert.Equal("Hello, see you", wording.Title);
        Assert.Equal("Remember to check in.", wording.Body);
    }

    [Fact]
    public void Absurd_times_are_written_not_thrown()
    {
        var values = Values(Start) with { EndAt = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) };

        Assert.Equal("23:59", Write("{end}", "", values, "Pacific/Kiritimati", null).Title);
    }

    [Fact]
    public void Text_does_not_show_in_logs()
    {
        Assert.DoesNotContain("secret", Write("secret", "secret", Values(Start), null, null).ToString(), StringComparison.Ordinal);
    }

    private Wording Write(string title, string body, ReminderValues values, string? zone, string? locale) =>
        text.Write("start_15", title, body, values, zone, locale);

    private static ReminderValues Values(DateTime start) => new()
    {
        StartAt = start,
        EndAt = start.AddHours(8),
        AnchorAt = start,
        Label = "Night desk",
        Name = "Alex",
    };
}
