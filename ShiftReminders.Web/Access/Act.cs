namespace ShiftReminders.Web.Access;

/// <summary>What somebody can do here beyond looking. Each is asked about at the moment it is done.</summary>
public enum Act
{
    ResendReminders,
    CancelReminders,
    PauseReminders,
    RunEnqueue,
    ChangeRules,
    SeedTestShifts,
    ManageAccess,
    ReadAudit,
    SaveView,
}

internal static class ActRules
{
    /// <summary>The policy whose roles may do it.</summary>
    public static string PolicyOf(Act act) => act switch
    {
        Act.ResendReminders or Act.CancelReminders or Act.PauseReminders or Act.RunEnqueue or Act.ChangeRules => Policies.CanAct,
        Act.SeedTestShifts => Policies.CanTest,
        Act.ManageAccess => Policies.CanManageAccess,
        Act.ReadAudit => Policies.CanAudit,
        Act.SaveView => Policies.CanSee,
    };

    public static string Words(Act act) => act switch
    {
        Act.ResendReminders => "resend reminders",
        Act.CancelReminders => "cancel reminders",
        Act.PauseReminders => "pause or resume reminders",
        Act.RunEnqueue => "run the enqueue",
        Act.ChangeRules => "change rules",
        Act.SeedTestShifts => "seed test shifts",
        Act.ManageAccess => "manage access",
        Act.ReadAudit => "read the audit",
        Act.SaveView => "save a view",
    };
}
