using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access.Passwords;
using ShiftReminders.Web.Access.SecondFactor;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

public static class AccessSetup
{
    /// <summary>Registers accounts, sign-in, policies and the guard of acts. Asks for the database context.</summary>
    public static WebApplicationBuilder AddAccess(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        services.AddOptions<AccessOptions>()
            .Configure<IHostEnvironment>((access, environment) =>
                access.SecondFactorFor = environment.IsDevelopment() ? SecondFactorFor.Nobody : SecondFactorFor.Admins)
            .BindConfiguration(AccessOptions.Section)
            .Validate<IOptions<OpenIdOptions>>(
                (access, openId) => access.PasswordSignIn || openId.Value.Enabled,
                "Portal__PasswordSignIn is false, and OpenId__Authority is not set: then nobody could sign in.")
            .ValidateOnStart();
        builder.AddSignInKeys();
        AddIdentity(services);
        AddCookie(services);
        Policies.AddTo(services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, AccountRevalidation>();
        services.AddHttpContextAccessor();
        services.AddSingleton<SecurityEvents>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<Standings>();
        services.AddSingleton<OpenPageStandings>();
        services.AddScoped<Acts>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<SecondFactors>();
        services.AddPasskeys();
        services.AddSingleton<Proofs>();
        services.AddSingleton<AccountList>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<KnownBrowsers>();
        services.AddScoped<SignIns>();
        services.AddHostedService<BootstrapAdminStartup>();
        builder.AddOpenId();
        // Last: whatever protects something registers the reading of keys anew.
        builder.LeaveSignInKeysToPortals();
        return builder;
    }

    private static void AddIdentity(IServiceCollection services)
    {
        services.AddIdentityCore<Account>(options =>
            {
                options.User.RequireUniqueEmail = true;
                // The first that knows passkeys.
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
                // A lock would be a stranger's means against a person: SignInThrottle makes the stranger wait instead.
                options.Lockout.AllowedForNewUsers = false;
                // Length is what protects; rules about digits and signs only make passwords harder to remember.
                options.Password.RequiredLength = AccessOptions.ShortestPassword;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<ShiftRemindersDb>()
            .AddSignInManager<AccountSignIn>()
            .AddPasswordValidator<PasswordRules>()
            .AddDefaultTokenProviders();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordCheck.Iterations);
        services.AddScoped<PasswordCheck>();
        services.AddOptions<DataProtectionTokenProviderOptions>()
            .Configure<IOptions<AccessOptions>>((tokens, access) => tokens.TokenLifespan = access.Value.LinksLast);
    }

    private static void AddCookie(IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddOptions<Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<IOptions<AccessOptions>>((cookie, access) =>
            {
                cookie.Cookie.Name = "shift-reminders";
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.LoginPath = AccessPaths.SignIn;
                cookie.AccessDeniedPath = AccessPaths.AccessDenied;
                cookie.ReturnUrlParameter = "returnUrl";
                cookie.ExpireTimeSpan = access.Value.SessionLimit;
                cookie.SlidingExpiration = false;
                SessionCookie.TieTo(cookie.Events);
                var deny = cookie.Events.OnRedirectToAccessDenied;
                cookie.Events.OnRedirectToAccessDenied = refused =>
                {
                    var (http, events) = (refused.HttpContext, refused.HttpContext.RequestServices.GetRequiredService<SecurityEvents>());
                    events.PageRefused(http.User.AccountId()?.ToString() ?? "nobody", events.Here, http.Request.Path);
                    return deny(refused);
                };
                var redirect = cookie.Events.OnRedirectToLogin;
                cookie.Events.OnRedirectToLogin = leaving =>
                {
                    if (leaving.HttpContext.Problem() is var problem and not SignInProblem.None)
                        leaving.RedirectUri = QueryHelpers.AddQueryString(leaving.RedirectUri, AccessPaths.Problem, problem.ToString());
                    return redirect(leaving);
                };
            });
    }
}
