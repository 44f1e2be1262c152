using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>What is written into the form of a rule is what is stored, and what is read again.</summary>
public sealed class RuleFormTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData("mouse")]
    [InlineData("keyboard")]
    public async Task Every_field_of_a_new_rule_is_set_saved_and_read_back(string by)
    {
        await using var browser = await OpenAsync("/rules?rule=new!");
        var hands = Hands.Of(by, browser.Page);

        await hands.TypeAsync("Name in the queue", $"late_by_{by}");
        await hands.TypeAsync("Title", $"10 minutes after the end, by {by}");
        await hands.TypeAsync("Due", "10 min");
        await hands.ChooseAsync("Before or after", "after");
        await hands.ChooseAsync("The shift's", "end");
        await hands.TypeAsync("Useful for", "20 min");
        await hands.TypeAsync("Not sent once this is logged", "break_end");
        await hands.TypeAsync("Attempts at most", "3");
        await hands.TickAsync("Rule is on");
        await hands.TypeAsync("Language", "de");
        await browser.Page.GetByLabel("Title", new() { Exact = true }).Nth(1).FillAsync("Feierabend seit {end}");
        await hands.TypeAsync("Body", "Bitte ausstempeln, {name}");
        await hands.PressAsync("Make rule …");
        await browser.Page.GetByRole(AriaRole.Dialog).GetByLabel("Why").FillAsync("people forget it");
        await hands.PressAsync("Make rule");
        await Expect(browser.Page).ToHaveURLAsync($"/rules?rule=late_by_{by}");

        Assert.Equal(
            $"10 minutes after the end, by {by}|end|-00:10:00|00:20:00|break_end|3|false|de|Feierabend seit {{end}}|Bitte ausstempeln, {{name}}",
            await StoredAsync($"late_by_{by}"));
        await browser.Page.ReloadAsync();
        await browser.ReadyAsync();
        await Expect(Field(browser, "Title")).ToHaveValueAsync($"10 minutes after the end, by {by}");
        await Expect(Field(browser, "Due")).ToHaveValueAsync("10 min");
        await Expect(browser.Page.GetByText("10 min after the end", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(Field(browser, "Useful for")).ToHaveValueAsync("20 min");
        await Expect(Field(browser, "Not sent once this is logged")).ToHaveValueAsync("break_end");
        await Expect(Field(browser, "Attempts at most")).ToHaveValueAsync("3");
        await Expect(Field(browser, "Rule is on")).Not.ToBeCheckedAsync();
        await Expect(Field(browser, "Language")).ToHaveValueAsync("de");
        await Expect(Field(browser, "Body")).ToHaveValueAsync("Bitte ausstempeln, {name}");
    }

    [Fact]
    public async Task Rule_that_is_due_before_can_be_turned_to_after_and_the_question_shows_both()
    {
        await using var browser = await OpenAsync("/rules?rule=start_15");
        var hands = Hands.Of("mouse", browser.Page);

        await hands.ChooseAsync("Before or after", "after");
        await hands.PressAsync("Save …");
        var question = browser.Page.GetByRole(AriaRole.Dialog);
        await Expect(question.GetByRole(AriaRole.Row, new() { Name = "Due 15 min before the start 15 min after the start", Exact = true })).ToBeVisibleAsync();
        await question.GetByLabel("Why").FillAsync("late comers");
        await hands.PressAsync("Save rule");
        await browser.Page.GetByText("Saved.").WaitForAsync();

        Assert.Equal(TimeSpan.FromMinutes(-15), await portal.Database.OwnerDataSource.ScalarAsync<TimeSpan>(
            "SELECT lead FROM shift_reminders.rules WHERE notify_type = 'start_15'"));
        await browser.Page.ReloadAsync();
        await browser.ReadyAsync();
        await Expect(browser.Page.GetByText("15 min after the start", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task New_text_is_shown_beside_the_old_and_waiting_reminders_are_said_to_get_it()
    {
        var given = portal.Database.Given;
        await given.ShiftAsync(await given.ReachablePersonAsync("Wanda Waiting"), TimeSpan.FromMinutes(-5), lasting: TimeSpan.FromMinutes(6));
        await portal.Database.OwnerDataSource.ExecuteAsync("SELECT public.enqueue_due_shift_notifications()");
        await using var browser = await OpenAsync("/rules?rule=end");
        var body = Field(browser, "Body");
        var old = await body.InputValueAsync();

        await body.FillAsync("Time to go, {name}");
        await Hands.Of("mouse", browser.Page).PressAsync("Save …");

        var question = browser.Page.GetByRole(AriaRole.Dialog);
        await Expect(question.GetByRole(AriaRole.Cell, new() { Name = old, Exact = true })).ToBeVisibleAsync();
        await Expect(question.GetByRole(AriaRole.Cell, new() { Name = "Time to go, {name}", Exact = true })).ToBeVisibleAsync();
        await Expect(question).ToContainTextAsync("1 waiting reminder will be sent at the same time, with the new text");
    }

    [Fact]
    public async Task Each_text_is_shown_as_somebody_sees_it_who_gets_it()
    {
        var given = portal.Database.Given;
        await given.ShiftAsync(await given.PersonAsync("Ellen English", "en-GB"), TimeSpan.FromHours(1));
        await given.ShiftAsync(await given.PersonAsync("Doris Deutsch", "de"), TimeSpan.FromHours(2));
        await portal.Database.OwnerDataSource.ExecuteAsync(
            "INSERT INTO shift_reminders.rule_texts (notify_type, locale, title, body) VALUES ('end', 'de', 'Feierabend', 'Tschüss {name}') ON CONFLICT DO NOTHING");
        await using var browser = await OpenAsync("/rules?rule=end");

        await browser.Page.GetByLabel("Shown for").ClickAsync();
        await browser.Page.GetByRole(AriaRole.Option, new() { Name = "Ellen English" }).ClickAsync();

        await Expect(browser.Page.GetByText("As Doris Deutsch sees it")).ToHaveCountAsync(1);
        await Expect(browser.Page.GetByText("Tschüss Doris Deutsch")).ToBeVisibleAsync();
        await Expect(browser.Page.GetByText("As Ellen English sees it")).ToHaveCountAsync(1);
    }

    private static ILocator Field(BrowserSession browser, string label) => browser.Page.GetByLabel(label, new() { Exact = true }).First;

    private Task<string?> StoredAsync(string rule) => portal.Database.OwnerDataSource.ScalarAsync<string>(
        """
        SELECT concat_ws('|', r.title, r.anchor, r.lead, r.grace, r.skip_type, r.max_attempts, r.enabled::text, t.locale, t.title, t.body)
        FROM shift_reminders.rules r JOIN shift_reminders.rule_texts t USING (notify_type) WHERE r.notify_type = $1
        """,
        rule);

    private async Task<BrowserSession> OpenAsync(string page)
    {
        var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync(page);
        return browser;
    }
}
