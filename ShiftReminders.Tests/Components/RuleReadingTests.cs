using AngleSharp.Dom;
using Bunit;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Rules;
using ShiftReminders.Web.Reminders;
using ShiftReminders.Web.Reminders.Rules;

namespace ShiftReminders.Tests.Components;

/// <summary>A rule as it is told to whom may not change it.</summary>
public sealed class RuleReadingTests : PortalContext
{
    private static readonly Rule Rule = new()
    {
        NotifyType = "start_15",
        Title = "15 minutes before the start",
        Anchor = "start",
        Lead = TimeSpan.FromMinutes(15),
        Grace = TimeSpan.FromMinutes(10),
        SkipType = "check_in",
        MaxAttempts = 8,
        Enabled = true,
    };

    [Fact]
    public void Rule_is_told_in_words_and_offers_nothing_to_fill_in()
    {
        var told = Read(Rule);

        Assert.Equal(
            [
                "15 minutes before the start", "on", "15 min before the start",
                "10 min after that; later it is not sent", "for whoever has checked in", "up to 8, then it has failed", "start_15",
            ],
            told.QuerySelectorAll("dd").Select(dd => dd.TextContent.Trim()));
        Assert.Empty(told.QuerySelectorAll("input, select, textarea, button"));
    }

    [Theory]
    [InlineData(true, null, 1, "on", "for nobody", "1, then it has failed")]
    [InlineData(false, "break_start", 2, "off: nobody is reminded by it", "for whoever has logged “break_start”", "up to 2, then it has failed")]
    public void Rule_that_is_unusual_is_told_too(bool enabled, string? skip, int attempts, string on, string skipped, string tried)
    {
        var told = Read(Rule with { Enabled = enabled, SkipType = skip, MaxAttempts = attempts }).QuerySelectorAll("dd");

        Assert.Equal((on, skipped, tried), (told[1].TextContent, told[4].TextContent, told[5].TextContent));
    }

    [Fact]
    public void Texts_are_shown_by_locale_as_written_and_as_a_phone_shows_them()
    {
        var text = Read(Rule).QuerySelector("[aria-label='Text in de']")!;

        Assert.Contains("Beginn {start}", text.TextContent, StringComparison.Ordinal);
        Assert.Contains("Beginn 09:46", text.QuerySelector(".push")!.TextContent, StringComparison.Ordinal);
    }

    private IElement Read(Rule rule) => RenderInBerlin<RuleReading>(p => p
        .Add(c => c.Rule, rule)
        .Add(c => c.Texts, [
            new RuleText { Locale = "de", Title = "Beginn {start}", Body = "Bitte einstempeln" },
            new RuleText { Locale = "en", Title = "Start {start}", Body = "Check in" },
        ])
        .Add(c => c.Renderer, new ReminderText(BerlinAndNewYork.Site))
        .Add(c => c.Now, Time.GetUtcNow())).Find(".rule-reading");
}
