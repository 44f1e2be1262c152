using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.Access;

/// <summary>What a sign-out leaves open: nothing, in whichever tab and with whatever was copied before. In a real browser.</summary>
public sealed class SignOutTests(SignOutTests.Portal portal) : IClassFixture<SignOutTests.Portal>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sign_out_in_one_tab_sends_the_others_to_the_sign_in_and_a_saved_cookie_opens_nothing()
    {
        await portal.App.AccountAsync("leaver@example.test", Roles.Supervisor);
        await using var browser = await Browser.OpenAsync(portal.App, "leaver@example.test");
        await browser.GoToAsync("/shifts");
        var other = await browser.Page.Context.NewPageAsync();
        await other.GotoAsync("/reminders");
        await other.UntilAsync("the other tab reacts to clicks", "() => document.querySelector('.shell[data-interactive]')");
        var saved = await browser.Page.Context.CookiesAsync();

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Account menu" }).ClickAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        // With the page to go back to, where the page's own line is told before the form is answered.
        await Expect(browser.Page).ToHaveURLAsync(new Regex("/sign-in"));
        await Expect(other).ToHaveURLAsync("/sign-in?returnUrl=%2Freminders");
        await using var thief = await Browser.OpenAsync(portal.App);
        await thief.Page.Context.AddCookiesAsync(saved.Select(cookie => new Cookie
        {
            Name = cookie.Name,
            Value = cookie.Value,
            Domain = cookie.Domain,
            Path = cookie.Path,
        }));
        await thief.Page.GotoAsync("/shifts");
        await Expect(thief.Page).ToHaveURLAsync("/sign-in?returnUrl=%2Fshifts");
    }

    [Fact]
    public async Task Open_page_does_not_outlive_its_session()
    {
        await portal.App.AccountAsync("sleeper@example.test", Roles.Supervisor);
        await using var browser = await Browser.OpenAsync(portal.App, "sleeper@example.test");
        await browser.GoToAsync("/shifts");

        await portal.Database.OwnerDataSource.ExecuteAsync("""
            UPDATE shift_reminders.sessions SET last_used_at = last_used_at - idle_limit
            WHERE account_id = (SELECT id FROM shift_reminders.accounts WHERE email = 'sleeper@example.test')
            """);

        await Expect(browser.Page).ToHaveURLAsync("/sign-in?returnUrl=%2Fshifts");
    }

    [Fact]
    public async Task Click_in_a_page_is_use_of_its_session()
    {
        await portal.App.AccountAsync("clicks@example.test", Roles.Supervisor);
        await using var browser = await Browser.OpenAsync(portal.App, "clicks@example.test");
        await browser.Page.Clock.InstallAsync();
        await browser.GoToAsync("/shifts");
        await browser.Page.Clock.FastForwardAsync(61_000);

        var told = await browser.Page.RunAndWaitForResponseAsync(
            () => browser.Page.Locator("main").ClickAsync(new() { Position = new() { X = 1, Y = 1 } }), response => response.Url.EndsWith(AccessPaths.SessionUse, StringComparison.Ordinal));

        Assert.Equal(204, told.Status);
    }

    /// <summary>A portal that asks so seldom that only the announcement can be what ends a page.</summary>
    public sealed class Portal : PortalFixture
    {
        protected override string[] Settings => ["Portal:RevalidateEvery=00:01:00"];
    }
}
