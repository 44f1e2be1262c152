using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>Signing in over HTTP, as a browser does it.</summary>
public sealed class SignInTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Right_password_leads_back_to_the_page_that_was_asked_for()
    {
        using var client = new PortalClient(portal.App.Address);

        using var answer = await client.SignInAsync(PortalFixture.Admin, PortalApp.Password, "/audit?actor=anna");

        Assert.Equal("/audit?actor=anna", answer.Headers.Location?.PathAndQuery);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\tevil")]
    public async Task Return_address_elsewhere_is_ignored(string returnUrl)
    {
        using var client = new PortalClient(portal.App.Address);

        using var answer = await client.SignInAsync(PortalFixture.Admin, PortalApp.Password, returnUrl);

        Assert.Equal(new Uri(portal.App.Address, "/"), new Uri(portal.App.Address, answer.Headers.Location!));
    }

    [Fact]
    public async Task Cookie_is_kept_from_scripts_and_other_sites()
    {
        using var client = new PortalClient(portal.App.Address);

        using var answer = await client.SignInAsync(PortalFixture.Admin, PortalApp.Password);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), value => value.StartsWith("shift-reminders=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Unknown_account_and_wrong_password_get_the_same_answer()
    {
        using var client = new PortalClient(portal.App.Address);

        var unknown = await AlertAsync(await client.SignInAsync("nobody@example.test", PortalApp.Password));
        var wrong = await AlertAsync(await client.SignInAsync(PortalFixture.Admin, "not the password"));

        Assert.Equal(unknown, wrong);
    }

    [Fact]
    public async Task Guesser_has_to_wait_and_then_gets_another_try()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var app = await PortalApp.StartAsync(portal.Database, builder => builder.Services.AddSingleton<TimeProvider>(time));
        await app.AccountAsync("guessed@example.test", Roles.Supervisor);
        using var client = new PortalClient(app.Address);
        await GuessAsync(client, "guessed@example.test", times: 5);

        using var sixth = await client.SignInAsync("guessed@example.test", PortalApp.Password);
        time.Advance(TimeSpan.FromSeconds(30));
        using var afterTheWait = await client.SignInAsync("guessed@example.test", PortalApp.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, sixth.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(30), sixth.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.Redirect, afterTheWait.StatusCode);
    }

    [Fact]
    public async Task Browser_that_signed_in_before_gets_in_whatever_others_of_its_network_do()
    {
        await portal.App.AccountAsync("attacked@example.test", Roles.Admin);
        using var owner = new PortalClient(portal.App.Address);
        (await owner.SignInAsync("attacked@example.test", PortalApp.Password)).Dispose();
        (await owner.PostFormAsync("/access-denied", target: "/sign-out")).Dispose();
        using var attacker = new PortalClient(portal.App.Address);
        await GuessAsync(attacker, "attacked@example.test", times: 10);

        using var known = await owner.SignInAsync("attacked@example.test", PortalApp.Password);
        using var unknown = await attacker.SignInAsync("attacked@example.test", PortalApp.Password);

        Assert.Equal(HttpStatusCode.Redirect, known.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, unknown.StatusCode);
    }

    [Fact]
    public async Task Forged_cookie_of_a_known_browser_is_worth_nothing()
    {
        await portal.App.AccountAsync("forged@example.test", Roles.Admin);
        using var owner = new PortalClient(portal.App.Address);
        (await owner.SignInAsync("forged@example.test", PortalApp.Password)).Dispose();
        var name = owner.Cookies.GetAllCookies().Single(cookie => cookie.Name.Contains("-known-", StringComparison.Ordinal)).Name;
        using var attacker = new PortalClient(portal.App.Address);
        attacker.Cookies.Add(portal.App.Address, new Cookie(name, "forged"));
        await GuessAsync(attacker, "forged@example.test", times: 5);

        using var answer = await attacker.SignInAsync("forged@example.test", PortalApp.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
    }

    [Fact]
    public async Task Sign_in_without_an_antiforgery_token_is_refused()
    {
        using var client = new PortalClient(portal.App.Address);
        using var form = new FormUrlEncodedContent([new("_handler", "sign-in"), new("Input.Email", PortalFixture.Admin), new("Input.Password", PortalApp.Password)]);

        using var answer = await client.Http.PostAsync("/sign-in", form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Signed_in_person_who_opens_sign_in_is_sent_on_whatever_must_be_read_first()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var app = await PortalApp.StartAsync(portal.Database, builder => builder.Services.AddSingleton<TimeProvider>(time));
        using var client = new PortalClient(app.Address);
        (await client.SignInAsync(PortalFixture.Admin, PortalApp.Password)).Dispose();

        for (var visit = 0; visit < 5; visit++)
        {
            // The site's zone is read anew, so that the page is drawn in two goes.
            time.Advance(TimeSpan.FromMinutes(2));
            using var answer = await client.GetAsync("/sign-in?returnUrl=%2Faudit");
            Assert.Equal("/audit", new Uri(app.Address, answer.Headers.Location!).AbsolutePath);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/access")]
    [InlineData("/audit")]
    [InlineData("/audit/export")]
    [InlineData("/no-such-page")]
    public async Task Whoever_is_not_signed_in_is_sent_to_sign_in(string path)
    {
        using var client = new PortalClient(portal.App.Address);

        using var answer = await client.GetAsync(path);

        Assert.Equal("/sign-in", answer.Headers.Location?.AbsolutePath);
    }

    [Fact]
    public async Task Sign_out_ends_the_sign_in()
    {
        using var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync(PortalFixture.Admin, PortalApp.Password)).Dispose();

        using (var signedIn = await client.GetAsync("/"))
            Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        (await client.PostFormAsync("/access-denied", target: "/sign-out")).Dispose();

        using var answer = await client.GetAsync("/");
        Assert.Equal("/sign-in", answer.Headers.Location?.AbsolutePath);
    }

    private static async Task GuessAsync(PortalClient client, string email, int times)
    {
        for (var attempt = 0; attempt < times; attempt++)
            (await client.SignInAsync(email, $"guess {attempt}")).Dispose();
    }

    private static async Task<string> AlertAsync(HttpResponseMessage answer)
    {
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.Dispose();
        var start = html.IndexOf("role=\"alert\">", StringComparison.Ordinal);
        Assert.True(start > 0, "The page says nothing about the refusal.");
        return html[start..html.IndexOf("</div>", start, StringComparison.Ordinal)];
    }
}
