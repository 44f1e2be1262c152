using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using ShiftReminders.Tests.Processing;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Access.SecondFactor;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.Access.SecondFactor;

/// <summary>Passkeys in a real browser, whose device is a virtual one.</summary>
public sealed class PasskeyTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private readonly LogRecorder log = new();
    private PortalApp app = null!;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        // Browsers make passkeys for names alone.
        var address = $"http://localhost:{Ports.Free()}";
        app = await PortalApp.StartAsync(
            database, builder => builder.Logging.ClearProviders().AddProvider(log),
            $"urls={address}", $"Portal:Address={address}", "Portal:SecondFactorFor=Admins", "Logging:LogLevel:Default=Information");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Passkey_signs_an_admin_in_with_nothing_else_until_it_is_removed()
    {
        await app.AccountAsync("boss@example.test", Roles.Admin);
        await using var session = await Browser.OpenAsync(app, "boss@example.test");
        await WithDeviceAsync(session.Page);
        var page = session.Page;

        await AddAsync(page, "Work laptop");
        await LeaveAsync(page);
        await ShowAsync(page, "/audit");
        await Expect(page).ToHaveURLAsync(new Regex("/audit$"));

        await page.GotoAsync("/account/passkeys");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Work laptop" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("is removed");
        await LeaveAsync(page);
        await ShowAsync(page, "/audit");
        await Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("opens no account here");

        Assert.Equal([1001, 1403, 1001, 1403, 1004], log.Entries.Where(entry => entry.Values.ContainsKey("ClientAddress")).Select(entry => entry.EventId));
        Assert.Equal(
            ["add a passkey Work laptop", "remove a passkey Work laptop"],
            await database.OwnerDataSource.ColumnAsync<string>(
                "SELECT concat_ws(' ', act, before->>'name', after->>'name') FROM shift_reminders.audit WHERE act LIKE '%passkey' ORDER BY id"));
    }

    [Fact]
    public async Task Device_that_does_not_see_that_it_is_its_owner_adds_nothing()
    {
        await app.AccountAsync("unseen@example.test", Roles.Supervisor);
        await using var session = await Browser.OpenAsync(app, "unseen@example.test");
        await WithDeviceAsync(session.Page, seesItsOwner: false);

        await session.Page.GotoAsync("/account/passkeys");
        await session.Page.GetByLabel("Its name").FillAsync("Found phone");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();

        await Expect(session.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("gave no passkey");
        Assert.Equal(0L, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.account_passkeys"));
    }

    [Fact]
    public async Task Reset_by_an_admin_takes_passkeys_away_and_a_disabled_account_has_no_use_for_them()
    {
        var lost = await app.AccountAsync("lost@example.test", Roles.Supervisor);
        var left = await app.AccountAsync("left@example.test", Roles.Supervisor);
        var permit = await app.PermitAsync(await app.AccountAsync("admin@example.test", Roles.Admin), Act.ManageAccess);
        var accounts = app.Services.GetRequiredService<Accounts>();
        await using var ofLost = await Browser.OpenAsync(app, "lost@example.test");
        await using var ofLeft = await Browser.OpenAsync(app, "left@example.test");
        foreach (var session in (BrowserSession[])[ofLost, ofLeft])
        {
            await WithDeviceAsync(session.Page);
            await AddAsync(session.Page, "Phone");
            await LeaveAsync(session.Page);
        }

        await accounts.ResetSecondFactorAsync(permit, lost, "phone lost", TestContext.Current.CancellationToken);
        await accounts.DisableAsync(permit, left, "left", TestContext.Current.CancellationToken);

        foreach (var session in (BrowserSession[])[ofLost, ofLeft])
        {
            await ShowAsync(session.Page, "/");
            await Expect(session.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("opens no account here");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("""{"id":"AAAA","rawId":"AAAA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AAAA"}}""")]
    public async Task Answer_that_no_device_gave_signs_nobody_in(string credential)
    {
        using var client = new PortalClient(app.Address);

        using var answer = await client.PostFormAsync("/sign-in", target: null, ("_handler", "passkey"), ("Shown.Credential", credential));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("opens no account here", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_for_a_device_are_answered_to_own_pages_alone_and_only_with_an_address()
    {
        using var client = new PortalClient(app.Address);
        await using var without = await PortalApp.StartAsync(database);
        using var clientWithout = new PortalClient(without.Address);

        using var forged = await client.Http.PostAsync("/sign-in/passkey/options", content: null, TestContext.Current.CancellationToken);
        using var off = await clientWithout.Http.PostAsync("/sign-in/passkey/options", content: null, TestContext.Current.CancellationToken);
        var page = await clientWithout.Http.GetStringAsync("/sign-in", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, off.StatusCode);
        Assert.DoesNotContain("Sign in with a passkey", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false, true)]
    [InlineData("", true, false)]
    [InlineData("0", false, false)]
    [InlineData(".evil.test", false, false)]
    public async Task Only_pages_of_the_address_itself_may_ask_for_a_passkey(string beyond, bool crossOrigin, bool may)
    {
        var validate = app.Services.GetRequiredService<IOptions<IdentityPasskeyOptions>>().Value.ValidateOrigin!;

        Assert.Equal(may, await validate(new()
        {
            HttpContext = new DefaultHttpContext(),
            Origin = app.Address.GetLeftPart(UriPartial.Authority) + beyond,
            CrossOrigin = crossOrigin,
            TopOrigin = null,
        }));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("https://portal.example.test", true)]
    [InlineData("https://portal.example.test:8443/", true)]
    [InlineData("http://localhost:5080", true)]
    [InlineData("http://portal.example.test", false)]
    [InlineData("https://192.0.2.7", false)]
    [InlineData("https://portal.example.test/reminders", false)]
    [InlineData("https://somebody@portal.example.test", false)]
    [InlineData("portal.example.test", false)]
    public void Address_is_one_that_passkeys_can_belong_to(string? address, bool accepted) =>
        Assert.Equal(accepted, new PasskeyOptionsValidator().Validate(name: null, new() { Address = address }).Succeeded);

    private static async Task AddAsync(IPage page, string name)
    {
        await page.GotoAsync("/account/passkeys");
        await page.GetByLabel("Its name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync($"{name} is added");
    }

    // From nowhere: an answer that is still on its way would bring a cookie back.
    private static async Task LeaveAsync(IPage page)
    {
        await page.GotoAsync("about:blank");
        await page.Context.ClearCookiesAsync();
    }

    private static async Task ShowAsync(IPage page, string returnUrl)
    {
        await page.GotoAsync($"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
    }

    private static async Task WithDeviceAsync(IPage page, bool seesItsOwner = true)
    {
        var protocol = await page.Context.NewCDPSessionAsync(page);
        await protocol.SendAsync("WebAuthn.enable");
        await protocol.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = seesItsOwner,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
