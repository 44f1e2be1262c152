using System.Security.Claims;

namespace ShiftReminders.Web.Access;

internal static class AccountClaim
{
    /// <summary>Whose sign-in this is; null: nobody's.</summary>
    public static Guid? AccountId(this ClaimsPrincipal person) =>
        Guid.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;
}
