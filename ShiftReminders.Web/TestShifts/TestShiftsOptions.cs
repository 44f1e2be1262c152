namespace ShiftReminders.Web.TestShifts;

/// <summary>Settings <c>TestShifts__*</c>.</summary>
public sealed class TestShiftsOptions
{
    public const string Section = "TestShifts";

    /// <summary>
    /// Whether testers may seed shifts into the host's tables and play with the simulated phones. Default: no, in every
    /// environment. Leave it so in production.
    /// </summary>
    public bool Enabled { get; set; }
}
