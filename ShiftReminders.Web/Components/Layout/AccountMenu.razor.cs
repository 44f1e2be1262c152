using System.Security.Claims;

namespace ShiftReminders.Web.Components.Layout;

public sealed partial class AccountMenu
{
    private static string Initial(ClaimsPrincipal user) =>
        user.Identity?.Name is { Length: > 0 } name ? name[..1].ToUpperInvariant() : "?";

    private static string RolesOf(ClaimsPrincipal user)
    {
        var roles = user.FindAll(ClaimTypes.Role).Select(claim => claim.Value).Order().ToArray();
        return roles.Length == 0 ? "No role yet: ask an admin" : string.Join(", ", roles);
    }
}
