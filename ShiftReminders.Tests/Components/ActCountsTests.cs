using Bunit;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Reminders;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Acting;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Tests.Components;

/// <summary>The line that follows a resend.</summary>
public sealed class ActCountsTests : PortalContext
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 7, 5, 0, TimeSpan.Zero);

    [Fact]
    public void Line_says_who_and_when_and_each_number_leads_to_exactly_its_reminders()
    {
        var line = Show(Of((41, "accepted"), (5, "waiting"), (2, "failed")));

        Assert.Equal("Resent at 08:05 by anna@example.test: 41 of 48 accepted, 5 waiting, 2 failed.", Words(line.Find("[data-act]").TextContent));
        Assert.Equal(
            ["/reminders?act=17&outcome=accepted", "/reminders?act=17&outcome=waiting", "/reminders?act=17&outcome=failed"],
            line.FindAll("a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public void Line_leads_nowhere_where_there_is_nothing_to_see()
    {
        var line = Show(Of((3, "waiting"), (1, "again"), (2, "forgotten")));

        Assert.EndsWith(": 0 of 6 accepted, 3 waiting, 1 resent again, 2 forgotten since.", Words(line.Find("[data-act]").TextContent), StringComparison.Ordinal);
        Assert.Equal(["3 waiting", "1 resent again"], line.FindAll("a").Select(link => link.TextContent));
    }

    [Theory]
    [InlineData("waiting", "failed", Tone.Waiting)]
    [InlineData("accepted", "failed", Tone.Warning)]
    [InlineData("accepted", "not_needed", Tone.Good)]
    public void Act_is_judged_when_none_waits_any_more(string one, string other, Tone tone) =>
        Assert.Equal(tone, ActWords.ToneOf(Of((1, one), (1, other))));

    [Fact]
    public void Chips_name_the_act_and_its_end_and_can_be_removed_one_by_one_or_together()
    {
        var filter = new ReminderFilter { Act = 17, Outcome = "failed" };

        var chips = FilterWords.Chips(filter, ReminderChoices.None, personName: null, "at 08:05 by anna");

        Assert.Equal(["Resent at 08:05 by anna", "What came of it failed or expired"], chips.Select(chip => $"{chip.Name} {chip.Value}"));
        Assert.Equal([new ReminderFilter(), new ReminderFilter { Act = 17 }], chips.Select(chip => chip.Without));
    }

    private static FollowedAct Of(params (int Count, string Outcome)[] parts) =>
        new(17, At, "anna@example.test", [.. parts.SelectMany(part => Enumerable.Range(0, part.Count).Select(n => new ActReminder(n, part.Outcome)))]);

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace(" ,", ",", StringComparison.Ordinal);

    private IRenderedComponent<ActCounts> Show(FollowedAct act) => RenderInBerlin<ActCounts>(p => p.Add(x => x.Act, act));
}
