namespace ShiftReminders.Benchmarks.Support;

/// <summary>The app as a portal only, and somebody who may sign in to it.</summary>
internal static class PortalAlone
{
    public const string Admin = "admin@example.test";
    public const string Password = "a few words nobody guesses";

    public static Dictionary<string, string> Settings(BenchDatabase database) => new()
    {
        ["ConnectionStrings__ShiftReminders"] = database.AppConnectionString,
        ["Delivery__Channel"] = "Sandbox",
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["Processor__Enabled"] = "false",
        ["Portal__BootstrapAdmin__Email"] = Admin,
        ["Portal__BootstrapAdmin__Password"] = Password,
        ["Logging__LogLevel__Default"] = "Warning",
    };
}
