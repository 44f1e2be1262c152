using Microsoft.Playwright;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Paint;

/// <summary>Somebody who is signed in, in a real browser.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private const string FirstPaint =
        "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime";

    private const string Ready =
        "() => document.querySelector('.shell[data-interactive]') && !document.querySelector('.skeletons') && performance.now()";

    private readonly IPlaywright driver;
    private readonly IBrowser browser;
    private readonly IPage page;

    private Visitor(IPlaywright driver, IBrowser browser, IPage page) => (this.driver, this.browser, this.page) = (driver, browser, page);

    public static async Task<Visitor> SignInAsync(Uri portal, string email, string password)
    {
        var driver = await Playwright.CreateAsync();
        var browser = await Chromium.StartAsync(driver);
        var page = await browser.NewPageAsync(new() { BaseURL = portal.ToString(), ViewportSize = new() { Width = 1440, Height = 900 } });
        var visitor = new Visitor(driver, browser, page);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("Email").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitForFunctionAsync(Ready);
        return visitor;
    }

    public async Task<PageLoad> LoadAsync(string path)
    {
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Commit });
        return new PageLoad(await WhenAsync(FirstPaint), await WhenAsync(Ready));
    }

    public async ValueTask DisposeAsync()
    {
        await browser.CloseAsync();
        driver.Dispose();
    }

    // Asked at every frame: what it answers first is the moment.
    private async Task<double> WhenAsync(string milliseconds)
    {
        var handle = await page.WaitForFunctionAsync(milliseconds);
        return await handle.JsonValueAsync<double>();
    }
}
