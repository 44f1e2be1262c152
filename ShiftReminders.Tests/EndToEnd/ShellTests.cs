using Microsoft.Playwright;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>What every page shares: keys, colours, zones, headers, and a server that goes away.</summary>
public sealed class ShellTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Slash_puts_the_cursor_into_the_search_and_g_leads_to_pages()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/audit");

        await browser.Page.Keyboard.PressAsync("/");
        Assert.Equal("search", await browser.Page.EvaluateAsync<string>("() => document.activeElement.type"));
        await browser.Page.Keyboard.PressAsync("Escape");
        await browser.Page.EvaluateAsync("() => document.activeElement.blur()");
        await browser.Page.Keyboard.PressAsync("g");
        await browser.Page.Keyboard.PressAsync("n");

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Now", Exact = true }).And(browser.Page.Locator(".active")).WaitForAsync();
        Assert.Equal("/", new Uri(browser.Page.Url).AbsolutePath);
    }

    [Fact]
    public async Task Page_that_the_browser_loads_leaves_the_focus_alone_and_the_one_after_it_takes_it()
    {
        const string focused = "() => document.activeElement.tagName";
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/audit");

        // The server has answered a click: whatever it does after its first drawing is done.
        await browser.Page.EvaluateAsync("() => document.querySelector('[data-live-toggle]').click()");
        await Assertions.Expect(browser.Page.Locator(".live")).ToContainTextAsync("Paused");
        Assert.Equal("BODY", await browser.Page.EvaluateAsync<string>(focused));

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Cron" }).ClickAsync();
        await browser.Page.UntilAsync("the heading has the focus", $"() => ({focused})() === 'H1'");
    }

    [Fact]
    public async Task Single_keys_can_be_turned_off()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/");
        await browser.Page.Keyboard.PressAsync("?");
        var dialog = browser.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });
        await dialog.GetByRole(AriaRole.Checkbox).UncheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await browser.Page.Keyboard.PressAsync("?");

        await Assertions.Expect(dialog).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Chosen_colours_are_there_before_the_page_is_drawn_and_outlast_a_reload()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin, colors: ColorScheme.Light);
        await browser.GoToAsync("/");
        await browser.Page.Keyboard.PressAsync("t");
        await browser.Page.Keyboard.PressAsync("t");
        await browser.Page.ReloadAsync(new() { WaitUntil = WaitUntilState.Commit });
        await browser.Page.UntilAsync("the page has begun", "() => document.body");

        Assert.Equal("dark", await browser.Page.EvaluateAsync<string>("() => document.documentElement.dataset.theme"));
    }

    [Fact]
    public async Task Both_time_zones_are_named()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin, zone: "America/New_York");
        await browser.GoToAsync("/");

        await Assertions.Expect(browser.Page.GetByText("Site time UTC · yours America/New_York")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(1280, "header")]
    [InlineData(1000, "header")]
    [InlineData(768, "header")]
    [InlineData(360, "nav")]
    public async Task Sites_zone_is_named_where_there_is_little_room(int width, string where)
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin, width);
        await browser.GoToAsync("/");

        if (where == "nav") await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Menu", Exact = true }).ClickAsync();

        await Assertions.Expect(browser.Page.Locator(where).GetByText("UTC").Filter(new() { Visible = true })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Pause_says_since_when()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/");

        await browser.Page.Keyboard.PressAsync("p");

        await Assertions.Expect(browser.Page.Locator(".live")).ToContainTextAsync("Paused since");
    }

    [Fact]
    public async Task Phone_reaches_every_page_through_the_menu()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin, width: 360);
        await browser.GoToAsync("/");

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Menu", Exact = true }).ClickAsync();
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Audit" }).ClickAsync();

        await Assertions.Expect(browser.Page).ToHaveURLAsync("/audit");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Link, new() { Name = "Access" })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Page_forbids_scripts_of_others_frames_and_other_bases()
    {
        using var client = new PortalClient(portal.App.Address);
        using var answer = await client.GetAsync("/sign-in");

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.All(
            ["script-src 'self';", "object-src 'none'", "base-uri 'self'", "frame-ancestors 'none'"],
            rule => Assert.Contains(rule, policy, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Line_that_cannot_be_opened_is_said_and_the_page_does_not_look_alive()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.Page.Clock.InstallAsync();
        await browser.Page.RouteAsync("**/_blazor/negotiate*", line => line.AbortAsync());
        await browser.Page.GotoAsync("/shifts");
        var said = browser.Page.GetByText("The line to the server could not be opened");
        await Assertions.Expect(said).ToBeHiddenAsync();

        // The page's own patience, first until it asks why and then until it gives up.
        await browser.Page.RunAndWaitForRequestAsync(() => browser.Page.Clock.FastForwardAsync("00:03"), "**/_blazor/negotiate*");
        await browser.Page.Clock.FastForwardAsync("00:09");

        await Assertions.Expect(said).ToBeVisibleAsync();
        await browser.Page.UnrouteAsync("**/_blazor/negotiate*");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Try now" }).ClickAsync();
        await browser.ReadyAsync();
        await Assertions.Expect(said).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Lost_server_is_said_with_since_when_and_the_page_comes_back_with_its_filter()
    {
        var port = Ports.Free();
        var first = await PortalApp.StartAsync(portal.Database, $"urls=http://127.0.0.1:{port}");
        await using var browser = await Browser.OpenAsync(first, PortalFixture.Admin);
        await browser.GoToAsync("/audit?subject=account");

        await first.DisposeAsync();
        var screen = browser.Page.GetByRole(AriaRole.Alertdialog);
        await Assertions.Expect(screen).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"as of \d\d:\d\d:\d\d"), new() { Timeout = 20_000 });
        await using var second = await PortalApp.StartAsync(portal.Database, $"urls=http://127.0.0.1:{port}");

        await Assertions.Expect(screen).ToBeHiddenAsync(new() { Timeout = 30_000 });
        await browser.ReadyAsync();
        Assert.EndsWith("/audit?subject=account", browser.Page.Url, StringComparison.Ordinal);
    }
}
