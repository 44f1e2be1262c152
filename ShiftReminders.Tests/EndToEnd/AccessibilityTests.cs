using Microsoft.Playwright;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>axe on every page, in light and dark, on a phone and on a desk; and nothing from any other host.</summary>
public sealed class AccessibilityTests(BusyPortal busy, PortalFixture empty) : IClassFixture<BusyPortal>, IClassFixture<PortalFixture>
{
    private const int Narrow = 360;

    [Theory]
    [InlineData(1440)]
    [InlineData(Narrow)]
    public Task Every_page_with_much_on_it_passes_axe_fits_its_width_and_stays_local(int width) =>
        CheckAsync(busy, [.. PortalPages.All, .. busy.DeepPages], width);

    [Theory]
    [InlineData(1440)]
    [InlineData(Narrow)]
    public Task Every_page_with_nothing_on_it_passes_axe_fits_its_width_and_stays_local(int width) =>
        CheckAsync(empty, PortalPages.All, width);

    [Fact]
    public async Task Dialogs_pass_axe()
    {
        await using var browser = await Browser.OpenAsync(empty.App, PortalFixture.Admin);
        await browser.GoToAsync("/access");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Invite somebody" }).ClickAsync();
        await browser.Page.GetByLabel("Email", new() { Exact = true }).WaitForAsync();

        Assert.Empty(await Axe.ViolationsAsync(browser.Page));

        await browser.Page.Keyboard.PressAsync("Escape");
        await browser.Page.GetByLabel("Email", new() { Exact = true }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await browser.Page.Keyboard.PressAsync("?");
        await browser.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" }).WaitForAsync();

        Assert.Empty(await Axe.ViolationsAsync(browser.Page));
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Dialogs_of_acts_pass_axe_and_fit_their_width(ColorScheme colors, int width)
    {
        await using var browser = await Browser.OpenAsync(busy.App, PortalFixture.Admin, width, colors);
        var problems = new List<string>();

        foreach (var (page, button) in new[]
        {
            ("/reminders?tab=failed", "matching …"), ("/reminders?tab=all&state=failed", "Cancel"), ($"/reminders/{busy.SentReminder}", "Resend …"),
            ("/cron", "Pause reminders …"), ("/cron", "Run now …"), ("/settings", "Change: Time zone"),
        })
        {
            await browser.GoToAsync(page);
            await browser.Page.GetByRole(AriaRole.Button, new() { Name = button }).First.ClickAsync();
            var dialog = browser.Page.GetByRole(AriaRole.Dialog);
            await dialog.WaitForAsync();
            await browser.ReadyAsync();
            problems.AddRange((await Axe.ViolationsAsync(browser.Page)).Select(violation => $"{page}, {button}: {violation}"));
            var excess = await dialog.EvaluateAsync<int>("dialog => Math.max(0, ...[...dialog.querySelectorAll('.preview, .mud-dialog-content')].map(part => part.scrollWidth - part.clientWidth))");
            if (excess > 0) problems.Add($"{page}, {button}: {excess} px wider than the dialog");
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private static async Task CheckAsync(PortalFixture portal, IEnumerable<string> pages, int width)
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin, width);
        var problems = new List<string>();

        foreach (var page in pages)
        {
            await browser.GoToAsync(page);
            problems.AddRange((await Axe.ViolationsAsync(browser.Page)).Select(violation => $"{page}: {violation}"));
            var excess = await browser.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - window.innerWidth");
            if (excess > 0) problems.Add($"{page}: {excess} px wider than the window");
            // The colours are the same at every width; narrow pages show all of them in one column.
            if (width == Narrow) problems.AddRange((await DarkViolationsAsync(browser.Page)).Select(violation => $"{page}, dark: {violation}"));
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.Empty(browser.ExternalRequests);
    }

    /// <summary>The same page as somebody sees it whose system turns dark: it has other colours and nothing else.</summary>
    private static async Task<string[]> DarkViolationsAsync(IPage page)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.UntilAsync("the page is dark", "() => document.documentElement.dataset.theme === 'dark'");
        var violations = await Axe.ColourViolationsAsync(page);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        return violations;
    }
}
