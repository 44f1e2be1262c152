using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using ShiftReminders.Web.Access.SecondFactor;

namespace ShiftReminders.Web.Access;

public static class AccessEndpoints
{
    /// <summary>Believes X-Forwarded-For and X-Forwarded-Proto of the proxies that the settings name. First in the pipeline.</summary>
    public static WebApplication UseKnownProxies(this WebApplication app)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        foreach (var entry in app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.ProxyEntries)
        {
            if (AccessOptions.TryParseProxy(entry, out var network)) options.KnownIPNetworks.Add(network);
        }
        app.UseForwardedHeaders(options);
        return app;
    }

    public static WebApplication UseAccess(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseClientAddress();
        app.UseSetUpGate();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseProofGate();
        app.UseAntiforgery();
        return app;
    }

    /// <summary>Signing out, signing in with the OpenID provider, and what a page says of its person's keys and clicks.</summary>
    public static WebApplication MapAccess(this WebApplication app)
    {
        app.MapPost(AccessPaths.SignOut, SignOutAsync).AllowAnonymous();
        app.MapGet(AccessPaths.OpenIdSignIn, ChallengeAsync).AllowAnonymous();
        app.MapPasskeys();
        // The cookie's check has done the work by then. No token is asked for: all that it could feign is that the person is here.
        app.MapPost(AccessPaths.SessionUse, () => Results.NoContent()).DisableAntiforgery();
        return app;
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, IAntiforgery antiforgery, SecurityEvents events)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
            return Results.Redirect("/");
        await http.SignOutAsync(IdentityConstants.ApplicationScheme);
        if (http.User.AccountId() is { } account) events.SessionEnded(account, account, events.Here, "signed out");
        return Results.Redirect(AccessPaths.SignIn);
    }

    private static async Task<IResult> ChallengeAsync(HttpRequest request, string? returnUrl, bool? again, IAuthenticationSchemeProvider schemes)
    {
        var back = AccessPaths.LocalOr(returnUrl, "/");
        // A provider that knows the person asks nothing: a link on another site would sign them in without their wish.
        if (await schemes.GetSchemeAsync(OpenIdSetup.Scheme) is null || IsFromAnotherSite(request))
            return Results.Redirect(AccessPaths.ThenBack(AccessPaths.SignIn, back));
        var properties = new OpenIdConnectChallengeProperties { RedirectUri = back };
        if (again == true) (properties.Prompt, properties.MaxAge) = (OpenIdConnectPrompt.Login, TimeSpan.Zero);
        return Results.Challenge(properties, [OpenIdSetup.Scheme]);
    }

    private static bool IsFromAnotherSite(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
}
