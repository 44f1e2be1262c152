using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>Sessions over HTTP, on a database clock that only the test moves.</summary>
public sealed class SessionTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly TimeSpan IdleLimit = new AccessOptions().SessionIdleLimit;
    private static readonly TimeSpan Limit = new AccessOptions().SessionLimit;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Sessions Sessions => portal.App.Services.GetRequiredService<Sessions>();

    [Fact]
    public async Task Saved_cookie_opens_nothing_after_the_sign_out()
    {
        using var person = await SignedInAsync("saver@example.test");
        using var thief = new PortalClient(portal.App.Address);
        thief.Cookies.Add(person.Cookies.GetAllCookies());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(thief, "/"));

        (await person.PostFormAsync("/access-denied", target: "/sign-out")).Dispose();

        foreach (var path in new[] { "/", "/shifts", "/account", "/reminders/export" })
            Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(thief, path));
    }

    [Fact]
    public async Task Session_that_nobody_uses_ends_at_its_idle_limit_and_one_in_use_does_not()
    {
        var start = await portal.Database.OwnerDataSource.ScalarAsync<DateTime>("SELECT shift_reminders.clock()");
        using var idle = await SignedInAsync("idle@example.test");
        using var busy = await SignedInAsync("busy@example.test");

        await portal.Database.SetClockAsync(start + (IdleLimit / 2));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(busy, "/"));
        await portal.Database.SetClockAsync(start + IdleLimit + TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(busy, "/"));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(idle, "/"));
    }

    [Fact]
    public async Task Lines_that_reconnect_and_pages_that_anybody_sees_are_no_use_of_a_session()
    {
        var start = await portal.Database.OwnerDataSource.ScalarAsync<DateTime>("SELECT shift_reminders.clock()");
        using var person = await SignedInAsync("reconnects@example.test");

        await portal.Database.SetClockAsync(start + (IdleLimit / 2));
        (await person.Http.PostAsync("/_blazor/negotiate?negotiateVersion=1", content: null, Token)).Dispose();
        (await person.GetAsync("/access-denied")).Dispose();
        (await person.GetAsync("/favicon.svg")).Dispose();
        await portal.Database.SetClockAsync(start + IdleLimit + TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(person, "/"));
    }

    [Fact]
    public async Task Session_ends_at_its_limit_however_much_it_is_used()
    {
        var start = await portal.Database.OwnerDataSource.ScalarAsync<DateTime>("SELECT shift_reminders.clock()");
        using var person = await SignedInAsync("restless@example.test");

        for (var passed = TimeSpan.Zero; passed < Limit; passed += IdleLimit / 2)
        {
            await portal.Database.SetClockAsync(start + passed);
            using var answer = await person.Http.PostAsync(AccessPaths.SessionUse, content: null, Token);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
        await portal.Database.SetClockAsync(start + Limit + TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(person, "/"));
    }

    [Fact]
    public async Task New_sign_in_of_a_browser_ends_the_session_it_had()
    {
        using var person = await SignedInAsync("again@example.test");
        using var copy = new PortalClient(portal.App.Address);
        copy.Cookies.Add(person.Cookies.GetAllCookies());

        (await person.PostFormAsync("/access-denied", target: "/sign-in?returnUrl=%2F",
            ("_handler", "sign-in"), ("Input.Email", "again@example.test"), ("Input.Password", PortalApp.Password))).Dispose();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(person, "/"));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(copy, "/"));
    }

    [Fact]
    public async Task Changed_password_ends_the_sessions_of_other_browsers_and_keeps_this_one()
    {
        using var here = await SignedInAsync("changer@example.test");
        using var elsewhere = await SignedInAgainAsync("changer@example.test");

        using var answer = await here.PostFormAsync("/account", target: null, ("_handler", "password"),
            ("Input.Present", PortalApp.Password), ("Input.Wanted", "quite another few words"), ("Input.Again", "quite another few words"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(here, "/"));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(elsewhere, "/"));
    }

    [Fact]
    public async Task Time_since_the_last_proof_grows_until_the_person_proves_again_who_they_are()
    {
        var start = await portal.Database.OwnerDataSource.ScalarAsync<DateTime>("SELECT shift_reminders.clock()");
        var session = SessionOf(await portal.App.PrincipalAsync(portal.AdminId));
        await portal.Database.SetClockAsync(start + TimeSpan.FromMinutes(20));
        var before = await Sessions.FindAsync(session, Token);

        Assert.True(await Sessions.ProveAsync(session.Id, Token));
        var after = await Sessions.FindAsync(session, Token);

        Assert.InRange(before!.ProvedAgo, TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(21));
        Assert.InRange(after!.ProvedAgo, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Session_that_is_carried_on_after_a_change_lasts_no_longer_and_has_proved_no_more()
    {
        var start = await portal.Database.OwnerDataSource.ScalarAsync<DateTime>("SELECT shift_reminders.clock()");
        using var person = await SignedInAsync("carries-on@example.test");
        await portal.Database.SetClockAsync(start + (IdleLimit / 2));

        (await person.PostFormAsync("/account", target: null, ("_handler", "password"),
            ("Input.Present", PortalApp.Password), ("Input.Wanted", "quite another few words"), ("Input.Again", "quite another few words"))).Dispose();

        Assert.Equal(start + Limit, await portal.Database.OwnerDataSource.ScalarAsync<DateTime>("""
            SELECT s.ends_at FROM shift_reminders.live_sessions() s JOIN shift_reminders.accounts a ON a.id = s.account_id
            WHERE a.email = 'carries-on@example.test' AND s.authenticated_at = s.created_at
            """), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Name_of_a_session_without_its_secret_opens_nothing_and_the_database_keeps_no_secret()
    {
        var session = SessionOf(await portal.App.PrincipalAsync(portal.AdminId));
        var secret = session.Text.Split('.')[1];

        var guessed = SessionKey.Parse($"{session.Id:N}.{session.Hash}")!.Value;

        Assert.NotNull(await Sessions.FindAsync(session, Token));
        Assert.Null(await Sessions.FindAsync(guessed, Token));
        Assert.Equal(0L, await portal.Database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM shift_reminders.sessions s WHERE position($1 IN s::text) > 0", secret));
        Assert.DoesNotContain(secret, session.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_that_has_ended_cannot_be_used_proved_or_ended_again()
    {
        var session = SessionOf(await portal.App.PrincipalAsync(portal.AdminId));

        Assert.True(await Sessions.EndAsync(session.Id, SessionEnd.SignedOut, Token));

        Assert.False(await Sessions.EndAsync(session.Id, SessionEnd.SignedOutEverywhere, Token));
        Assert.False(await Sessions.ProveAsync(session.Id, Token));
        await Sessions.UseAsync(session.Id, Token);
        Assert.Null(await Sessions.FindAsync(session, Token));
    }

    private static SessionKey SessionOf(ClaimsPrincipal person) => person.Session()!.Value;

    private async Task<PortalClient> SignedInAsync(string email)
    {
        await portal.App.AccountAsync(email, Roles.Supervisor);
        return await SignedInAgainAsync(email);
    }

    private async Task<PortalClient> SignedInAgainAsync(string email)
    {
        var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync(email, PortalApp.Password)).Dispose();
        return client;
    }

    private static async Task<HttpStatusCode> StatusAsync(PortalClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }
}
