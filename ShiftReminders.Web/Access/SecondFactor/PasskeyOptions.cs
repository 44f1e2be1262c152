using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Access.SecondFactor;

/// <summary>Settings of passkeys, <c>Portal__*</c>.</summary>
public sealed class PasskeyOptions
{
    public const string Section = "Portal";

    /// <summary>
    /// Where browsers reach the portal, such as <c>https://portal.example.test</c>. A passkey belongs to this host name and
    /// works under no other; without it, or without sign-in by password, there are none. Default none.
    /// </summary>
    public string? Address { get; set; }
}

/// <summary>Reports a wrong address by the name under which it is set.</summary>
public sealed class PasskeyOptionsValidator : IValidateOptions<PasskeyOptions>
{
    public ValidateOptionsResult Validate(string? name, PasskeyOptions options) =>
        string.IsNullOrEmpty(options.Address) || IsOrigin(options.Address)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Portal__Address is '{options.Address}'; it must be an https address with a host name and no path, such as https://portal.example.test.");

    // Browsers make passkeys for names alone, and on plain http for localhost alone.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.HostNameType == UriHostNameType.Dns
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.Host == "localhost"))
        && address is { PathAndQuery: "/", Fragment: "", UserInfo: "" };
}
