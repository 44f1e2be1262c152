using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Support;

/// <summary>The real app in this process, on a real port and a database of its own. The processor is off.</summary>
public sealed class PortalApp : IAsyncDisposable
{
    public const string Password = "a few words nobody guesses";

    private readonly WebApplication app;

    private PortalApp(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    public IServiceProvider Services => app.Services;

    /// <param name="database">A migrated database.</param>
    /// <param name="settings">More settings, as <c>Portal:RevalidateEvery=00:00:01</c>.</param>
    public static Task<PortalApp> StartAsync(TestDatabase database, params string[] settings) =>
        StartAsync(database, adjust: null, settings);

    internal static async Task<PortalApp> StartAsync(
        TestDatabase database, Action<WebApplicationBuilder>? adjust, params string[] settings)
    {
        var app = Program.BuildApp(
            [
                "--applicationName=ShiftReminders.Web",
                $"--contentRoot={Path.Combine(Repository.Root, "ShiftReminders.Web")}",
                "--environment=Staging",
                "--urls=http://127.0.0.1:0",
                // Browsers outlive a stopped app, and its circuits complain.
                "--Logging:LogLevel:Default=None",
                "--Logging:LogLevel:Microsoft.AspNetCore=None",
                $"--ConnectionStrings:ShiftReminders={database.AppConnectionString}",
                "--Delivery:Channel=Sandbox",
                "--Processor:Enabled=false",
                "--TestShifts:Enabled=true",
                "--Portal:SecondFactorFor=Nobody",
                .. settings.Select(setting => $"--{setting}"),
            ],
            adjust);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new PortalApp(app);
    }

    /// <summary>An account with <see cref="Password"/> and these roles; the result is its id.</summary>
    public async Task<Guid> AccountAsync(string email, params string[] roles)
    {
        await using var scope = Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = new Account
        {
            Id = Guid.NewGuid(),
            UserName = email,
            Email = email,
            EmailConfirmed = true,
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        Assert.Equal(IdentityResult.Success, await accounts.CreateAsync(account, Password));
        Assert.Equal(IdentityResult.Success, await accounts.AddToRolesAsync(account, roles));
        return account.Id;
    }

    /// <summary>The proof that this account may do this now; fails when it may not.</summary>
    internal async Task<Permit> PermitAsync(Guid account, Act act)
    {
        var principal = await PrincipalAsync(account);
        await using var scope = Services.CreateAsyncScope();
        return Assert.IsType<Permit>(await scope.ServiceProvider.GetRequiredService<Acts>()
            .AskAsync(principal, act, TestContext.Current.CancellationToken));
    }

    /// <summary>The account as a page knows it that has just signed in, in a session of its own.</summary>
    public async Task<ClaimsPrincipal> PrincipalAsync(Guid account)
    {
        await using var scope = Services.CreateAsyncScope();
        var found = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByIdAsync(account.ToString());
        var principal = await scope.ServiceProvider.GetRequiredService<AccountSignIn>().CreateUserPrincipalAsync(found!);
        principal.SetSession(await Services.GetRequiredService<Sessions>().StartAsync(
            found!, new SessionOrigin("Chrome on Linux", "127.0.0.1"), replaces: null, provedAt: null, continues: false, TestContext.Current.CancellationToken));
        return principal;
    }

    public async ValueTask DisposeAsync()
    {
        // Browsers may still hold circuits open; what they miss is theirs.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), TimeProvider.System);
        try
        {
            await app.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped without waiting for them.
        }
        await app.DisposeAsync();
    }
}

/// <summary>A database and the app on it, for all tests of a class.</summary>
public class PortalFixture : IAsyncLifetime
{
    public const string Admin = "admin@example.test";

    public TestDatabase Database { get; } = new();

    public PortalApp App { get; private set; } = null!;

    public Guid AdminId { get; private set; }

    protected virtual string[] Settings => [];

    public virtual async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        App = await PortalApp.StartAsync(Database, Settings);
        AdminId = await App.AccountAsync(Admin, [.. Roles.All]);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
