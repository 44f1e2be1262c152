using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Tests.Reminders;

/// <summary>The address of the list: whatever it holds, a filter comes out of it.</summary>
public sealed class ReminderFilterQueryTests
{
    [Fact]
    public void Filter_survives_its_own_address()
    {
        var filter = new ReminderFilter
        {
            Tab = ReminderTab.Failed,
            Kind = "start_15",
            Person = Guid.NewGuid(),
            Shift = 88,
            Act = 17,
            Outcome = "not_needed",
            Reason = "no_device",
            Due = DueRange.Days(new(2026, 11, 1), new(2026, 11, 23)),
            Text = "a & b = c + محمد 👩🏽",
            OldestFirst = true,
        };

        Assert.Equal(filter, ReminderFilterQuery.Parse(ReminderFilterQuery.Write(filter)));
    }

    [Fact]
    public void Empty_filter_has_an_empty_address() => Assert.Equal("", ReminderFilterQuery.Write(new ReminderFilter()));

    [Theory]
    [InlineData("?tab=everything", "tab")]
    [InlineData("?state=sent'--", "state")]
    [InlineData("?kind=<script>alert(1)</script>", "kind")]
    [InlineData("?person=42", "person")]
    [InlineData("?shift=-1", "shift")]
    [InlineData("?shift=99999999999999999999", "shift")]
    [InlineData("?act=last", "act")]
    [InlineData("?outcome=failed", "outcome")]
    [InlineData("?outcome=lost&tab=all", "outcome")]
    [InlineData("?reason='; DROP TABLE reminders; --", "reason")]
    [InlineData("?due=yesterday", "due")]
    [InlineData("?from=0000-00-00", "from")]
    [InlineData("?from=9999-12-31", "from")]
    [InlineData("?to=0001-01-01", "to")]
    [InlineData("?from=2026-11-23&to=2026-11-01", "to")]
    public void Value_that_means_nothing_is_left_out_and_said(string query, string name)
    {
        var filter = ReminderFilterQuery.Parse(query, out var ignored);

        Assert.Equal([name], ignored);
        Assert.Equal(new ReminderFilter { Due = filter.Due }, filter);
    }

    [Fact]
    public void Endless_text_is_cut_and_what_no_text_can_hold_is_dropped()
    {
        var endless = ReminderFilterQuery.Parse("?q=" + new string('x', 10_000));
        var broken = ReminderFilterQuery.Parse("?q=%00a\uD800b");

        Assert.Equal(200, endless.Text!.Length);
        Assert.Equal("ab", broken.Text);
    }

    [Fact]
    public void Same_parameter_twice_counts_once() =>
        Assert.Equal("end", ReminderFilterQuery.Parse("?kind=end&kind=start_15").Kind);

    [Fact]
    public void Nothing_but_a_person_or_a_shift_lifts_the_default_of_seven_days()
    {
        Assert.Equal(DueRange.Week, new ReminderFilter { Text = "anna" }.EffectiveDue);
        Assert.Equal(DueRange.Any, new ReminderFilter { Shift = 1 }.EffectiveDue);
        Assert.Equal(DueRange.Day, new ReminderFilter { Shift = 1, Due = DueRange.Day }.EffectiveDue);
    }

    [Fact]
    public void Days_are_the_sites_days_also_where_the_clock_changes()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var (from, until) = DueRange.Days(new(2026, 3, 29), new(2026, 3, 29)).Bounds(DateTimeOffset.UnixEpoch, berlin);

        Assert.Equal(TimeSpan.FromHours(23), until - from);
        Assert.Equal(new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero), from);
    }

    [Fact]
    public void Pasted_notification_id_is_the_reminder_it_names()
    {
        var person = Guid.NewGuid();
        var taken = TextMeaning.TakeApart(new ReminderFilter { Text = $"shift-88-{person}-start_15" });

        Assert.Equal(new ReminderFilter { Shift = 88, Person = person, Kind = "start_15" }, taken);
    }

    [Theory]
    [InlineData("shift-")]
    [InlineData("shift-88")]
    [InlineData("shift-88-not-a-uuid-at-all-but-quite-long-enough-to-be-one")]
    public void Text_that_only_looks_like_an_id_stays_text(string text) =>
        Assert.Equal(text, TextMeaning.TakeApart(new ReminderFilter { Text = text }).Text);
}
