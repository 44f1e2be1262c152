using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ShiftReminders.Tests.Processing;
using ShiftReminders.Tests.Reminders;
using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeOpenId;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Access.SecondFactor;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Access;

/// <summary>What the log says of security: each thing is done, and is one line with its number; nothing that was typed is in any line.</summary>
public sealed partial class SecurityEventTests(SecurityEventTests.LoudPortal portal) : IClassFixture<SecurityEventTests.LoudPortal>, IDisposable
{
    private readonly int first = portal.Log.Entries.Count;
    private readonly List<string> secrets = [PortalApp.Password];
    private int seen = portal.Log.Entries.Count;

    private Accounts Accounts => portal.App.Services.GetRequiredService<Accounts>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sign_in_is_one_line_with_account_address_and_outcome()
    {
        var id = await AccountAsync("in@example.test", Roles.Supervisor);

        await SignInAsync("in@example.test", PortalApp.Password);

        var line = Assert.Single(Lines());
        Assert.Equal((1001, id, "127.0.0.1", "password", "succeeded"), (line.EventId, line.Values["AccountId"], line.Values["ClientAddress"], line.Values["Method"], line.Values["Outcome"]));
    }

    [Fact]
    public async Task Refused_sign_in_names_the_account_or_says_that_there_is_none()
    {
        var id = await AccountAsync("refused@example.test", Roles.Supervisor);
        secrets.AddRange(["a wrong guess", "my password in the wrong field"]);

        await SignInAsync("refused@example.test", "a wrong guess");
        await SignInAsync("my password in the wrong field", "a wrong guess");

        Assert.Equal([(1003, id, "refused"), (1004, null, "refused")], Lines().Select(line => (line.EventId, line.Values.GetValueOrDefault("AccountId"), line.Values["Outcome"])));
    }

    [Fact]
    public async Task Whoever_guesses_too_often_is_held_back_once_per_attempt()
    {
        await AccountAsync("guessed@example.test", Roles.Supervisor);
        for (var guess = 0; guess < 5; guess++) await SignInAsync("guessed@example.test", "a wrong guess");
        _ = Lines();

        await SignInAsync("guessed@example.test", PortalApp.Password);

        Assert.Equal([1005], Numbers());
        portal.Time.Advance(TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task Second_factor_is_a_line_for_each_step_and_each_change()
    {
        var id = await AccountAsync("steps@example.test", Roles.Supervisor);
        using var client = new PortalClient(portal.App.Address);
        await SignInAsync("steps@example.test", PortalApp.Password, client);
        var key = Secret().Match(await client.Http.GetStringAsync("/account/second-factor", Token)).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        Assert.Equal([1001], Numbers());

        await FactorAsync(client, "switch-on", "000000");
        var codes = RecoveryCode().Matches(await FactorAsync(client, "switch-on", Code(key))).Select(match => match.Groups[1].Value).ToList();
        secrets.AddRange([key, .. codes]);
        Assert.Equal([1402, 1403], Numbers());
        portal.Time.Advance(TimeSpan.FromMinutes(1));
        secrets.AddRange(RecoveryCode().Matches(await FactorAsync(client, "renew", Code(key))).Select(match => match.Groups[1].Value));
        Assert.Equal([1403], Numbers());
        portal.Time.Advance(TimeSpan.FromMinutes(1));

        using var other = new PortalClient(portal.App.Address);
        await SignInAsync("steps@example.test", PortalApp.Password, other);
        await StepAsync(other, "not the code");
        await StepAsync(other, Code(key));
        Assert.Equal([1002, 1003, 1001], Numbers());
        portal.Time.Advance(TimeSpan.FromMinutes(1));
        await SignInAsync("steps@example.test", PortalApp.Password);
        await FactorAsync(client, "switch-off", Code(key));
        await Accounts.ResetSecondFactorAsync(await PermitAsync(), id, "phone lost", Token);
        Assert.Equal([1002, 1403, 1403], Numbers());
    }

    [Fact]
    public async Task Recovery_code_that_lets_somebody_in_is_a_change_and_a_sign_in()
    {
        await AccountAsync("recovers@example.test", Roles.Supervisor);
        using var client = new PortalClient(portal.App.Address);
        await SignInAsync("recovers@example.test", PortalApp.Password, client);
        var key = Secret().Match(await client.Http.GetStringAsync("/account/second-factor", Token)).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        var codes = RecoveryCode().Matches(await FactorAsync(client, "switch-on", Code(key))).Select(match => match.Groups[1].Value).ToList();
        secrets.AddRange([key, .. codes]);
        using var other = new PortalClient(portal.App.Address);
        await SignInAsync("recovers@example.test", PortalApp.Password, other);
        _ = Lines();

        await StepAsync(other, codes[0]);

        Assert.Equal([1403, 1001], Numbers());
    }

    [Fact]
    public async Task Refused_act_and_refused_page_are_a_line_each()
    {
        var id = await AccountAsync("may-not@example.test", Roles.Tester);
        using var client = new PortalClient(portal.App.Address);
        await SignInAsync("may-not@example.test", PortalApp.Password, client);
        _ = Lines();

        foreach (var page in (string[])["/reminders/export", "/access"]) (await client.GetAsync(page)).Dispose();
        await using var scope = portal.App.Services.CreateAsyncScope();
        var account = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByIdAsync(id.ToString());
        var person = await scope.ServiceProvider.GetRequiredService<AccountSignIn>().CreateUserPrincipalAsync(account!);
        Assert.IsType<Refusal>(await scope.ServiceProvider.GetRequiredService<Acts>().AskAsync(person, Act.ResendReminders, Token));

        Assert.Equal([1102, 1102, 1101], Numbers());
    }

    [Fact]
    public async Task What_an_admin_does_to_accounts_is_a_line_with_both_of_them()
    {
        var id = await AccountAsync("subject@example.test", Roles.Supervisor);
        var permit = await PermitAsync();

        await Accounts.ChangeRolesAsync(permit, id, [Roles.Tester, Roles.Admin], "promoted", Token);
        await Accounts.ChangeRolesAsync(permit, id, [Roles.Admin, Roles.Tester], "nothing new", Token);
        await Accounts.DisableAsync(permit, id, "left", Token);
        await Accounts.EnableAsync(permit, id, "is back", Token);
        await Accounts.SignOutEverywhereAsync(permit, id, "phone lost", Token);

        var lines = Lines();
        Assert.Equal([1201, 1203, 1203, 1006], lines.Select(line => line.EventId));
        Assert.All(lines, line => Assert.Equal((id.ToString(), portal.AdminId.ToString()), (line.Values["AccountId"]!.ToString(), line.Values["ActorId"]!.ToString())));
        Assert.Equal(("Supervisor", "Admin, Tester"), (lines[0].Values["Before"], lines[0].Values["After"]));
    }

    [Fact]
    public async Task Link_is_a_line_when_it_is_made_used_and_tried_again()
    {
        var invited = await Accounts.InviteAsync(await PermitAsync(), "invited@example.test", [Roles.Supervisor], why: null, Token);
        await Accounts.NewLinkAsync(await PermitAsync(), invited.AccountId!.Value, why: null, Token);
        var last = await Accounts.NewLinkAsync(await PermitAsync(), invited.AccountId!.Value, why: null, Token);
        Assert.Equal([1202, 1301, 1301, 1301], Numbers());
        var code = Uri.UnescapeDataString(last.Link![(last.Link!.IndexOf('#', StringComparison.Ordinal) + 1)..]);
        secrets.Add(code);

        await UseLinkAsync(invited.AccountId.Value, code);
        await UseLinkAsync(invited.AccountId.Value, code);

        Assert.Equal([1302, 1303], Numbers());
    }

    [Fact]
    public async Task Change_of_password_and_end_of_session_are_a_line_each()
    {
        await AccountAsync("own@example.test", Roles.Supervisor);
        secrets.AddRange(["some other five words", "a wrong guess"]);
        using var client = new PortalClient(portal.App.Address);
        await SignInAsync("own@example.test", PortalApp.Password, client);
        _ = Lines();

        await ChangePasswordAsync(client, "a wrong guess");
        await ChangePasswordAsync(client, PortalApp.Password);
        (await client.PostFormAsync("/access-denied", target: "/sign-out")).Dispose();
        await SignInAsync("own@example.test", "some other five words", client);
        (await client.PostFormAsync("/account", target: null, ("_handler", "everywhere"))).Dispose();

        Assert.Equal([1402, 1401, 1006, 1001, 1006], Numbers());
    }

    [Theory]
    [InlineData("/audit/export?format=csv&act=resend", "export the audit", "audit", "?format=csv&act=resend")]
    [InlineData("/reminders/export?format=json", "export reminders", "reminders", "?format=json")]
    [InlineData("/reminders/{id}/export", "export a reminder", "reminder {id}", null)]
    public async Task Export_is_a_line_of_the_log_and_of_the_audit(string address, string act, string what, string? filter)
    {
        var id = await portal.Database.StoreAsync(await portal.Database.Given.PersonAsync("Exported Eve"), TimeSpan.FromHours(-1));
        var (path, subject) = (address.Replace("{id}", $"{id}", StringComparison.Ordinal), what.Replace("{id}", $"{id}", StringComparison.Ordinal));
        await AccountAsync($"exports-{act.Replace(' ', '-')}@example.test", Roles.Supervisor);
        using var client = new PortalClient(portal.App.Address);
        await SignInAsync($"exports-{act.Replace(' ', '-')}@example.test", PortalApp.Password, client);
        _ = Lines();

        (await client.GetAsync(path)).EnsureSuccessStatusCode().Dispose();

        var line = Assert.Single(Lines());
        Assert.Equal((1501, subject, "127.0.0.1"), (line.EventId, line.Values["What"], line.Values["ClientAddress"]));
        Assert.Equal(
            string.Join(' ', [$"exports-{act.Replace(' ', '-')}@example.test", act, subject, .. filter is null ? Array.Empty<string>() : [filter]]),
            await portal.Database.OwnerDataSource.ScalarAsync<string>("SELECT concat_ws(' ', actor, act, subject, after->>'filter') FROM shift_reminders.audit ORDER BY id DESC LIMIT 1"));
    }

    [Fact]
    public async Task Sign_in_with_the_provider_is_a_line_and_so_is_what_its_claims_change()
    {
        await OpenIdAsync(new("s-1") { Email = "outside@example.test", Groups = ["shift-admins"] });
        Assert.Equal([1202, 1201, 1001], Numbers());

        await OpenIdAsync(new("s-2") { Email = "squatter@example.test", EmailVerified = false });
        Assert.Equal([1004], Numbers());
    }

    [Fact]
    public async Task Admin_of_the_command_line_is_an_account_made_by_this_server()
    {
        await Accounts.CreateAdminAsync("console@example.test", PortalApp.Password, Token);

        var line = Assert.Single(Lines());
        Assert.Equal((1202, "Shift Reminders", "this server"), (line.EventId, line.Values["ActorId"], line.Values["ClientAddress"]));
    }

    [Fact]
    public async Task Every_number_is_explained_in_the_handbook()
    {
        var handbook = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "DEPLOYMENT.md"), Token);
        int[] numbers = [.. typeof(SecurityEvents).GetMethods().Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().Select(message => message.EventId)];

        Assert.Equal(numbers.Length, numbers.Distinct().Count());
        Assert.All(numbers, number => Assert.Matches($@"(?m)^\|[ 0-9,]*\b{number}\b", handbook));
    }

    /// <summary>Whatever was done, nothing that was typed is in any line of any part of the app.</summary>
    public void Dispose()
    {
        var log = string.Join('\n', portal.Log.Entries.Skip(first).Select(entry => $"{entry.Text} {entry.Exception}"));
        // A code of six digits is no part of a longer number.
        Assert.All(secrets, secret => Assert.DoesNotMatch($@"(?<![\w.-]){Regex.Escape(secret)}(?![\w.-])", log));
    }

    /// <summary>The lines about security since the last look.</summary>
    private List<LogRecorder.Entry> Lines()
    {
        LogRecorder.Entry[] all = [.. portal.Log.Entries];
        List<LogRecorder.Entry> lines = [.. all.Skip(seen).Where(entry => entry.Values.ContainsKey("ClientAddress"))];
        seen = all.Length;
        return lines;
    }

    private List<int> Numbers() => [.. Lines().Select(line => line.EventId)];

    private async Task<Guid> AccountAsync(string email, params string[] roles)
    {
        var id = await portal.App.AccountAsync(email, roles);
        _ = Lines();
        return id;
    }

    private Task<Permit> PermitAsync() => portal.App.PermitAsync(portal.AdminId, Act.ManageAccess);

    private async Task SignInAsync(string email, string password, PortalClient? client = null)
    {
        using var own = new PortalClient(portal.App.Address);
        (await (client ?? own).SignInAsync(email, password)).Dispose();
    }

    private string Code(string key)
    {
        var code = Totp.CodeAt(key, portal.Time.GetUtcNow());
        secrets.Add(code);
        return code;
    }

    private static async Task<string> FactorAsync(PortalClient client, string handler, string code)
    {
        using var answer = await client.PostFormAsync("/account/second-factor", target: null, ("_handler", handler), ("Input.Code", code));
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static async Task StepAsync(PortalClient client, string code) =>
        (await client.PostFormAsync("/sign-in/code", target: null, ("_handler", "code"), ("Input.Code", code))).Dispose();

    private async Task UseLinkAsync(Guid account, string code)
    {
        using var client = new PortalClient(portal.App.Address);
        (await client.PostFormAsync($"/invitation?account={account}", target: null, ("_handler", "invitation"),
            ("Input.Code", code), ("Input.Password", PortalApp.Password), ("Input.Again", PortalApp.Password))).Dispose();
    }

    private static async Task ChangePasswordAsync(PortalClient client, string present) => (await client.PostFormAsync(
        "/account", target: null, ("_handler", "password"), ("Input.Present", present), ("Input.Wanted", "some other five words"),
        ("Input.Again", "some other five words"))).Dispose();

    private async Task OpenIdAsync(OutsidePerson person)
    {
        portal.Provider.Person = person;
        using var client = new PortalClient(portal.App.Address, followRedirects: true);
        (await client.GetAsync("/sign-in/openid?returnUrl=%2F")).Dispose();
    }

    [GeneratedRegex("data-testid=\"secret\"[^>]*>([A-Z2-7 ]+)<")]
    private static partial Regex Secret();

    [GeneratedRegex("<code[^>]*>([a-z0-9]{7}(?:-[a-z0-9]{7}){3})</code>")]
    private static partial Regex RecoveryCode();

    /// <summary>A portal that logs whatever it can, with an OpenID provider and a clock of the test's own.</summary>
    public sealed class LoudPortal : IAsyncLifetime
    {
        internal LogRecorder Log { get; } = new();

        public TestDatabase Database { get; } = new();

        public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

        public FakeOpenIdProvider Provider { get; private set; } = null!;

        public PortalApp App { get; private set; } = null!;

        public Guid AdminId { get; private set; }

        public async ValueTask InitializeAsync()
        {
            await Database.InitializeAsync();
            Provider = await FakeOpenIdProvider.StartAsync();
            App = await PortalApp.StartAsync(
                Database,
                builder =>
                {
                    builder.Services.AddSingleton<TimeProvider>(Time);
                    builder.Logging.ClearProviders().AddProvider(Log);
                },
                [
                    .. OpenIdTests.Settings(Provider),
                    "Logging:LogLevel:Default=Trace", "Logging:LogLevel:Microsoft.AspNetCore=Trace", "Logging:LogLevel:Microsoft.EntityFrameworkCore=Debug",
                ]);
            AdminId = await App.AccountAsync(PortalFixture.Admin, [.. Roles.All]);
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await Provider.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
