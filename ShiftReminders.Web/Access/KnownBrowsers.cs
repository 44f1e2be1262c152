using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace ShiftReminders.Web.Access;

/// <summary>
/// A cookie for browsers that have signed in to an account: whoever guesses at that account from elsewhere cannot make
/// them wait. It opens nothing, and is no sign-in.
/// </summary>
internal sealed class KnownBrowsers(IDataProtectionProvider protection, TimeProvider time)
{
    private const string CookiePrefix = "shift-reminders-known-";
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(180);
    private readonly IDataProtector protector = protection.CreateProtector("ShiftReminders.KnownBrowser");

    /// <summary>The name of the browser, if it has signed in to the account of this email lately; else null.</summary>
    public string? Find(HttpContext http, string email)
    {
        var account = NameOf(email);
        if (http.Request.Cookies[CookiePrefix + account[..8]] is not { Length: > 0 } cookie) return null;
        try
        {
            return protector.Unprotect(cookie).Split(' ') is [var ofAccount, var browser, var since] && ofAccount == account
                && time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(long.Parse(since, CultureInfo.InvariantCulture)) < Lasts
                ? browser
                : null;
        }
        catch (CryptographicException)
        {
            // Forged, or of keys that are gone: a browser like any other.
            return null;
        }
    }

    public void Remember(HttpContext http, string email)
    {
        var now = time.GetUtcNow();
        var account = NameOf(email);
        var browser = Find(http, email) ?? RandomNumberGenerator.GetHexString(32);
        var cookie = protector.Protect(string.Create(CultureInfo.InvariantCulture, $"{account} {browser} {now.ToUnixTimeSeconds()}"));
        http.Response.Cookies.Append(CookiePrefix + account[..8], cookie, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Lax,
            Expires = now + Lasts,
        });
    }

    // No address in a cookie.
    private static string NameOf(string email) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToUpperInvariant())));
}
