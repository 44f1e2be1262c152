using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>What became of an expected reminder: its state, or why there is none.</summary>
public sealed partial class StandingChip
{
    /// <summary>A state of the queue or, of a reminder that does not exist, what <c>expected</c> says of it.</summary>
    [Parameter, EditorRequired]
    public required string Standing { get; set; }

    /// <summary>The reason code of a reminder that exists.</summary>
    [Parameter]
    public string? Reason { get; set; }

    /// <summary>True for a pending reminder that has been tried before.</summary>
    [Parameter]
    public bool Retrying { get; set; }

    /// <summary>Another word for the same standing.</summary>
    [Parameter]
    public string? Label { get; set; }

    private (Tone Tone, string Icon, string Word)? Look => Standing switch
    {
        "expected" => (Tone.Muted, Icons.Material.Filled.Schedule, "to come"),
        "missing" => (Tone.Bad, Icons.Material.Filled.QuestionMark, "missing"),
        "purged" => (Tone.Muted, Icons.Material.Filled.AutoDelete, "purged"),
        "not_watched" => (Tone.Muted, Icons.Material.Filled.HourglassDisabled, "before our time"),
        "unassigned" => (Tone.Muted, Icons.Material.Filled.PersonOff, "nobody assigned"),
        "rule_disabled" => (Tone.Muted, Icons.Material.Filled.ToggleOff, "rule off"),
        "shift_inactive" => (Tone.Muted, Icons.Material.Filled.EventBusy, "shift off"),
        "bad_times" => (Tone.Warning, Icons.Material.Filled.WarningAmber, "unusable times"),
        "checked_in" => (Tone.Muted, Icons.Material.Filled.Remove, "not needed"),
        "checked_out" => (Tone.Muted, Icons.Material.Filled.Remove, "not needed"),
        "attendance_logged" => (Tone.Muted, Icons.Material.Filled.Remove, "not needed"),
        "opted_out" => (Tone.Muted, Icons.Material.Filled.NotificationsOff, "opted out"),
        _ => null,
    };
}
