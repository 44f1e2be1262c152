using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Access;

/// <summary>Settings of sign-in with an OpenID Connect provider, <c>OpenId__*</c>. Off until an authority is set.</summary>
public sealed class OpenIdOptions
{
    public const string Section = "OpenId";

    /// <summary>The provider's address, whose <c>/.well-known/openid-configuration</c> is read. Must be https, but on loopback.</summary>
    public string? Authority { get; set; }

    /// <summary>Whom its tokens are signed by, if that is not the authority. Default the authority; a <c>/</c> at the end does not matter.</summary>
    public string? Issuer { get; set; }

    public string? ClientId { get; set; }

    public string? ClientSecret { get; set; }

    /// <summary>What the button says: "Sign in with …". Default <c>your organisation</c>.</summary>
    public string DisplayName { get; set; } = "your organisation";

    /// <summary>Asked for besides <c>openid email profile</c>, separated by spaces.</summary>
    public string Scopes { get; set; } = "";

    /// <summary>The claim whose values are mapped to roles. Default <c>roles</c>.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>
    /// Role by claim value, such as <c>OpenId__Roles__shift-admins=Admin</c>. When set, each sign-in sets the account's
    /// roles to what its claims map to; when empty, admins give roles by hand.
    /// </summary>
    public Dictionary<string, string> Roles { get; set; } = [];

    internal bool IsIssuer(string? issuer) =>
        string.Equals(issuer?.TrimEnd('/'), (Issuer ?? Authority)?.TrimEnd('/'), StringComparison.Ordinal);

    internal bool Enabled => !string.IsNullOrEmpty(Authority);

    internal string[] RolesFor(IEnumerable<string> claimValues) =>
        [.. claimValues.Select(value => Roles.GetValueOrDefault(value)).OfType<string>().Distinct()];
}

/// <summary>Reports every wrong setting of OpenID Connect at once, by the name under which it is set.</summary>
public sealed class OpenIdOptionsValidator : IValidateOptions<OpenIdOptions>
{
    public ValidateOptionsResult Validate(string? name, OpenIdOptions options)
    {
        string[] errors = options.Enabled ? [.. Errors(options)] : [];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(OpenIdOptions options)
    {
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) || !(authority.Scheme == Uri.UriSchemeHttps || authority.IsLoopback))
            yield return $"OpenId__Authority is '{options.Authority}'; it must be an https address.";
        if (string.IsNullOrEmpty(options.ClientId))
            yield return "OpenId__ClientId is not set, but OpenId__Authority is.";
        foreach (var (value, role) in options.Roles.Where(pair => !Access.Roles.All.Contains(pair.Value)))
            yield return $"OpenId__Roles__{value} is '{role}'; it must be one of {string.Join(", ", Access.Roles.All)}.";
    }
}
