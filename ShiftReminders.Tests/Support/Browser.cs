using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(ShiftReminders.Tests.Support.Browser.Shutdown))]

namespace ShiftReminders.Tests.Support;

/// <summary>Debian's Chromium, started when the first test asks for it and shared by all.</summary>
public static class Browser
{
    private static readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> Shared = new(LaunchAsync);

    /// <summary>A browser of its own cookies, with a page at the portal's sign-in or signed in already.</summary>
    public static Task<BrowserSession> OpenAsync(
        PortalApp app, string? email = null, int width = 1440, ColorScheme colors = ColorScheme.Light, string zone = "America/New_York") =>
        OpenAsync(app.Address, email, width, colors, zone);

    /// <summary>The same for a portal that is called by another name than its own address.</summary>
    public static async Task<BrowserSession> OpenAsync(
        Uri portal, string? email = null, int width = 1440, ColorScheme colors = ColorScheme.Light, string zone = "America/New_York")
    {
        var (_, browser) = await Shared.Value;
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = portal.ToString(),
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = colors,
            TimezoneId = zone,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
        });
        // What was done and what went over the network. Pictures of every step would double what a browser costs.
        await context.Tracing.StartAsync(new());
        var session = new BrowserSession(context, await context.NewPageAsync(), portal);
        if (email is not null) await session.SignInAsync(email);
        return session;
    }

    private static async Task<(IPlaywright, IBrowser)> LaunchAsync()
    {
        var driver = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(BrowserSession.PatienceMilliseconds);
        return (driver, await Chromium.StartAsync(driver));
    }

    /// <summary>Closes the browser after the last test.</summary>
    public sealed class Shutdown : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (!Shared.IsValueCreated) return;
            var (driver, browser) = await Shared.Value;
            await BrowserEvidenceAttribute.AllClosedAsync();
            await browser.CloseAsync();
            driver.Dispose();
        }
    }
}
