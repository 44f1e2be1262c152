namespace ShiftReminders.Web.Access;

/// <summary>The addresses that sign-in itself sends people to.</summary>
public static class AccessPaths
{
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";
    public const string SignInCode = "/sign-in/code";
    public const string Proof = "/account/proof";
    public const string SecondFactor = "/account/second-factor";
    public const string Passkeys = "/account/passkeys";
    public const string PasskeyToMake = "/account/passkeys/options";
    public const string PasskeyToSignIn = "/sign-in/passkey/options";
    public const string OpenIdSignIn = "/sign-in/openid";
    public const string OpenIdCallback = "/sign-in/openid/callback";
    public const string SessionUse = "/session/use";
    public const string Invitation = "/invitation";
    public const string AccessDenied = "/access-denied";

    /// <summary>Of the sign-in page: a <see cref="SignInProblem"/>.</summary>
    public const string Problem = "problem";

    /// <summary>A page that leads back to <paramref name="localUrl"/> when it is done.</summary>
    public static string ThenBack(string page, string localUrl) => $"{page}?returnUrl={Uri.EscapeDataString(localUrl)}";

    /// <summary>Only addresses of this site: a link that signs in and leads elsewhere is a trap.</summary>
    public static string LocalOr(string? url, string otherwise) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) ? url : otherwise;
}
