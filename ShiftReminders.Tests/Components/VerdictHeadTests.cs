using Bunit;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Now;
using ShiftReminders.Web.Reminders.Board;

namespace ShiftReminders.Tests.Components;

/// <summary>The answer of the page Now: its colour, its word, and what is read out.</summary>
public sealed class VerdictHeadTests : PortalContext
{
    private static BoardVerdict Fine => new() { State = VerdictState.Ok, Headline = "Everything is fine", Sub = "…", Links = [], Points = [] };

    [Theory]
    [InlineData(VerdictState.Ok, "OK")]
    [InlineData(VerdictState.Look, "Look")]
    [InlineData(VerdictState.Act, "Act now")]
    [InlineData(VerdictState.Unknown, "Unknown")]
    public void State_is_a_colour_and_a_word(VerdictState state, string word)
    {
        var head = RenderInBerlin<VerdictHead>(p => p.Add(x => x.Verdict, Fine with { State = state }));

        Assert.Equal(word, head.Find(".mud-chip").TextContent.Trim());
        Assert.Contains($"verdict-{state.ToString().ToLowerInvariant()}", head.Find("[data-verdict]").ClassList);
    }

    [Fact]
    public void Another_answer_is_read_out_and_another_number_is_not()
    {
        var head = RenderInBerlin<VerdictHead>(p => p.Add(x => x.Verdict, Fine));
        Assert.Equal("", head.Find("[role=status]").TextContent);

        head.Render(p => p.Add(x => x.Verdict, Broken("for 5 s")));
        Assert.Equal("Act now. One link is broken for 5 s.", head.Find("[role=status]").TextContent);
        head.Render(p => p.Add(x => x.Verdict, Broken("for 10 s")));
        Assert.Equal("Act now. One link is broken for 5 s.", head.Find("[role=status]").TextContent);

        head.Render(p => p.Add(x => x.Verdict, Fine));
        Assert.Equal("OK. Everything is fine.", head.Find("[role=status]").TextContent);
    }

    [Fact]
    public void Point_leads_to_what_it_counts_and_says_since_when()
    {
        var head = RenderInBerlin<VerdictHead>(p => p.Add(x => x.Verdict, Fine with
        {
            Points = [new() { Subject = PointSubject.Lost, State = VerdictState.Look, Words = "3 of 40 reminders reached nobody (7.5 %)", Since = Time.GetUtcNow().AddHours(-2) }],
        }));

        Assert.Equal("/reminders?state=not_reminded&due=24h", head.Find(".point a").GetAttribute("href"));
        Assert.Contains("since 06:46", string.Join(' ', head.Find(".point").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static BoardVerdict Broken(string since) => Fine with
    {
        State = VerdictState.Act,
        Headline = $"One link is broken {since}",
        Points = [new() { Subject = PointSubject.Channel, State = VerdictState.Act, Words = since }],
    };
}
