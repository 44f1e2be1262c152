namespace ShiftReminders.Web.Access;

/// <summary>The three roles; the migration holds them, so they are the same in every installation.</summary>
public static class Roles
{
    /// <summary>Sees everything but Access.</summary>
    public const string Supervisor = "Supervisor";

    /// <summary>Acts: resends, cancels, pauses, changes rules, manages access.</summary>
    public const string Admin = "Admin";

    /// <summary>Seeds test shifts where these are enabled, and sees what becomes of them.</summary>
    public const string Tester = "Tester";

    public static IReadOnlyList<string> All { get; } = [Supervisor, Admin, Tester];
}
