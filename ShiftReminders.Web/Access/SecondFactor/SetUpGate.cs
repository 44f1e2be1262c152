using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace ShiftReminders.Web.Access.SecondFactor;

/// <summary>Keeps a sign-in that lacks its second factor on the page that sets one up.</summary>
internal static class SetUpGate
{
    private const string Type = "shift-reminders/must-set-up";

    /// <summary>Lies in the cookie of such a sign-in, until a code was shown or somebody signs in anew.</summary>
    public static Claim Claim => new(Type, bool.TrueString);

    /// <summary>For whatever renews a cookie from its account: the account does not know how this browser signed in.</summary>
    public static void StayIn(ClaimsPrincipal before, ClaimsPrincipal renewed)
    {
        if (before.MustSetUp()) renewed.Identities.First().AddClaim(Claim);
    }

    public static bool MustSetUp(this ClaimsPrincipal person) => person.HasClaim(Type, bool.TrueString);

    public static WebApplication UseSetUpGate(this WebApplication app)
    {
        app.Use(static (http, next) =>
        {
            if (!http.User.MustSetUp() || IsOpen(http)) return next(http);
            http.Response.Redirect(AccessPaths.ThenBack(AccessPaths.SecondFactor, http.Request.Path + http.Request.QueryString));
            return Task.CompletedTask;
        });
        return app;
    }

    // What strangers may open, signing out among it, the page itself, and the one that it may ask for.
    private static bool IsOpen(HttpContext http) =>
        http.Request.Path.Equals(AccessPaths.SecondFactor, StringComparison.OrdinalIgnoreCase)
        || http.Request.Path.Equals(AccessPaths.Proof, StringComparison.OrdinalIgnoreCase)
        || http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
}
