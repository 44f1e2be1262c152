using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>What an admin has written of a rule is not lost by a wrong click.</summary>
public sealed class UnsavedRuleTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private BrowserSession browser = null!;

    private IPage Page => browser.Page;

    private ILocator Title => Page.GetByLabel("Title").First;

    private ILocator Question => Page.GetByRole(AriaRole.Dialog, new() { Name = "Leave without saving?" });

    public async ValueTask InitializeAsync()
    {
        browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/rules?rule=end");
        await Expect(Title).ToHaveValueAsync("At the end");
    }

    public ValueTask DisposeAsync() => browser.DisposeAsync();

    [Fact]
    public async Task Choosing_another_rule_asks_first_and_staying_keeps_what_was_written()
    {
        await Title.FillAsync("At the very end");

        await ChooseStartAsync();
        await Expect(Question).ToContainTextAsync("Your changes to the rule end are not saved");
        await ClickAsync("Stay here");

        await Expect(Question).ToBeHiddenAsync();
        await Expect(Title).ToHaveValueAsync("At the very end");
        await Expect(Page).ToHaveURLAsync("/rules?rule=end");
    }

    [Fact]
    public async Task Leaving_all_the_same_opens_what_was_chosen()
    {
        await Page.GetByLabel("Useful for").FillAsync("a while");
        await Page.GetByLabel("Useful for").BlurAsync();
        await Expect(Page.GetByText("Write it like")).ToBeVisibleAsync();

        await Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Cron" }).ClickAsync();
        await ClickAsync("Leave without saving");

        await Expect(Page).ToHaveURLAsync("/cron");
        await Expect(Question).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Nothing_is_asked_when_what_was_typed_was_taken_back()
    {
        await Title.FillAsync("At the very end");
        await Title.FillAsync("At the end");

        await ChooseStartAsync();

        await Expect(Page).ToHaveURLAsync("/rules?rule=start_15");
        await Expect(Question).ToBeHiddenAsync();
    }

    [Fact]
    public async Task New_rule_that_is_cancelled_on_purpose_asks_nothing()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "New rule" }).ClickAsync();
        await Title.FillAsync("An hour before");

        await ClickAsync("Cancel");

        await Expect(Page).ToHaveURLAsync("/rules");
        await Expect(Question).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Loading_the_page_anew_is_asked_about_by_the_browser_only_when_something_was_written()
    {
        var asked = new TaskCompletionSource<string>();
        Page.Dialog += (_, dialog) =>
        {
            asked.TrySetResult(dialog.Type);
            _ = dialog.AcceptAsync();
        };
        await Page.ReloadAsync();
        await browser.ReadyAsync();
        Assert.False(asked.Task.IsCompleted);

        // With keys: Chromium asks nobody who has not touched the page. The browser is told of the change after it is drawn.
        await Title.PressSequentiallyAsync("!");
        await Page.UntilAsync("the browser holds the page back", "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))");
        await Page.ReloadAsync();

        await Eventually.EndsAsync("the browser asks", Patience, asked.Task);
        Assert.Equal("beforeunload", await asked.Task);
    }

    private Task ChooseStartAsync() => Page.GetByRole(AriaRole.Link, new() { NameString = "15 minutes before the start" }).ClickAsync();

    private Task ClickAsync(string button) =>
        Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
}
