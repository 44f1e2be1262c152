using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Account;

internal static class SessionWords
{
    public static string Address(Session session) => session.Address ?? "an unknown address";

    /// <summary>As <c>Firefox on Windows at 192.0.2.7</c>.</summary>
    public static string Name(Session session) => $"{session.Browser} at {Address(session)}";
}
