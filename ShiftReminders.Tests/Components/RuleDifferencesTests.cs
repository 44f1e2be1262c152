using ShiftReminders.Web.Components.Rules;
using ShiftReminders.Web.Reminders.Rules;

namespace ShiftReminders.Tests.Components;

/// <summary>What is shown before a rule is saved: the old beside the new, and what becomes of reminders that wait.</summary>
public sealed class RuleDifferencesTests
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

    private readonly RuleDraft draft = RuleDraft.Of(Rule, [new RuleText { Locale = "en", Title = "Start {start}", Body = "Check in" }]);

    [Fact]
    public void Draft_that_nobody_changed_differs_in_nothing() => Assert.Empty(RuleDifferences.Of(draft).Fields);

    [Fact]
    public void Every_field_that_changed_is_told_with_what_it_was()
    {
        (draft.Title, draft.After, draft.Grace, draft.SkipType, draft.MaxAttempts, draft.Enabled) = ("Late", true, TimeSpan.FromMinutes(20), "", 3, false);
        draft.Texts[0].Body = "Please check in";

        Assert.Equal(
            [
                new("Title", "15 minutes before the start", "Late"),
                new("Due", "15 min before the start", "15 min after the start"),
                new("Useful for", "10 min", "20 min"),
                new("Not sent once this is logged", "check_in", "nothing"),
                new("Attempts at most", "8", "3"),
                new("The rule is", "on", "off"),
                new RuleDifference("Text in en", "Check in", "Please check in"),
            ],
            RuleDifferences.Of(draft).Fields);
    }

    [Fact]
    public void Text_in_another_language_is_new_and_a_removed_one_is_gone()
    {
        draft.Texts.RemoveAt(0);
        draft.Texts.Add(new TextDraft { Locale = "de", Title = "Beginn {start}", Body = "Bitte einstempeln" });

        Assert.Equal(
            [("Title in en", null), ("Text in en", null), ("Title in de", "Beginn {start}"), ("Text in de", "Bitte einstempeln")],
            RuleDifferences.Of(draft).Fields.Select(field => (field.Field, field.After)));
    }

    [Theory]
    [InlineData("unchanged", 1, "1 waiting reminder will stay as it is")]
    [InlineData("unchanged", 3, "3 waiting reminders will stay as they are")]
    [InlineData("cancelled", 2, "2 waiting reminders will be cancelled, as the rule is off")]
    public void Waiting_reminders_of_a_rule_whose_words_stay_are_told_so(string effect, int count, string words) =>
        Assert.Equal(words, RuleWords.Effect(effect, count, RuleDifferences.Of(draft)));

    [Theory]
    [InlineData("unchanged", "3 waiting reminders will be sent at the same time, with the new text")]
    [InlineData("moved", "3 waiting reminders will be due at another time, with the new text")]
    [InlineData("cancelled", "3 waiting reminders will be cancelled, as the rule is off")]
    public void Waiting_reminders_get_new_words_where_they_are_sent_at_all(string effect, string words)
    {
        draft.Texts[0].Title = "Your shift starts at {start}";

        Assert.Equal(words, RuleWords.Effect(effect, 3, RuleDifferences.Of(draft)));
    }

    [Theory]
    [InlineData("en", "en", true)]
    [InlineData("en-GB", "en", true)]
    [InlineData("de", "en", false)]
    [InlineData("de-AT", "de", false)]
    [InlineData("de-AT", "de-AT", true)]
    [InlineData(null, "en", false)]
    public void Text_is_shown_to_whoever_gets_it(string? person, string text, bool gets) => Assert.Equal(
        gets,
        new SampleShift { ScheduleId = 1, Locale = person, StartAt = default, EndAt = default }.Gets(text, ["en", "de", "de-AT"]));
}
