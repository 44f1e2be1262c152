using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>What becomes of a page that is open while its person loses access.</summary>
public sealed class RevocationTests(RevocationTests.Portal portal) : IClassFixture<RevocationTests.Portal>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_page_of_a_disabled_admin_ends_at_sign_in_which_says_why()
    {
        var id = await portal.App.AccountAsync("fired@example.test", Roles.Admin);
        await using var browser = await Browser.OpenAsync(portal.App, "fired@example.test");
        await browser.GoToAsync("/access");

        Assert.Null((await portal.App.Services.GetRequiredService<Accounts>().DisableAsync(await PermitAsync(), id, "left", Token)).Problem);

        await Assertions.Expect(browser.Page).ToHaveURLAsync("/sign-in?returnUrl=%2Faccess&problem=Disabled");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your account has been disabled. Ask an admin");
        await browser.Page.ReloadAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your account has been disabled");
    }

    [Fact]
    public async Task Page_that_a_disabled_person_opens_anew_says_why_it_asks_to_sign_in()
    {
        var id = await portal.App.AccountAsync("back@example.test", Roles.Supervisor);
        await using var browser = await Browser.OpenAsync(portal.App, "back@example.test");
        await browser.Page.GotoAsync("about:blank");
        Assert.Null((await portal.App.Services.GetRequiredService<Accounts>().DisableAsync(await PermitAsync(), id, "left", Token)).Problem);

        await browser.Page.GotoAsync("/shifts");

        await Assertions.Expect(browser.Page).ToHaveURLAsync("/sign-in?returnUrl=%2Fshifts&problem=Disabled");
    }

    [Fact]
    public async Task Page_whose_line_is_refused_as_the_account_has_ended_since_it_was_loaded_is_left()
    {
        var id = await portal.App.AccountAsync("between@example.test", Roles.Supervisor);
        await using var browser = await Browser.OpenAsync(portal.App, "between@example.test");
        await browser.Page.RouteAsync("**/_blazor/negotiate*", async line =>
        {
            await portal.App.Services.GetRequiredService<Accounts>().DisableAsync(await PermitAsync(), id, "left", Token);
            await line.FulfillAsync(new() { Status = 401 });
        });

        await browser.Page.GotoAsync("/shifts");

        await Assertions.Expect(browser.Page).ToHaveURLAsync("/sign-in?returnUrl=%2Fshifts&problem=Disabled");
    }

    [Fact]
    public async Task Sign_in_that_was_ended_everywhere_is_not_called_disabled()
    {
        var id = await portal.App.AccountAsync("everywhere@example.test", Roles.Supervisor);
        await using var browser = await Browser.OpenAsync(portal.App, "everywhere@example.test");
        await browser.GoToAsync("/shifts");

        Assert.Null((await portal.App.Services.GetRequiredService<Accounts>().SignOutEverywhereAsync(await PermitAsync(), id, "lost a laptop", Token)).Problem);

        await Assertions.Expect(browser.Page).ToHaveURLAsync("/sign-in?returnUrl=%2Fshifts");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Disabled_admin_is_not_sent_back_in_while_the_cookie_is_still_believed()
    {
        var id = await portal.App.AccountAsync("fresh@example.test", Roles.Admin);
        await using var browser = await Browser.OpenAsync(portal.App, "fresh@example.test");
        // The open page would leave by itself.
        await browser.Page.GotoAsync("about:blank");
        Assert.Null((await portal.App.Services.GetRequiredService<Accounts>().DisableAsync(await PermitAsync(), id, "left", Token)).Problem);

        await browser.Page.GotoAsync("/sign-in?returnUrl=%2Faccess");

        await Assertions.Expect(browser.Page).ToHaveURLAsync("/sign-in?returnUrl=%2Faccess&problem=Disabled");
        await browser.SignInAsync(PortalFixture.Admin);
        await Assertions.Expect(browser.Page).ToHaveURLAsync("/");
    }

    [Fact]
    public async Task Open_page_of_an_admin_who_lost_the_role_says_so()
    {
        var id = await portal.App.AccountAsync("demoted@example.test", Roles.Admin);
        await using var browser = await Browser.OpenAsync(portal.App, "demoted@example.test");
        await browser.GoToAsync("/access");

        Assert.Null((await portal.App.Services.GetRequiredService<Accounts>().ChangeRolesAsync(await PermitAsync(), id, [Roles.Supervisor], "moved", Token)).Problem);

        await browser.Page.GetByRole(AriaRole.Heading, new() { Name = "You may not see this page" }).WaitForAsync();
    }

    [Fact]
    public async Task Act_of_a_demoted_admin_is_refused_before_the_page_has_noticed()
    {
        var id = await portal.App.AccountAsync("quick@example.test", Roles.Admin);
        await using var slow = await PortalApp.StartAsync(portal.Database, "Portal:RevalidateEvery=00:01:00");
        await using var browser = await Browser.OpenAsync(slow, "quick@example.test");
        await browser.GoToAsync("/access");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Invite somebody" }).ClickAsync();
        await browser.Page.GetByLabel("Email", new() { Exact = true }).FillAsync("crony@example.test");

        Assert.Null((await portal.App.Services.GetRequiredService<Accounts>().ChangeRolesAsync(await PermitAsync(), id, [Roles.Supervisor], "moved", Token)).Problem);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();

        await browser.Page.GetByText("You may not manage access").WaitForAsync();
        Assert.Equal(0, await portal.Database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM shift_reminders.accounts WHERE email = 'crony@example.test'"));
    }

    private Task<Permit> PermitAsync() => portal.App.PermitAsync(portal.AdminId, Act.ManageAccess);

    public sealed class Portal : PortalFixture
    {
        protected override string[] Settings => ["Portal:RevalidateEvery=00:00:01"];
    }
}
