using System.Globalization;
using ShiftReminders.Web.Components.Tonight;
using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Tests.Shifts;

/// <summary>The list of a night: its span, and who is in it.</summary>
public sealed class TonightTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 21, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-11-23 21:00", "2026-11-23")]
    [InlineData("2026-11-24 03:00", "2026-11-23")]
    [InlineData("2026-11-24 10:00", "2026-11-24")]
    public void Tonight_is_the_night_that_ends_until_ten_and_then_the_one_that_comes(string now, string day) =>
        Assert.Equal(day, Text(Parse(now: now).Day));

    [Theory]
    [InlineData(null, null, "2026-11-23T17:00", "2026-11-24T07:00")]
    [InlineData("20:00", "02:30", "2026-11-23T19:00", "2026-11-24T01:30")]
    [InlineData("08:00", "12:00", "2026-11-23T07:00", "2026-11-23T11:00")]
    [InlineData("06:00", "06:00", "2026-11-23T05:00", "2026-11-24T05:00")]
    public void Span_goes_on_across_midnight_where_it_ends_before_it_begins(string? from, string? to, string begins, string ends)
    {
        var range = Parse(from: from, to: to).Range(Berlin);

        Assert.Equal((begins, ends), (Utc(range.From), Utc(range.To)));
    }

    [Fact]
    public void Night_in_which_the_clocks_change_has_an_hour_more_or_less()
    {
        Assert.Equal(TimeSpan.FromHours(15), Length(Parse(day: "2026-10-24").Range(Berlin)));
        Assert.Equal(TimeSpan.FromHours(13), Length(Parse(day: "2026-03-28").Range(Berlin)));
    }

    [Fact]
    public void Whatever_is_absurd_in_the_address_is_left_out() => Assert.Equal(
        Parse(), TonightView.Parse("0001-01-01", "25:00", "soon", "1", "everything", Local("2026-11-23 21:00")));

    [Fact]
    public void Address_of_a_view_leads_back_to_it()
    {
        var view = new TonightView { Day = new(2026, 11, 20), From = new(20, 15), To = new(4, 0), Cause = UnremindedCause.UnusableTimes };
        var query = view.Query(tonight: new(2026, 11, 23));

        Assert.Equal(view, TonightView.Parse(
            (string?)query["day"], (string?)query["from"], (string?)query["to"], (string?)query["why"], (string?)query["show"], Local("2026-11-23 21:00")));
        Assert.All(Parse().Query(tonight: new(2026, 11, 23)).Values, Assert.Null);
    }

    [Theory]
    [InlineData("failed", "no_device", 0, UnremindedCause.NoPhone)]
    [InlineData("failed", "rejected", 1, UnremindedCause.Failed)]
    [InlineData("expired", "too_late", 1, UnremindedCause.TooLate)]
    [InlineData("missing", null, 1, UnremindedCause.Unaccounted)]
    [InlineData("bad_times", null, 1, UnremindedCause.UnusableTimes)]
    [InlineData("opted_out", null, 1, UnremindedCause.SwitchedOff)]
    [InlineData("cancelled", "cancelled_by_admin", 1, UnremindedCause.Cancelled)]
    [InlineData("expected", null, 0, UnremindedCause.NoPhone)]
    [InlineData("expected", null, 1, null)]
    [InlineData("sent", "accepted", 0, null)]
    [InlineData("checked_in", null, 0, null)]
    [InlineData("cancelled", "shift_inactive", 0, null)]
    public void Only_who_should_be_reminded_and_is_not_is_listed_with_the_cause(string standing, string? reason, int devices, UnremindedCause? cause) =>
        Assert.Equal(cause, List(Row(standing, reason, devices)).All.Single().Unreminded?.Cause);

    [Fact]
    public void Each_part_lists_as_many_as_it_counts_in_the_order_in_which_they_are_due()
    {
        var list = List(
            Row("failed", "rejected", due: Now.AddHours(2)), Row("sent", "accepted", due: Now.AddHours(1)),
            Row("expected", null, devices: 0, due: Now.AddHours(-1)), Row("failed", "no_device", due: Now.AddHours(-2)), Row("failed", "rejected", due: Now.AddHours(30)));

        Assert.Equal([UnremindedCause.NoPhone, UnremindedCause.Failed], list.Causes.Select(cause => cause.Cause));
        foreach (var (cause, count) in list.Causes)
            Assert.Equal(count, list.Shown(Parse() with { Cause = cause }).Count);
        Assert.Equal((4, 3), (list.Shown(Parse() with { Everything = true }).Count, list.Shown(Parse()).Count));
        Assert.Equal(list.All.OrderBy(row => row.Reminder.DueAt), list.All);
    }

    [Fact]
    public void Reason_of_a_reminder_that_ended_is_the_sentence_of_its_state()
    {
        var list = List(Row("expired", "paused"), Row("expected", null, devices: 0));

        Assert.Contains("Reminders were paused until it was too late.", list.Unreminded.Select(row => row.Why));
        Assert.Contains(list.Unreminded, row => row.Why!.StartsWith("No phone is registered.", StringComparison.Ordinal));
    }

    private static TonightView Parse(string? day = null, string? from = null, string? to = null, string now = "2026-11-23 21:00") =>
        TonightView.Parse(day, from, to, null, null, Local(now));

    private static TonightList List(params BoardRow[] rows) => TonightList.Of(
        BoardShift.Group(rows), [new Rule { NotifyType = "start_15", Title = "Start", Anchor = "start", Lead = default, Grace = default, MaxAttempts = 8, Enabled = true }],
        new Dictionary<(string State, string Reason), string> { [("expired", "paused")] = "Reminders were paused until it was too late." },
        (Now.AddHours(-3), Now.AddHours(10)), Now);

    private static BoardRow Row(string standing, string? reason, int devices = 1, DateTimeOffset? due = null) => new()
    {
        ScheduleId = Random.Shared.NextInt64(),
        UserId = Guid.NewGuid(),
        DisplayName = "Ann Example",
        IsActive = true,
        NotifyType = "start_15",
        DueAt = due ?? Now.AddMinutes(45),
        ExpiresAt = Now.AddMinutes(60),
        Standing = standing,
        Reason = reason,
        Devices = devices,
    };

    private static DateTime Local(string text) => DateTime.ParseExact(text, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Utc(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    private static TimeSpan Length((DateTimeOffset From, DateTimeOffset To) range) => range.To - range.From;
}
