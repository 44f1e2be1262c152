using AngleSharp.Dom;
using Bunit;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components;
using ShiftReminders.Web.Components.Now;
using ShiftReminders.Web.Components.Reminders;
using ShiftReminders.Web.Reminders.Board;
using ShiftReminders.Web.Reminders.Explaining;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Tests.Components;

public sealed class ReminderViewTests : PortalContext
{
    private static readonly DateTimeOffset Due = new(2026, 11, 23, 7, 45, 0, TimeSpan.Zero);

    private static ReminderRow Row => new()
    {
        Id = 7,
        Shift = 88,
        Person = Guid.Empty,
        Name = "Anna Novak",
        Kind = "start_15",
        Due = Due,
        State = "sent",
        Reason = "accepted",
        Sentence = "Accepted for every device.",
        Generation = 1,
        Attempts = 1,
        AcceptedAt = Due.AddSeconds(12),
        Devices = ["accepted"],
        ShiftStart = Due.AddMinutes(15),
        ShiftEnd = Due.AddHours(8),
        TimeZone = "Europe/London",
    };

    [Fact]
    public void Tabs_keep_the_filter_name_the_open_list_and_cap_their_counts()
    {
        var tabs = RenderInBerlin<ReminderTabs>(p => p
            .Add(x => x.Filter, new ReminderFilter { Tab = ReminderTab.Failed, Kind = "end" })
            .Add(x => x.Counts, new ReminderCounts(37, 12, 10_001, 20_000)));

        Assert.Equal(["Pending37", "Failed12", "Sent10,000+", "All10,000+"], tabs.FindAll("a").Select(tab => string.Concat(tab.TextContent.Where(c => !char.IsWhiteSpace(c)))));
        Assert.Equal("/reminders?tab=failed&kind=end", tabs.Find("[aria-current=page]").GetAttribute("href"));
        Assert.Equal("/reminders?tab=sent&kind=end", tabs.FindAll("a")[2].GetAttribute("href"));
    }

    [Fact]
    public void Row_shows_the_shift_on_its_own_clock_when_it_is_due_on_the_sites_first_and_the_reason_as_a_sentence()
    {
        var row = RenderInBerlin<ReminderGridRow>(p => p.Add(x => x.Placed, new PlacedRow(3, Row)).Add(x => x.Href, "/reminders?id=7"));

        Assert.Equal("4", row.Find("tr").GetAttribute("aria-rowindex"));
        Assert.StartsWith("Mon 08:00–15:45 London", Words(row.Find("[data-label=Shift]")), StringComparison.Ordinal);
        Assert.Equal("08:45:00 07:45 London", Words(row.Find("[data-label=Due]")));
        Assert.Equal("12 s", row.Find("[data-label=Late]").TextContent.Trim());
        Assert.Equal("Accepted for every device.", row.Find("[data-label=Reason]").TextContent.Trim());
        Assert.Equal("Anna Novak", row.Find("a[data-row]").TextContent.Trim());
    }

    [Fact]
    public void Row_of_a_shift_on_the_sites_clock_names_no_city()
    {
        var row = RenderInBerlin<ReminderGridRow>(p => p.Add(x => x.Placed, new PlacedRow(3, Row with { TimeZone = null })).Add(x => x.Href, "/x"));

        Assert.Equal(("Mon 09:00–16:45", "08:45:00"), (Words(row.Find("[data-label=Shift]")), Words(row.Find("[data-label=Due]"))));
    }

    [Fact]
    public void Row_of_a_resent_reminder_says_so_and_is_as_late_as_the_person_has_waited()
    {
        var resent = Row with { ResentBy = "anna@example.test", FirstDue = Due.AddMinutes(-38), TimeZone = null };

        var row = RenderInBerlin<ReminderGridRow>(p => p.Add(x => x.Placed, new PlacedRow(1, resent)).Add(x => x.Href, "/x"));

        Assert.Equal("08:45:00 resent, first due 08:07", Words(row.Find("[data-label=Due]")));
        Assert.Equal("38 min", Words(row.Find(".very-late")));
        Assert.Contains("anna@example.test", row.Find(".resent").GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Name_from_the_host_is_text_and_never_markup()
    {
        var row = RenderInBerlin<ReminderGridRow>(p => p
            .Add(x => x.Placed, new PlacedRow(1, Row with { Name = "<script>alert(1)</script>" })).Add(x => x.Href, "/x"));

        Assert.Empty(row.FindAll("script"));
        Assert.Equal("<script>alert(1)</script>", row.Find("a[data-row]").TextContent);
    }

    [Fact]
    public void Chips_say_each_filter_in_words_and_lead_to_the_filter_without_it()
    {
        var filter = new ReminderFilter { Text = "anna", Reason = "no_device", Due = DueRange.Days(new(2026, 11, 23), new(2026, 11, 23)) };

        var chips = FilterWords.Chips(filter, ReminderChoices.None, personName: null);

        Assert.Equal(["Text anna", "Reason no device", "Due Mon 23 Nov 2026"], chips.Select(chip => $"{chip.Name} {chip.Value}"));
        Assert.Equal(filter with { Reason = null }, chips[1].Without);
    }

    [Fact]
    public void Default_range_is_a_chip_that_leads_to_any_time()
    {
        var chip = Assert.Single(FilterWords.Chips(new ReminderFilter(), ReminderChoices.None, personName: null));

        Assert.True(chip.Default);
        Assert.Equal(DueRange.Any, chip.Without.Due);
    }

    [Theory]
    [InlineData("pending", null, 0, -5, "Due, and waiting for a processor.")]
    [InlineData("pending", null, 0, 5, "Waiting until it is due.")]
    [InlineData("pending", null, 2, -5, "Waiting for its next try.")]
    [InlineData("failed", "The person has no registered device.", 0, -5, "The person has no registered device.")]
    public void Reason_is_a_sentence_in_every_state(string state, string? sentence, int attempts, int minutes, string expected) => Assert.Equal(
        expected,
        ReasonWords.Of(Row with { State = state, Sentence = sentence, Attempts = attempts, Due = Due.AddMinutes(minutes) }, Due));

    [Fact]
    public void Timeline_tells_the_way_in_order_and_offers_the_message_id()
    {
        var story = new ReminderStory
        {
            Key = new ReminderKey(88, Guid.Empty, "start_15"),
            Sentence = "",
            State = "sent",
            Evidence = new Evidence
            {
                Shift = new ShiftEvidence(Due.AddMinutes(15), Due.AddHours(8), true, "Ward 3", null, Due, null, Due.AddMinutes(9)),
                Rule = new RuleEvidence("15 minutes before", "start", "check_in", true),
                Reminder = new ReminderEvidence { Id = 7, ScheduledFor = Due, ArmedAt = Due.AddSeconds(-60), ExpiresAt = Due.AddMinutes(15), State = "sent", Generation = 1, AttemptCount = 1 },
                Attempts = [new AttemptEvidence { Generation = 1, Attempt = 1, ClaimedBy = "web-1", ClaimedAt = Due, RecordedAt = Due.AddSeconds(1), Outcome = "accepted", Devices = [new DeviceResult { Platform = "ios", Outcome = "accepted", Http = 200, Ms = 71, MessageId = "projects/p/messages/0:1" }] }],
            },
        };

        var way = ReminderTimeline.Of(story, new QueueTick("cron", Due.AddSeconds(-60), 48_024), Clocks.Utc, Due.AddHours(1));

        Assert.Equal(
            ["Shift Mon 08:00–15:45", "Queued", "Due", "Claimed by web-1", "Phone 1 (ios): accepted", "Checked in"],
            way.Select(entry => entry.What));
        Assert.Equal(("by pg_cron's run 48,024", "/cron?before=48025"), (way[1].Detail, way[1].Href));
        Assert.Equal(("HTTP 200 · 71 ms", "projects/p/messages/0:1"), (way[4].Detail, way[4].Copy));
    }

    [Theory]
    [InlineData("Asia/Tokyo", "Shift Mon 17:00–00:45 Tokyo")]
    [InlineData("Etc/UTC", "Shift Mon 08:00–15:45")]
    [InlineData(null, "Shift Mon 08:00–15:45")]
    public void Timeline_of_a_shift_elsewhere_says_whose_clock_it_is(string? zone, string expected)
    {
        var story = new ReminderStory
        {
            Key = new ReminderKey(88, Guid.Empty, "start_15"),
            Sentence = "",
            State = "expected",
            Evidence = new Evidence { Shift = new ShiftEvidence(Due.AddMinutes(15), Due.AddHours(8), true, "Ward 3", zone, Due, null, null) },
        };

        Assert.Equal(expected, ReminderTimeline.Of(story, tick: null, Clocks.Utc, Due)[0].What);
    }

    [Fact]
    public void Broken_link_of_the_chain_is_said_in_words_too()
    {
        var chain = RenderInBerlin<ChainStrip>(p => p.Add(x => x.Links,
            [new BoardLink { Name = "Cron", State = LinkState.Broken, Value = "silent" }, new BoardLink { Name = "Queue", State = LinkState.Good, Value = "37 pending" }]));

        Assert.Contains("broken", chain.Find(".link-broken").TextContent, StringComparison.Ordinal);
        Assert.Equal("/cron", chain.Find(".link-broken a").GetAttribute("href"));
    }

    [Fact]
    public void Chart_is_a_picture_with_words_and_the_same_numbers_as_a_table()
    {
        BoardHour[] hours = [new(Due, 10_000, 1, 0), new(Due.AddHours(1), 0, 0, 5)];

        var chart = RenderInBerlin<DayChart>(p => p.Add(x => x.Hours, hours));

        Assert.Equal("Reminders per hour: 10,000 sent, 1 failed or expired, 5 skipped or cancelled.", chart.Find("svg").GetAttribute("aria-label"));
        Assert.Equal(["0", "0", "5", "10,000", "1", "0"], chart.FindAll("tbody td.end").Select(cell => cell.TextContent));
        Assert.True(double.Parse(chart.Find(".chart-failed").GetAttribute("height")!, System.Globalization.CultureInfo.InvariantCulture) >= 2);
    }

    [Fact]
    public void Window_keeps_its_rows_in_place_and_counts_what_is_new()
    {
        var head = new ReminderHead(new ReminderScope { Filter = new() }, new ReminderSlice([Row, Row with { Id = 6 }], More: false, CutShort: false), null);
        var window = new ReminderWindow(null!, head);

        var arrived = window.Update([Row with { Id = 9 }, Row with { Id = 6, State = "failed" }]);

        Assert.Equal(1, arrived);
        Assert.Equal([(7L, "sent"), (6L, "failed")], window.Rows.Select(row => (row.Id, row.State)));
    }

    private static string Words(IElement element) =>
        string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
