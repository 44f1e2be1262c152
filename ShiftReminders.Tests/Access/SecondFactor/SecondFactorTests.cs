using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Access.SecondFactor;

namespace ShiftReminders.Tests.Access.SecondFactor;

/// <summary>Setting a second factor up and signing in with it, over HTTP, with a clock of the test's own.</summary>
public sealed partial class SecondFactorTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private PortalApp app = null!;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        app = await PortalApp.StartAsync(database, builder => builder.Services.AddSingleton<TimeProvider>(time), "Portal:SecondFactorFor=Admins");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Password_alone_opens_nothing_and_the_code_of_the_app_does()
    {
        var (key, _) = await WithSecondFactorAsync("anna@example.test");
        using var client = new PortalClient(app.Address);

        using var password = await client.SignInAsync("anna@example.test", PortalApp.Password, "/audit");
        Assert.Equal("/sign-in/code?returnUrl=%2Faudit", password.Headers.Location?.PathAndQuery);
        Assert.False(await IsSignedInAsync(client));
        using var code = await CodeAsync(client, Totp.CodeAt(key, time.GetUtcNow()), "/audit");

        Assert.Equal("/audit", code.Headers.Location?.PathAndQuery);
        Assert.True(await IsSignedInAsync(client));
    }

    [Fact]
    public async Task Code_that_somebody_saw_is_of_no_use_a_second_time()
    {
        var (key, _) = await WithSecondFactorAsync("seen@example.test");
        var code = Totp.CodeAt(key, time.GetUtcNow());
        using var owner = new PortalClient(app.Address);
        using var other = new PortalClient(app.Address);
        (await owner.SignInAsync("seen@example.test", PortalApp.Password)).Dispose();
        (await other.SignInAsync("seen@example.test", PortalApp.Password)).Dispose();

        (await CodeAsync(owner, code)).Dispose();
        (await CodeAsync(other, code)).Dispose();

        Assert.True(await IsSignedInAsync(owner));
        Assert.False(await IsSignedInAsync(other));
    }

    [Fact]
    public async Task Recovery_code_opens_once_and_is_on_record()
    {
        var (_, codes) = await WithSecondFactorAsync("lost@example.test");
        using var first = new PortalClient(app.Address);
        using var second = new PortalClient(app.Address);
        (await first.SignInAsync("lost@example.test", PortalApp.Password)).Dispose();
        (await second.SignInAsync("lost@example.test", PortalApp.Password)).Dispose();

        (await CodeAsync(first, codes[0])).Dispose();
        (await CodeAsync(second, codes[0])).Dispose();

        Assert.True(await IsSignedInAsync(first));
        Assert.False(await IsSignedInAsync(second));
        Assert.Equal(1L, await AuditedAsync("sign in with a recovery code"));
    }

    [Fact]
    public async Task Guesser_who_knows_the_password_has_to_wait_wherever_the_guesses_come_from()
    {
        var (key, _) = await WithSecondFactorAsync("guessed@example.test");
        using var client = new PortalClient(app.Address);
        (await client.SignInAsync("guessed@example.test", PortalApp.Password)).Dispose();
        for (var guess = 0; guess < 5; guess++) (await CodeAsync(client, "no code")).Dispose();

        using var sixth = await CodeAsync(client, Totp.CodeAt(key, time.GetUtcNow()));

        Assert.Equal(HttpStatusCode.TooManyRequests, sixth.StatusCode);
        Assert.False(await IsSignedInAsync(client));
    }

    [Fact]
    public async Task Owner_on_a_known_browser_gets_in_while_somebody_guesses_with_the_stolen_password()
    {
        await app.AccountAsync("stolen@example.test", Roles.Supervisor);
        using var owner = new PortalClient(app.Address);
        using var thief = new PortalClient(app.Address);
        (await owner.SignInAsync("stolen@example.test", PortalApp.Password)).Dispose();
        var (key, _) = await SetUpAsync(owner);
        time.Advance(TimeSpan.FromMinutes(1));
        (await owner.PostFormAsync("/access-denied", target: "/sign-out")).Dispose();
        (await thief.SignInAsync("stolen@example.test", PortalApp.Password)).Dispose();
        for (var guess = 0; guess < 6; guess++) (await CodeAsync(thief, "no code")).Dispose();

        (await owner.SignInAsync("stolen@example.test", PortalApp.Password)).Dispose();
        (await CodeAsync(owner, Totp.CodeAt(key, time.GetUtcNow()))).Dispose();

        Assert.True(await IsSignedInAsync(owner));
    }

    [Fact]
    public async Task Secret_lies_in_the_database_unreadable_and_bound_to_its_account()
    {
        var (key, codes) = await WithSecondFactorAsync("kept@example.test");
        var (other, _) = await WithSecondFactorAsync("other@example.test");

        var kept = await database.OwnerDataSource.ColumnAsync<string>("SELECT value FROM shift_reminders.account_tokens");
        foreach (var secret in codes.Append(key).Append(other))
            Assert.DoesNotContain(kept, value => value.Contains(secret, StringComparison.Ordinal));
        await database.OwnerDataSource.ExecuteAsync("""
            UPDATE shift_reminders.account_tokens t SET value =
                (SELECT o.value FROM shift_reminders.account_tokens o JOIN shift_reminders.accounts a ON a.id = o.user_id
                 WHERE a.email = 'other@example.test' AND o.name = 'AuthenticatorKey')
            WHERE t.name = 'AuthenticatorKey'
            """);
        using var client = new PortalClient(app.Address);
        (await client.SignInAsync("kept@example.test", PortalApp.Password)).Dispose();
        (await CodeAsync(client, Totp.CodeAt(other, time.GetUtcNow()))).Dispose();
        Assert.False(await IsSignedInAsync(client));
        (await CodeAsync(client, codes[0])).Dispose();
        Assert.True(await IsSignedInAsync(client));
    }

    [Fact]
    public async Task Code_page_is_for_those_who_have_just_shown_a_password()
    {
        using var stranger = new PortalClient(app.Address);

        using var page = await stranger.GetAsync("/sign-in/code");

        Assert.Equal("/sign-in", page.Headers.Location?.AbsolutePath);
    }

    [Fact]
    public async Task Admin_without_one_is_let_in_once_and_then_to_nothing_but_the_page_that_sets_it_up()
    {
        await app.AccountAsync("boss@example.test", Roles.Admin);
        using var first = new PortalClient(app.Address);
        using var second = new PortalClient(app.Address);

        using var grace = await first.SignInAsync("boss@example.test", PortalApp.Password);
        using var must = await second.SignInAsync("boss@example.test", PortalApp.Password);

        Assert.Equal("/account/second-factor", grace.Headers.Location?.AbsolutePath);
        Assert.True(await IsSignedInAsync(first));
        Assert.Equal("/account/second-factor", must.Headers.Location?.AbsolutePath);
        // By then the cookie is renewed from the account.
        time.Advance(TimeSpan.FromSeconds(2));
        foreach (var closed in (string[])["/", "/access", "/account", "/audit/export", "/_blazor/negotiate?negotiateVersion=1", "/no-such-page"])
        {
            using var answer = await second.GetAsync(closed);
            Assert.Equal("/account/second-factor", answer.Headers.Location is { } where ? new Uri(app.Address, where).AbsolutePath : $"{answer.StatusCode} {closed}");
        }
        await SetUpAsync(second);
        Assert.True(await IsSignedInAsync(second));
    }

    [Fact]
    public async Task Whoever_needs_none_is_not_asked()
    {
        await app.AccountAsync("watcher@example.test", Roles.Supervisor);

        for (var visit = 0; visit < 2; visit++)
        {
            using var client = new PortalClient(app.Address);
            using var answer = await client.SignInAsync("watcher@example.test", PortalApp.Password, "/audit");
            Assert.Equal("/audit", answer.Headers.Location?.AbsolutePath);
        }
    }

    [Fact]
    public async Task Setting_it_up_ends_other_sign_ins_and_keeps_this_one()
    {
        await app.AccountAsync("two@example.test", Roles.Supervisor);
        using var here = new PortalClient(app.Address);
        using var elsewhere = new PortalClient(app.Address);
        (await elsewhere.SignInAsync("two@example.test", PortalApp.Password)).Dispose();
        (await here.SignInAsync("two@example.test", PortalApp.Password)).Dispose();

        await SetUpAsync(here);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(await IsSignedInAsync(here));
        Assert.False(await IsSignedInAsync(elsewhere));
    }

    [Fact]
    public async Task Wrong_code_sets_nothing_up()
    {
        await app.AccountAsync("typo@example.test", Roles.Supervisor);
        using var client = new PortalClient(app.Address);
        (await client.SignInAsync("typo@example.test", PortalApp.Password)).Dispose();

        using var answer = await client.PostFormAsync("/account/second-factor", target: null, ("_handler", "switch-on"), ("Input.Code", "12345"));

        Assert.Contains("This code is wrong", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0L, await AuditedAsync("switch the second factor on"));
    }

    [Fact]
    public async Task Reset_by_an_admin_ends_sign_ins_and_is_on_record()
    {
        await WithSecondFactorAsync("reset@example.test");
        var id = await database.OwnerDataSource.ScalarAsync<Guid>("SELECT id FROM shift_reminders.accounts WHERE email = 'reset@example.test'");
        var admin = await app.AccountAsync("admin@example.test", Roles.Admin);

        await app.Services.GetRequiredService<Accounts>()
            .ResetSecondFactorAsync(await app.PermitAsync(admin, Act.ManageAccess), id, "phone lost", TestContext.Current.CancellationToken);

        using var client = new PortalClient(app.Address);
        (await client.SignInAsync("reset@example.test", PortalApp.Password)).Dispose();
        Assert.True(await IsSignedInAsync(client));
        Assert.Equal(1L, await AuditedAsync("reset the second factor"));
        Assert.Equal(0L, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.account_tokens WHERE name = 'RecoveryCodes'"));
    }

    private async Task<(string Key, List<string> Codes)> WithSecondFactorAsync(string email)
    {
        await app.AccountAsync(email, Roles.Supervisor);
        using var client = new PortalClient(app.Address);
        (await client.SignInAsync(email, PortalApp.Password)).Dispose();
        var result = await SetUpAsync(client);
        // The code that set it up is used.
        time.Advance(TimeSpan.FromMinutes(1));
        return result;
    }

    private async Task<(string Key, List<string> Codes)> SetUpAsync(PortalClient client)
    {
        var page = await client.Http.GetStringAsync("/account/second-factor", TestContext.Current.CancellationToken);
        Assert.Contains("<svg class=\"qr\"", page, StringComparison.Ordinal);
        var key = Secret().Match(page).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        using var answer = await client.PostFormAsync(
            "/account/second-factor", target: null, ("_handler", "switch-on"), ("Input.Code", Totp.CodeAt(key, time.GetUtcNow())));
        var done = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var codes = RecoveryCode().Matches(done).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(10, codes.Count);
        return (key, codes);
    }

    private static Task<HttpResponseMessage> CodeAsync(PortalClient client, string code, string returnUrl = "/") => client.PostFormAsync(
        $"/sign-in/code?returnUrl={Uri.EscapeDataString(returnUrl)}", target: null, ("_handler", "code"), ("Input.Code", code));

    private static async Task<bool> IsSignedInAsync(PortalClient client)
    {
        using var answer = await client.GetAsync("/");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private Task<long> AuditedAsync(string act) => database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.audit WHERE act = $1", act);

    [GeneratedRegex("data-testid=\"secret\"[^>]*>([A-Z2-7 ]+)<")]
    private static partial Regex Secret();

    [GeneratedRegex("<code[^>]*>([a-z0-9]{7}(?:-[a-z0-9]{7}){3})</code>")]
    private static partial Regex RecoveryCode();
}
