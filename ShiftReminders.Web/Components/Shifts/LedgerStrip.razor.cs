using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Shifts;

/// <summary>Expected reminders and where they went; each part filters the board.</summary>
public sealed partial class LedgerStrip
{
    [Parameter, EditorRequired]
    public required Ledger Ledger { get; set; }

    [Parameter]
    public LedgerGroup? Chosen { get; set; }

    /// <summary>The address of the board with that filter; null: with none.</summary>
    [Parameter, EditorRequired]
    public required Func<LedgerGroup?, string> HrefOf { get; set; }

    private IEnumerable<Cell> Cells
    {
        get
        {
            yield return new Cell(null, "Expected", Icons.Material.Outlined.FactCheck, Ledger.All, "by shifts and rules", "");
            foreach (var group in Enum.GetValues<LedgerGroup>().Where(IsShown)) yield return For(group);
        }
    }

    // Those that ask for an act are always there, at zero too: that is the answer.
    private bool IsShown(LedgerGroup group) => Ledger[group] > 0
        || group is LedgerGroup.Unaccounted or LedgerGroup.Failed or LedgerGroup.ToCome or LedgerGroup.Sent or LedgerGroup.NotNeeded;

    private Cell For(LedgerGroup group)
    {
        var count = Ledger[group];
        return group switch
        {
            LedgerGroup.Unaccounted => new(group, "Unaccounted", Icons.Material.Outlined.QuestionMark, count, count == 0 ? "every one explained" : "not queued, nobody knows why", count > 0 ? "bad" : ""),
            LedgerGroup.Failed => new(group, "Failed", Icons.Material.Outlined.Close, count, count == 0 ? "none" : "nobody was reached", count > 0 ? "bad" : ""),
            LedgerGroup.TooLate => new(group, "Too late", Icons.Material.Outlined.TimerOff, count, "expired unsent", "warn"),
            LedgerGroup.Unusable => new(group, "Unusable times", Icons.Material.Outlined.WarningAmber, count, "correct the shift", "warn"),
            LedgerGroup.ToCome => new(group, "To come", Icons.Material.Outlined.Schedule, count, "queued when due", ""),
            LedgerGroup.Sent => new(group, "Sent", Icons.Material.Outlined.Check, count, "accepted by the channel", ""),
            LedgerGroup.NotNeeded => new(group, "Not needed", Icons.Material.Outlined.Remove, count, "checked in, off, cancelled", ""),
            LedgerGroup.NotWatched => new(group, "Not watched", Icons.Material.Outlined.HourglassDisabled, count, "before monitoring began", ""),
            LedgerGroup.Purged => new(group, "Purged", Icons.Material.Outlined.AutoDelete, count, "older than is kept", ""),
        };
    }

    private sealed record Cell(LedgerGroup? Group, string Name, string Icon, int Count, string Note, string Class);
}
