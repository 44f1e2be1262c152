namespace ShiftReminders.Web.Access;

/// <summary>What somebody can do here beyond looking. Each is asked about at the moment it is done.</summary>
public enum Act
{
    ResendReminders,
    CancelReminders,
    PauseReminders,
    RunEnqueue,
    ChangeRules,

    /// <summary>The settings of the site that lie in the database.</summary>
    ChangeSettings,
    SeedTestShifts,

    /// <summary>Tells simulated phones how to answer, and clears them.</summary>
    PlayPhones,
    ManageAccess,

    /// <summary>The list of reminders, as a file.</summary>
    ExportReminders,

    /// <summary>The details of one reminder, as a file for a bug report.</summary>
    ExportReminder,
    ExportAudit,
    SaveView,
}

internal static class ActRules
{
    /// <summary>The policy whose roles may do it.</summary>
    public static string PolicyOf(Act act) => act switch
    {
        Act.ResendReminders or Act.CancelReminders or Act.PauseReminders or Act.RunEnqueue or Act.ChangeRules or Act.ChangeSettings => Policies.CanAct,
        Act.SeedTestShifts or Act.PlayPhones => Policies.CanTest,
        Act.ManageAccess => Policies.CanManageAccess,
        Act.ExportReminders => Policies.CanExport,
        Act.ExportAudit => Policies.CanAudit,
        Act.ExportReminder or Act.SaveView => Policies.CanSee,
    };

    /// <summary>Whether it gives access, so that a page that was left open is not enough for it.</summary>
    public static bool NeedsProof(Act act) => act is Act.ManageAccess;

    public static string Words(Act act) => act switch
    {
        Act.ResendReminders => "resend reminders",
        Act.CancelReminders => "cancel reminders",
        Act.PauseReminders => "pause or resume reminders",
        Act.RunEnqueue => "run the enqueue",
        Act.ChangeRules => "change rules",
        Act.ChangeSettings => "change settings",
        Act.SeedTestShifts => "seed test shifts",
        Act.PlayPhones => "act on simulated phones",
        Act.ManageAccess => "manage access",
        Act.ExportReminders => "export reminders",
        Act.ExportReminder => "export a reminder",
        Act.ExportAudit => "export the audit",
        Act.SaveView => "save a view",
    };
}
