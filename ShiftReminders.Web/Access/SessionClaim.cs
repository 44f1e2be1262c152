using System.Security.Claims;

namespace ShiftReminders.Web.Access;

/// <summary>How a signed-in person's claims name their session.</summary>
internal static class SessionClaim
{
    private const string Type = "shift-reminders/session";

    /// <summary>Null: no sign-in of ours.</summary>
    public static SessionKey? Session(this ClaimsPrincipal person) => SessionKey.Parse(person.FindFirstValue(Type));

    public static void SetSession(this ClaimsPrincipal person, SessionKey session) =>
        person.Identities.First().AddClaim(new Claim(Type, session.Text));
}
