using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;
using ShiftReminders.Web.Access.SecondFactor;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Ties the cookie to its session: whatever signs in passes here and begins one, each request asks whether it still lives,
/// and signing out ends it.
/// </summary>
internal static class SessionCookie
{
    // A session is written at most this often; the idle limit is not meant to the second.
    private static readonly TimeSpan WrittenEvery = TimeSpan.FromMinutes(1);

    private const string Begun = "shift-reminders/begun";

    public static void TieTo(CookieAuthenticationEvents events)
    {
        events.OnSigningIn = StartAsync;
        events.OnValidatePrincipal = ValidateAsync;
        events.OnSigningOut = EndAsync;
    }

    private static async Task StartAsync(CookieSigningInContext signingIn)
    {
        // A sign-in that is refreshed carries on what its ticket carried.
        var continues = !signingIn.Properties.Items.TryAdd(Begun, bool.TrueString);
        var (http, person) = (signingIn.HttpContext, signingIn.Principal!);
        var services = http.RequestServices;
        var account = await services.GetRequiredService<UserManager<Account>>().GetUserAsync(person)
            ?? throw new InvalidOperationException("Somebody signs in without an account.");
        var before = await http.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        var session = await services.GetRequiredService<Sessions>()
            .StartAsync(account, SessionOrigin.Of(http), before.Principal?.Session()?.Id, signingIn.Properties.ProvedAt(), continues, http.RequestAborted);
        person.SetSession(session);
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext validating)
    {
        var (http, person) = (validating.HttpContext, validating.Principal!);
        // Styles and scripts are everybody's.
        if (http.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null) return;
        var services = http.RequestServices;
        var standing = await services.GetRequiredService<Standings>().FindAsync(person, http.RequestAborted);
        if (standing is null)
        {
            if (await services.GetRequiredService<AccountSignIn>().IsDisabledAsync(person)) http.NoteProblem(SignInProblem.Disabled);
            validating.RejectPrincipal();
            if (IsPageLoad(http.Request))
                validating.Options.CookieManager.DeleteCookie(http, validating.Options.Cookie.Name!, validating.Options.Cookie.Build(http));
            return;
        }
        if (!standing.Roles.ToHashSet().SetEquals(person.FindAll(ClaimTypes.Role).Select(claim => claim.Value)))
            await RenewAsync(validating, standing);
        if (standing.UnusedFor >= WrittenEvery && IsUse(http))
            await services.GetRequiredService<Sessions>().UseAsync(standing.SessionId, http.RequestAborted);
    }

    // A script or a line that is refused makes the page load again. Only then is it said why the sign-in has ended, and only the
    // cookie tells. Clients that are no browser do not say what they ask for.
    private static bool IsPageLoad(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";

    // A line that reconnects by itself, and what anybody may see, say nothing about the person.
    private static bool IsUse(HttpContext http) => http.GetEndpoint() is { } endpoint
        && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        && !http.Request.Path.StartsWithSegments("/_blazor");

    private static async Task RenewAsync(CookieValidatePrincipalContext validating, Standing standing)
    {
        var identity = validating.HttpContext.RequestServices.GetRequiredService<AccountSignIn>();
        var account = await identity.UserManager.FindByIdAsync(standing.AccountId.ToString());
        var person = await identity.CreateUserPrincipalAsync(account!);
        var before = validating.Principal!;
        person.SetSession(before.Session()!.Value);
        SetUpGate.StayIn(before, person);
        validating.ReplacePrincipal(person);
        validating.ShouldRenew = true;
    }

    private static async Task EndAsync(CookieSigningOutContext signingOut)
    {
        var http = signingOut.HttpContext;
        if (http.User.Session() is { } session)
            await http.RequestServices.GetRequiredService<Sessions>().EndAsync(session.Id, SessionEnd.SignedOut, http.RequestAborted);
    }
}
