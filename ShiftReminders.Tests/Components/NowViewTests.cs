using Bunit;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Now;
using ShiftReminders.Web.Reminders.Board;

namespace ShiftReminders.Tests.Components;

/// <summary>The cards of the page Now.</summary>
public sealed class NowViewTests : PortalContext
{
    [Fact]
    public void Next_hour_names_what_comes_first_who_has_no_phone_and_how_many_follow()
    {
        var hour = RenderInBerlin<NextHour>(p => p.Add(x => x.Hour, new BoardNextHour
        {
            Reminders = 14,
            Slots = [new(Time.GetUtcNow().AddMinutes(14), "At the end", 8, 0), new(Time.GetUtcNow().AddMinutes(29), "15 minutes before the start", 3, 1) { Kind = "start_15" }],
        }));

        Assert.Equal(["09:00 in 14 min", "09:15 in 29 min"], hour.FindAll("time").Select(time => Words(time.TextContent)));
        Assert.Equal(["8 At the end", "3 15 minutes before the start"], hour.FindAll(".slot-title").Select(title => Words(title.TextContent)));
        Assert.Equal("1 without a phone", Assert.Single(hour.FindAll(".chip")).TextContent.Trim());
        Assert.Equal("/due?minute=2026-11-23T08:15&kind=start_15", hour.FindAll(".slot-title a")[1].GetAttribute("href"));
        Assert.Equal("14 in the whole hour", hour.Find(".slots-rest").TextContent);
    }

    [Fact]
    public void Empty_next_hour_says_where_reminders_come_from()
    {
        var hour = RenderInBerlin<NextHour>(p => p.Add(x => x.Hour, new BoardNextHour()));

        Assert.Contains("Nothing is due in the next hour.", hour.Markup, StringComparison.Ordinal);
        Assert.Equal("/shifts", hour.Find("a").GetAttribute("href"));
    }

    [Fact]
    public void Cause_says_how_many_since_when_and_what_to_do()
    {
        AddAuthorization();
        var causes = RenderInBerlin<CauseList>(p => p.Add(x => x.Causes,
            [new BoardCause("failed", "unregistered", 13, 5, Time.GetUtcNow().AddHours(-2), Time.GetUtcNow())]));

        Assert.Contains("13 reminders to 5 people", causes.Find(".cause-head").TextContent, StringComparison.Ordinal);
        Assert.Contains("They have to open the app again, or install it again.", causes.Find(".cause-remedy").TextContent, StringComparison.Ordinal);
        Assert.Contains("06:46", causes.Find(".cause-remedy").TextContent, StringComparison.Ordinal);
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
