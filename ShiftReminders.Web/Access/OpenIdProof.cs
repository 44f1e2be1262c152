using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace ShiftReminders.Web.Access;

/// <summary>When somebody who signs in through a provider showed to it who they are: it may have been hours ago.</summary>
internal static class OpenIdProof
{
    private const string Claim = "auth_time";
    private const string Item = "shift-reminders/proved-at";

    /// <summary>As the provider tells it; null: it does not.</summary>
    public static DateTimeOffset? AuthenticatedAt(this ClaimsPrincipal? outside) =>
        long.TryParse(outside?.FindFirstValue(Claim), CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static void SetProvedAt(this AuthenticationProperties signIn, DateTimeOffset at) =>
        signIn.Items[Item] = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public static DateTimeOffset? ProvedAt(this AuthenticationProperties signIn) =>
        signIn.Items.TryGetValue(Item, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds!, CultureInfo.InvariantCulture)) : null;
}
