using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.Access;

/// <summary>What people see of their sessions, what admins see of them, and ending them one by one.</summary>
public sealed partial class YourSessionsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private const string Edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Firefox, "Firefox on Linux")]
    [InlineData(Edge, "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData("curl/8.14\n", "curl/8.14")]
    [InlineData("", "unknown browser")]
    public void Browser_is_called_what_its_owner_calls_it(string userAgent, string name) => Assert.Equal(name, SessionOrigin.Shorten(userAgent));

    [Fact]
    public async Task Account_page_tells_browser_and_address_of_each_session_and_marks_this_one()
    {
        await portal.App.AccountAsync("lists@example.test", Roles.Supervisor);
        using var elsewhere = await SignedInAsync("lists@example.test", Edge);
        using var here = await SignedInAsync("lists@example.test", Firefox);

        var sessions = await SessionsOnPageAsync(here);

        Assert.Equal(2, sessions.Length);
        Assert.Contains("127.0.0.1", sessions[0], StringComparison.Ordinal);
        Assert.Matches("(?s)Firefox on Linux.*this one", sessions[0]);
        Assert.Contains("Edge on Windows", sessions[1], StringComparison.Ordinal);
        Assert.DoesNotContain("this one", sessions[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_session_can_be_ended_and_it_is_on_record()
    {
        await portal.App.AccountAsync("ends@example.test", Roles.Supervisor);
        using var elsewhere = await SignedInAsync("ends@example.test", Edge);
        using var here = await SignedInAsync("ends@example.test", Firefox);
        var other = EndButton().Match(await here.Http.GetStringAsync("/account", Token)).Groups[1].Value;

        using var answer = await here.PostFormAsync("/account", target: null, ("_handler", "sessions"), ("Ended", other));

        Assert.Contains("You are signed out there.", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(elsewhere));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(here));
        Assert.Contains("Edge on Windows", await portal.Database.OwnerDataSource.ScalarAsync<string>(
            "SELECT before::text FROM shift_reminders.audit WHERE act = 'end a session' AND actor = 'ends@example.test' AND subject = 'account ends@example.test'"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_others_can_be_ended_at_once()
    {
        await portal.App.AccountAsync("others@example.test", Roles.Supervisor);
        using var first = await SignedInAsync("others@example.test", Edge);
        using var second = await SignedInAsync("others@example.test", Edge);
        using var here = await SignedInAsync("others@example.test", Firefox);

        (await here.PostFormAsync("/account", target: null, ("_handler", "sessions"), ("Ended", "others"))).Dispose();

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(first));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(second));
        Assert.Single(await SessionsOnPageAsync(here));
    }

    [Fact]
    public async Task Nobody_ends_the_session_of_somebody_else_by_its_name()
    {
        await portal.App.AccountAsync("meddler@example.test", Roles.Supervisor);
        var owner = await portal.App.AccountAsync("owner@example.test", Roles.Supervisor);
        using var owners = await SignedInAsync("owner@example.test", Edge);
        using var meddler = await SignedInAsync("meddler@example.test", Firefox);
        var session = Assert.Single(await portal.App.Services.GetRequiredService<Sessions>().OfAsync(owner, Token)).Id;

        (await meddler.PostFormAsync("/account", target: null, ("_handler", "sessions"), ("Ended", session.ToString()))).Dispose();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(owners));
    }

    [Fact]
    public async Task Admin_sees_the_sessions_of_a_person_and_ends_one_which_leaves_its_page_and_is_on_record()
    {
        await portal.App.AccountAsync("watched@example.test", Roles.Supervisor);
        await using var person = await Browser.OpenAsync(portal.App, "watched@example.test");
        await person.GoToAsync("/shifts");
        await using var admin = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await admin.GoToAsync("/access?q=watched");

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Acts on watched@example.test" }).ClickAsync();
        await admin.Page.GetByText("Sessions", new() { Exact = true }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^End Chrome on Linux") }).ClickAsync();
        await admin.Page.GetByLabel("Why").FillAsync("unknown laptop");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "End session", Exact = true }).ClickAsync();

        await Expect(admin.Page.GetByText("Nobody is signed in with this account.")).ToBeVisibleAsync();
        await Expect(person.Page).ToHaveURLAsync("/sign-in?returnUrl=%2Fshifts");
        Assert.Equal("unknown laptop", await portal.Database.OwnerDataSource.ScalarAsync<string>(
            "SELECT why FROM shift_reminders.audit WHERE act = 'end a session' AND actor = $1 AND subject = 'account watched@example.test'", PortalFixture.Admin));
    }

    private async Task<PortalClient> SignedInAsync(string email, string browser)
    {
        var client = new PortalClient(portal.App.Address);
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", browser);
        (await client.SignInAsync(email, PortalApp.Password)).Dispose();
        return client;
    }

    private static async Task<string[]> SessionsOnPageAsync(PortalClient client) =>
        [.. Listed().Matches(await client.Http.GetStringAsync("/account", Token)).Select(item => item.Value)];

    private static async Task<HttpStatusCode> StatusAsync(PortalClient client)
    {
        using var answer = await client.GetAsync("/shifts");
        return answer.StatusCode;
    }

    [GeneratedRegex("(?s)<li[^>]*>\\s*<div class=\"session\".*?</li>")]
    private static partial Regex Listed();

    [GeneratedRegex("name=\"Ended\" value=\"([0-9a-f-]{36})\"")]
    private static partial Regex EndButton();
}
