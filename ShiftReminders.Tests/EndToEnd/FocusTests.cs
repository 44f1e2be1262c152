using System.Globalization;
using Microsoft.Playwright;
using ShiftReminders.Tests.Reminders;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>Where the focus goes when details and dialogs open and close.</summary>
public sealed class FocusTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private static readonly string[] Names = ["Anna Novak", "Ben Fischer", "Carla Diaz"];

    public async ValueTask InitializeAsync()
    {
        await portal.Database.OwnerDataSource.EmptyAsync("public.scheduled_notifications", "public.duty_schedules");
        foreach (var (row, name) in Names.Index())
            await portal.Database.StoreAsync(
                await portal.Database.Given.ReachablePersonAsync(name), TimeSpan.FromMinutes(-row - 1), "failed", "out_of_time");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Details_opened_by_the_keyboard_take_the_focus_and_escape_gives_it_back_to_the_row()
    {
        await using var browser = await OpenAsync("/reminders?tab=failed");
        await Row(browser, "Ben Fischer").FocusAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        await Expect(Title(browser)).ToBeFocusedAsync();

        await browser.Page.Keyboard.PressAsync("j");
        await Expect(Row(browser, "Carla Diaz")).ToBeFocusedAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        await Expect(Title(browser)).ToBeFocusedAsync();
        await Expect(Title(browser)).ToContainTextAsync("Carla Diaz");
        await browser.Page.Keyboard.PressAsync("Escape");

        await Expect(Title(browser)).ToHaveCountAsync(0);
        await Expect(Row(browser, "Carla Diaz")).ToBeFocusedAsync();
        await Expect(browser.Page).ToHaveURLAsync("/reminders?tab=failed");
    }

    [Fact]
    public async Task Details_opened_by_the_mouse_leave_the_focus_with_the_rows_and_closing_them_too()
    {
        await using var browser = await OpenAsync("/reminders?tab=failed");
        await Row(browser, "Ben Fischer").ClickAsync();
        await Expect(Title(browser)).ToBeVisibleAsync();
        await Expect(Row(browser, "Ben Fischer")).ToBeFocusedAsync();

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Close the details" }).ClickAsync();

        await Expect(Row(browser, "Ben Fischer")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Escape_closes_what_lies_on_top_and_leaves_the_details_open()
    {
        await using var browser = await OpenAsync("/reminders?tab=failed");
        await Row(browser, "Ben Fischer").ClickAsync();
        var act = browser.Page.GetByRole(AriaRole.Button, new() { Name = "Resend …", Exact = true });
        await act.ClickAsync();
        await browser.Page.GetByRole(AriaRole.Dialog).GetByLabel("Why").WaitForAsync();
        // The dialog takes the focus after it is drawn, and hears keys only then.
        await browser.Page.UntilAsync("the dialog has the focus", "() => document.activeElement.closest('.mud-dialog')");

        await browser.Page.Keyboard.PressAsync("Escape");
        await Expect(browser.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(act).ToBeFocusedAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Saved views" }).ClickAsync();
        await browser.Page.Keyboard.PressAsync("Escape");

        await Expect(browser.Page.GetByLabel("Name of the view to save")).ToBeHiddenAsync();
        await Expect(Title(browser)).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("/reminders?tab=failed", "Resend 3 matching …", "Go back")]
    [InlineData("/cron", "Pause reminders …", "Cancel")]
    [InlineData("/access", "Invite somebody", "Cancel")]
    public async Task Dialog_that_closes_gives_the_focus_back_to_the_button_that_opened_it(string page, string button, string stepBack)
    {
        await using var browser = await OpenAsync(page);
        var opener = browser.Page.GetByRole(AriaRole.Button, new() { Name = button });
        await opener.FocusAsync();
        await browser.Page.Keyboard.PressAsync("Enter");

        await browser.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = stepBack }).ClickAsync();

        await Expect(browser.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(opener).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Focus_goes_to_the_headline_when_the_act_has_taken_its_button_away()
    {
        await using var browser = await OpenAsync("/reminders?tab=failed");
        await browser.Page.GetByLabel("Select the reminder of Anna Novak").CheckAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel …", Exact = true }).ClickAsync();
        var dialog = browser.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Why").FillAsync("on leave");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel 1 reminder" }).ClickAsync();

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Explanation_of_the_board_takes_the_focus_and_gives_it_back_too()
    {
        // His shift begins in 13 minutes: on the next day, shortly before midnight.
        var day = TimeProvider.System.GetUtcNow().AddMinutes(13);
        await using var browser = await OpenAsync(string.Create(CultureInfo.InvariantCulture, $"/shifts?q=Ben&day={day:yyyy-MM-dd}"));
        var why = browser.Page.GetByRole(AriaRole.Link, new() { Name = "Why? Ben Fischer, 15 minutes before the start" });
        await why.FocusAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        await Expect(Title(browser)).ToBeFocusedAsync();

        await browser.Page.Keyboard.PressAsync("Escape");

        await Expect(Title(browser)).ToHaveCountAsync(0);
        await Expect(why).ToBeFocusedAsync();
    }

    private static ILocator Title(BrowserSession browser) => browser.Page.Locator("[data-pane-title]");

    private static ILocator Row(BrowserSession browser, string name) => browser.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    private async Task<BrowserSession> OpenAsync(string page)
    {
        var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync(page);
        return browser;
    }
}
