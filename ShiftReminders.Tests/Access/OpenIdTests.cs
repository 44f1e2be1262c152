using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeOpenId;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>Signing in with OpenID Connect: the real exchange, with a provider that the tests serve.</summary>
public sealed class OpenIdTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private FakeOpenIdProvider provider = null!;
    private PortalApp app = null!;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        provider = await FakeOpenIdProvider.StartAsync();
        app = await PortalApp.StartAsync(database, Settings(provider));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await provider.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task First_sign_in_makes_an_account_with_the_roles_that_its_claims_map_to()
    {
        provider.Person = new("s-1") { Email = "lead@example.test", Groups = ["shift-leads", "cyclists"] };

        Assert.Equal("/audit", await SignInAsync("/audit"));

        Assert.Equal([Roles.Supervisor], await RolesOfAsync("lead@example.test"));
        Assert.Equal(
            ["create account", "change roles"],
            await database.OwnerDataSource.ColumnAsync<string>("SELECT act FROM shift_reminders.audit ORDER BY id"));
    }

    [Fact]
    public async Task Later_sign_in_brings_the_roles_of_its_claims()
    {
        provider.Person = new("s-2") { Email = "moved@example.test", Groups = ["shift-admins"] };
        await SignInAsync("/");

        provider.Person = provider.Person with { Groups = ["shift-leads"] };
        await SignInAsync("/");

        Assert.Equal([Roles.Supervisor], await RolesOfAsync("moved@example.test"));
    }

    [Fact]
    public async Task Person_without_a_mapped_claim_gets_in_but_sees_nothing()
    {
        provider.Person = new("s-3") { Email = "cyclist@example.test", Groups = ["cyclists"] };

        Assert.Equal("/access-denied", await SignInAsync("/"));
    }

    [Fact]
    public async Task Verified_email_of_an_account_here_links_the_two()
    {
        var id = await app.AccountAsync("both@example.test", Roles.Admin);
        provider.Person = new("s-4") { Email = "both@example.test", Groups = ["shift-admins"] };

        Assert.Equal("/", await SignInAsync("/"));

        Assert.Equal(id, await database.OwnerDataSource.ScalarAsync<Guid>("SELECT user_id FROM shift_reminders.account_logins"));
    }

    [Fact]
    public async Task Unverified_email_makes_no_account()
    {
        provider.Person = new("s-9") { Email = "squatted@example.test", EmailVerified = false, Groups = ["shift-leads"] };

        Assert.Equal("/sign-in?problem=EmailUnverified", await SignInAsync("/"));

        Assert.Equal(0, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.accounts"));
    }

    [Fact]
    public async Task Same_subject_of_another_issuer_is_somebody_else()
    {
        provider.Person = new("s-10") { Email = "ours@example.test", Groups = ["shift-admins"] };
        await SignInAsync("/");
        await using var other = await FakeOpenIdProvider.StartAsync();
        other.Person = new("s-10") { Email = "theirs@example.test", Groups = ["shift-leads"] };
        await using var moved = await PortalApp.StartAsync(database, Settings(other));

        await SignInAsync("/", moved);

        Assert.Equal([Roles.Admin], await RolesOfAsync("ours@example.test"));
        Assert.Equal([Roles.Supervisor], await RolesOfAsync("theirs@example.test"));
        Assert.Equal(
            [provider.Authority, other.Authority],
            await database.OwnerDataSource.ColumnAsync<string>(
                "SELECT l.login_provider FROM shift_reminders.account_logins l JOIN shift_reminders.accounts a ON a.id = l.user_id ORDER BY a.created_at"));
    }

    [Fact]
    public async Task Login_without_an_issuer_is_written_anew_for_its_owner()
    {
        var id = await app.AccountAsync("early@example.test", Roles.Admin);
        await InsertOldLoginAsync("s-11", id);
        provider.Person = new("s-11") { Email = "early@example.test", Groups = ["shift-admins"] };

        Assert.Equal("/", await SignInAsync("/"));

        Assert.Equal(
            [$"{provider.Authority} s-11 {id}"],
            await database.OwnerDataSource.ColumnAsync<string>("SELECT concat_ws(' ', login_provider, provider_key, user_id) FROM shift_reminders.account_logins"));
    }

    [Fact]
    public async Task Login_without_an_issuer_is_not_given_to_another_address()
    {
        var id = await app.AccountAsync("early@example.test", Roles.Admin);
        await InsertOldLoginAsync("s-12", id);
        provider.Person = new("s-12") { Email = "stranger@example.test", Groups = ["shift-leads"] };

        await SignInAsync("/");

        Assert.Equal([Roles.Supervisor], await RolesOfAsync("stranger@example.test"));
        Assert.Equal([Roles.Admin], await RolesOfAsync("early@example.test"));
    }

    [Fact]
    public async Task Unverified_email_of_an_account_here_takes_nothing_over()
    {
        await app.AccountAsync("victim@example.test", Roles.Admin);
        provider.Person = new("s-5") { Email = "victim@example.test", EmailVerified = false, Groups = ["shift-admins"] };

        Assert.Equal("/sign-in?problem=EmailUnverified", await SignInAsync("/"));

        Assert.Equal(0, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.account_logins"));
    }

    [Fact]
    public async Task Disabled_account_stays_out_whatever_the_provider_says()
    {
        provider.Person = new("s-6") { Email = "left@example.test", Groups = ["shift-leads"] };
        await SignInAsync("/");
        await database.OwnerDataSource.ExecuteAsync("UPDATE shift_reminders.accounts SET disabled_at = now()");

        Assert.Equal("/sign-in?problem=Disabled", await SignInAsync("/"));
    }

    [Fact]
    public async Task Person_without_an_email_is_told_so()
    {
        provider.Person = new("s-7");

        Assert.Equal("/sign-in?problem=NoEmail", await SignInAsync("/"));
    }

    [Fact]
    public async Task Refusal_by_the_provider_leads_back_to_sign_in()
    {
        provider.Refuses = true;

        Assert.Equal("/sign-in?problem=ProviderFailed", await SignInAsync("/"));
    }

    [Fact]
    public async Task Replayed_token_signs_nobody_in()
    {
        provider.Person = new("s-8") { Email = "replayed@example.test", Groups = ["shift-admins"] };
        provider.ReplaysAnotherNonce = true;

        Assert.Equal("/sign-in?problem=ProviderFailed", await SignInAsync("/"));

        Assert.Equal(0, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.accounts"));
    }

    [Fact]
    public async Task Sign_in_page_offers_the_provider_by_name()
    {
        using var client = new PortalClient(app.Address);

        Assert.Contains("Sign in with Example Works", await client.Http.GetStringAsync("/sign-in", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>Follows every redirect between portal and provider; the result is where it ends.</summary>
    private async Task<string> SignInAsync(string returnUrl, PortalApp? at = null)
    {
        using var client = new PortalClient((at ?? app).Address, followRedirects: true);
        using var answer = await client.GetAsync($"/sign-in/openid?returnUrl={Uri.EscapeDataString(returnUrl)}");
        var end = answer.RequestMessage!.RequestUri!;
        return end.AbsolutePath == "/access-denied" ? end.AbsolutePath : end.PathAndQuery;
    }

    private Task<int> InsertOldLoginAsync(string subject, Guid account) => database.OwnerDataSource.ExecuteAsync(
        "INSERT INTO shift_reminders.account_logins (login_provider, provider_key, user_id) VALUES ('OpenId', $1, $2)", subject, account);

    internal static string[] Settings(FakeOpenIdProvider provider) =>
    [
        $"OpenId:Authority={provider.Authority}",
        $"OpenId:ClientId={FakeOpenIdProvider.ClientId}",
        $"OpenId:ClientSecret={FakeOpenIdProvider.ClientSecret}",
        "OpenId:DisplayName=Example Works",
        "OpenId:RoleClaim=groups",
        "OpenId:Roles:shift-admins=Admin",
        "OpenId:Roles:shift-leads=Supervisor",
    ];

    [Fact]
    public async Task Passwords_that_are_switched_off_open_nothing_and_the_provider_does()
    {
        await using var without = await PortalApp.StartAsync(database, [.. Settings(provider), "Portal:PasswordSignIn=false"]);
        await without.AccountAsync("old-ways@example.test", Roles.Admin);
        using var client = new PortalClient(without.Address);
        provider.Person = new("s-13") { Email = "new-ways@example.test", Groups = ["shift-leads"] };

        var page = await client.Http.GetStringAsync("/sign-in", TestContext.Current.CancellationToken);
        using var forged = await client.PostFormAsync(
            "/invitation", "/sign-in", ("_handler", "sign-in"), ("Input.Email", "old-ways@example.test"), ("Input.Password", PortalApp.Password));

        Assert.DoesNotContain("type=\"password\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(client.Cookies.GetAllCookies(), cookie => cookie.Name == "shift-reminders");
        Assert.Equal("/", await SignInAsync("/", without));
    }

    [Fact]
    public async Task Passwords_that_are_switched_off_leave_no_link_and_no_form_that_sets_one()
    {
        await using var without = await PortalApp.StartAsync(database, [.. Settings(provider), "Portal:PasswordSignIn=false"]);
        var permit = await without.PermitAsync(await without.AccountAsync("boss@example.test", Roles.Admin), Act.ManageAccess);
        var accounts = without.Services.GetRequiredService<Accounts>();
        var token = TestContext.Current.CancellationToken;

        var invited = await accounts.InviteAsync(permit, "guest@example.test", [Roles.Supervisor], why: null, token);
        provider.Person = new("s-14") { Email = "guest@example.test", Groups = ["shift-leads"] };
        using var client = new PortalClient(without.Address, followRedirects: true);
        (await client.GetAsync("/sign-in/openid?returnUrl=%2Faccount")).Dispose();
        var page = await client.Http.GetStringAsync("/account", token);
        var id = await database.OwnerDataSource.ScalarAsync<Guid>("SELECT id FROM shift_reminders.accounts WHERE email = 'guest@example.test'");
        var link = await accounts.NewLinkAsync(permit, id, why: null, token);

        Assert.Equal((true, null), (invited.Succeeded, invited.Link));
        Assert.Contains("guest@example.test", page, StringComparison.Ordinal);
        Assert.DoesNotContain("type=\"password\"", page, StringComparison.Ordinal);
        Assert.Contains("Passwords are switched off", link.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_counts_as_proved_when_the_provider_last_asked_who_it_is()
    {
        var asked = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(3);
        provider.Person = new("s-15") { Email = "long-ago@example.test", Groups = ["shift-admins"], AskedAt = asked };

        Assert.Equal("/", await SignInAsync("/"));

        Assert.Equal(asked.UtcDateTime, await database.OwnerDataSource.ScalarAsync<DateTime>(
            "SELECT s.authenticated_at FROM shift_reminders.sessions s JOIN shift_reminders.accounts a ON a.id = s.account_id WHERE a.email = 'long-ago@example.test'"),
            TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Provider_is_told_to_ask_again_when_a_proof_is_wanted()
    {
        using var client = new PortalClient(app.Address);

        using var answer = await client.GetAsync("/sign-in/openid?again=true&returnUrl=%2Faccess");

        Assert.Contains("prompt=login", answer.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.Contains("max_age=0", answer.Headers.Location!.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passwords_cannot_be_switched_off_without_a_provider()
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => PortalApp.StartAsync(database, "Portal:PasswordSignIn=false"));

        Assert.Contains("OpenId__Authority is not set", refusal.Message, StringComparison.Ordinal);
    }

    private Task<List<string>> RolesOfAsync(string email) => database.OwnerDataSource.ColumnAsync<string>(
        """
        SELECT r.name FROM shift_reminders.accounts a
        JOIN shift_reminders.account_roles ar ON ar.user_id = a.id
        JOIN shift_reminders.roles r ON r.id = ar.role_id
        WHERE a.email = $1
        """,
        email);
}
