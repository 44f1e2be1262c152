using System.Net;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access.Passwords;
using ShiftReminders.Web.Access.SecondFactor;

namespace ShiftReminders.Web.Access;

/// <summary>Settings of sign-in, <c>Portal__*</c>.</summary>
public sealed class AccessOptions
{
    public const string Section = "Portal";
    internal const int ShortestPassword = 12;

    /// <summary>Who becomes the first admin, if there is no account at all yet.</summary>
    public BootstrapAdmin BootstrapAdmin { get; set; } = new();

    /// <summary>
    /// Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, besides loopback: addresses or networks, separated
    /// by commas, such as <c>10.0.0.0/8,192.0.2.7</c>. Default none.
    /// </summary>
    public string KnownProxies { get; set; } = "";

    /// <summary>How often an open page asks whether its account may still see it. Default 30 s, at most 1 min.</summary>
    public TimeSpan RevalidateEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A session ends this long after its sign-in, however much it is used. Default 12 h, at most 7 days.</summary>
    public TimeSpan SessionLimit { get; set; } = TimeSpan.FromHours(12);

    /// <summary>
    /// A session ends when its person has done nothing for this long; a page that refreshes itself is not use. Default 2 h,
    /// at least 5 min, at most <see cref="SessionLimit"/>.
    /// </summary>
    public TimeSpan SessionIdleLimit { get; set; } = TimeSpan.FromHours(2);

    /// <summary>
    /// Whoever gives access, or changes their own second factor or passkeys, shows again who they are, by password or second
    /// factor, when they last did so longer ago than this. Default 15 min, at least 1 min.
    /// </summary>
    public TimeSpan ProofLasts { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>An invitation or a link to a new password works this long, once. Default 24 h.</summary>
    public TimeSpan LinksLast { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Wrong passwords of one network for one account before the next attempt has to wait; ten times as many for all of its
    /// accounts together. Default 5.
    /// </summary>
    public int FreeSignInFailures { get; set; } = 5;

    /// <summary>The wait begins at 30 s and doubles with each further failure, up to this. Default 15 min.</summary>
    public TimeSpan LongestSignInWait { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Words besides the address and the product's name that no password may rest on, such as those of the organisation and
    /// its places; separated by commas or blanks. Default none.
    /// </summary>
    public string PasswordWords { get; set; } = "";

    /// <summary>False: nobody signs in with a password; everybody comes from the OpenID provider, which must be set. Default true.</summary>
    public bool PasswordSignIn { get; set; } = true;

    /// <summary>
    /// Whose sign-in with a password needs a second factor: <c>Nobody</c>, <c>Admins</c> or <c>Everybody</c>. The first
    /// sign-in without one is a grace, the next opens nothing but the page that sets one up. Others may have one if they
    /// like. An OpenID provider asks for its own. Default <c>Admins</c>; in Development <c>Nobody</c>.
    /// </summary>
    public SecondFactorFor SecondFactorFor { get; set; } = SecondFactorFor.Admins;

    /// <summary>
    /// A file with a certificate of an RSA key and its private key (PEM, or PFX by its name), under which the keys of cookies
    /// and links are encrypted in the database. Every portal needs the same one. Default none: the keys lie there readable.
    /// </summary>
    public string? KeyCertificatePath { get; set; }

    /// <summary>The password of that file. Default none.</summary>
    public string? KeyCertificatePassword { get; set; }

    /// <summary>
    /// Files with certificates that were used before, separated by commas: keys that lie encrypted under them stay usable.
    /// They have the same password. Default none.
    /// </summary>
    public string FormerKeyCertificates { get; set; } = "";

    internal IEnumerable<string> ProxyEntries =>
        KnownProxies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal static bool TryParseProxy(string entry, out IPNetwork network)
    {
        if (IPAddress.TryParse(entry, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }
        return IPNetwork.TryParse(entry, out network);
    }
}

/// <summary>The first admin's email and password; used once, when there is no account yet.</summary>
public sealed class BootstrapAdmin
{
    public string? Email { get; set; }

    public string? Password { get; set; }

    internal bool Wanted => !string.IsNullOrEmpty(Email) || !string.IsNullOrEmpty(Password);
}

/// <summary>Reports every wrong setting of sign-in at once, by the name under which it is set.</summary>
public sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    private static readonly TimeSpan LongestRevalidation = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestSession = TimeSpan.FromDays(7);
    private static readonly TimeSpan ShortestProof = TimeSpan.FromMinutes(1);
    // A session is written once a minute: a limit of that order would end one that is in use.
    private static readonly TimeSpan ShortestIdle = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        string[] errors = [.. Errors(options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(AccessOptions options)
    {
        var admin = options.BootstrapAdmin;
        if (admin.Wanted && admin.Email?.Contains('@', StringComparison.Ordinal) != true)
            yield return "Portal__BootstrapAdmin__Email must be an email address, since Portal__BootstrapAdmin__Password is set.";
        if (admin.Wanted && (admin.Password?.Length ?? 0) < AccessOptions.ShortestPassword)
            yield return $"Portal__BootstrapAdmin__Password must have at least {AccessOptions.ShortestPassword} characters.";
        else if (admin.Wanted && PasswordJudge.Problem(admin.Password!, PasswordRules.WordsAround(admin.Email, options)) is { } guessed)
            yield return $"Portal__BootstrapAdmin__Password is refused. {guessed}";
        foreach (var entry in options.ProxyEntries.Where(entry => !AccessOptions.TryParseProxy(entry, out _)))
            yield return $"Portal__KnownProxies holds '{entry}', which is neither an address nor a network such as 10.0.0.0/8.";
        if (options.RevalidateEvery <= TimeSpan.Zero || options.RevalidateEvery > LongestRevalidation)
            yield return $"Portal__RevalidateEvery is {options.RevalidateEvery}; it must be above zero and at most {LongestRevalidation}.";
        if (options.SessionLimit <= TimeSpan.Zero || options.SessionLimit > LongestSession)
            yield return $"Portal__SessionLimit is {options.SessionLimit}; it must be above zero and at most {LongestSession}.";
        if (options.SessionIdleLimit < ShortestIdle || options.SessionIdleLimit > options.SessionLimit)
            yield return $"Portal__SessionIdleLimit is {options.SessionIdleLimit}; it must be at least {ShortestIdle} and at most Portal__SessionLimit.";
        if (options.ProofLasts < ShortestProof)
            yield return $"Portal__ProofLasts is {options.ProofLasts}; it must be at least {ShortestProof}.";
        if (options.LinksLast <= TimeSpan.Zero)
            yield return $"Portal__LinksLast is {options.LinksLast}; it must be above zero.";
        foreach (var problem in KeyCertificates.Problems(options)) yield return problem;
        if (options.FreeSignInFailures < 1)
            yield return $"Portal__FreeSignInFailures is {options.FreeSignInFailures}; it must be at least 1.";
        if (options.LongestSignInWait <= TimeSpan.Zero)
            yield return $"Portal__LongestSignInWait is {options.LongestSignInWait}; it must be above zero.";
    }
}
