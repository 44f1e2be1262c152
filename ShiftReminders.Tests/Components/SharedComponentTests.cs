using Bunit;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Tests.Components;

public sealed class SharedComponentTests : PortalContext
{
    [Theory]
    [InlineData("pending", "pending")]
    [InlineData("sending", "sending")]
    [InlineData("sent", "sent")]
    [InlineData("failed", "failed")]
    [InlineData("skipped", "skipped")]
    [InlineData("expired", "expired")]
    [InlineData("cancelled", "cancelled")]
    [InlineData("a state of a later version", "a state of a later version")]
    public void State_has_a_word_and_an_icon(string state, string word)
    {
        var chip = Render<StateChip>(parameters => parameters.Add(p => p.State, state));

        Assert.Equal(word, chip.Find(".chip > span").TextContent);
        Assert.NotEmpty(chip.FindAll(".chip svg"));
    }

    [Fact]
    public void Sent_to_some_is_told_from_sent() => Assert.Equal(
        "sent to some",
        Render<StateChip>(parameters => parameters.Add(p => p.State, "sent").Add(p => p.Reason, "partial")).Find(".chip > span").TextContent);

    [Fact]
    public void States_that_differ_never_look_the_same_without_colour()
    {
        string[] states = ["pending", "sending", "sent", "failed", "skipped", "expired", "cancelled"];

        var icons = states.Select(state => Render<StateChip>(p => p.Add(c => c.State, state)).Find("svg").InnerHtml);

        Assert.Equal(states.Length, icons.Distinct().Count());
    }

    [Theory]
    [InlineData("expected", "to come")]
    [InlineData("purged", "purged")]
    [InlineData("not_watched", "not watched")]
    [InlineData("unassigned", "nobody assigned")]
    [InlineData("rule_disabled", "rule off")]
    [InlineData("shift_inactive", "shift off")]
    [InlineData("bad_times", "unusable times")]
    [InlineData("checked_in", "not needed")]
    [InlineData("checked_out", "not needed")]
    [InlineData("attendance_logged", "not needed")]
    [InlineData("opted_out", "opted out")]
    public void Standing_that_has_an_explanation_is_no_question_mark(string standing, string word)
    {
        var missing = Render<StateChip>(p => p.Add(c => c.State, "missing")).Find("svg").InnerHtml;

        var chip = Render<StateChip>(p => p.Add(c => c.State, standing));

        Assert.Equal(word, chip.Find(".chip").TextContent.Trim());
        Assert.NotEqual(missing, chip.Find("svg").InnerHtml);
    }

    [Fact]
    public void Time_shows_the_sites_clock_and_tells_the_viewers()
    {
        var time = RenderInBerlin<SiteTime>(p => p.Add(c => c.Value, Time.GetUtcNow().AddMinutes(-4))).Find("time");

        Assert.Equal("08:42:12", time.QuerySelector(".time-clock")!.TextContent);
        Assert.Equal("4 min ago", time.QuerySelector(".time-relative")!.TextContent);
        Assert.Equal("2026-11-23T07:42:12.000Z", time.GetAttribute("datetime"));
        Assert.Contains("yours: Mon 23 Nov 2026 02:42:12 America/New_York (UTC-05:00)", time.GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Time_of_a_shift_elsewhere_is_on_that_shifts_clock_and_says_where()
    {
        var time = RenderInBerlin<SiteTime>(p => p.Add(c => c.Value, Time.GetUtcNow()).Add(c => c.ZoneId, "America/Argentina/Buenos_Aires")).Find("time");

        Assert.Equal("04:46:12", time.QuerySelector(".time-clock")!.TextContent);
        Assert.Equal("Buenos Aires", time.QuerySelector(".time-city")!.TextContent);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Europe/Berlin")]
    [InlineData("Europe/Paris")]
    [InlineData("Nowhere/Land")]
    public void Time_of_a_shift_whose_clock_is_the_sites_says_no_place(string? zone) => Assert.Empty(
        RenderInBerlin<SiteTime>(p => p.Add(c => c.Value, Time.GetUtcNow()).Add(c => c.ZoneId, zone)).FindAll(".time-city"));

    [Fact]
    public void Time_that_is_not_there_is_a_dash() =>
        Assert.Equal("–", RenderInBerlin<SiteTime>(p => p.Add(c => c.Value, null)).Find("span").TextContent);

    [Fact]
    public void Dots_say_in_words_what_they_show() => Assert.Equal(
        "3 phones: 2 accepted, 1 not attempted",
        Render<DeviceDots>(p => p.Add(c => c.Outcomes, ["accepted", "accepted", "not_attempted"])).Find("[role=img]").GetAttribute("aria-label"));

    [Fact]
    public void Nobodys_phone_is_said_too() => Assert.Equal(
        "No phone registered", Render<DeviceDots>(p => p.Add(c => c.Outcomes, [])).Find("[role=img]").GetAttribute("aria-label"));

    [Fact]
    public void Reason_without_a_sentence_is_at_least_readable() => Assert.Equal(
        "Channel down", Render<ReasonText>(p => p.Add(c => c.Reason, "channel_down")).Find(".reason-sentence").TextContent);

    [Fact]
    public void Sentence_keeps_its_dates_in_one_piece_and_says_what_it_said()
    {
        const string text = "Due since 2026-11-23 08:45:00, down since 2026-11-22 23:00:00; a well-known #1-2-3.";

        var sentence = Render<Sentence>(p => p.Add(c => c.Text, text));

        Assert.Equal(["2026-11-23", "2026-11-22"], sentence.FindAll(".unbroken").Select(date => date.TextContent));
        Assert.Equal(text, string.Concat(sentence.Nodes.Select(node => node.TextContent)));
    }

    [Fact]
    public void Error_offers_another_try_only_where_there_is_one()
    {
        var tried = 0;

        var without = Render<ErrorPanel>(p => p.Add(c => c.What, "It broke.").Add(c => c.Remedy, "Wait."));
        var with = Render<ErrorPanel>(p => p.Add(c => c.What, "It broke.").Add(c => c.Remedy, "Try.").Add(c => c.OnRetry, () => tried++));
        with.Find("button").Click();

        Assert.Empty(without.FindAll("button"));
        Assert.Equal(1, tried);
    }
}
