using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>What became of an expected reminder, as an icon and a word: its state, or why there is none.</summary>
public sealed partial class StateChip
{
    /// <summary>
    /// A state of the queue (pending, sending, sent, failed, skipped, expired or cancelled) or, of a reminder that does not
    /// exist, what <c>expected</c> says of it.
    /// </summary>
    [Parameter, EditorRequired]
    public required string State { get; set; }

    /// <summary>The reason code; it tells "sent to some" from "sent".</summary>
    [Parameter]
    public string? Reason { get; set; }

    /// <summary>True for a pending reminder that has been tried before.</summary>
    [Parameter]
    public bool Retrying { get; set; }

    /// <summary>Another word for the same state, such as "retry 08:47".</summary>
    [Parameter]
    public string? Label { get; set; }

    private (Tone Tone, string Icon, string Word) Look => State switch
    {
        "pending" when Retrying => (Tone.Waiting, Icons.Material.Filled.Replay, "retrying"),
        "pending" => (Tone.Waiting, Icons.Material.Filled.HourglassEmpty, "pending"),
        "sending" => (Tone.Waiting, Icons.Material.Filled.NorthEast, "sending"),
        "sent" when Reason == "partial" => (Tone.Good, Icons.Material.Filled.DoneOutline, "sent to some"),
        "sent" => (Tone.Good, Icons.Material.Filled.Check, "sent"),
        "failed" => (Tone.Bad, Icons.Material.Filled.Close, "failed"),
        "skipped" => (Tone.Muted, Icons.Material.Filled.Remove, "skipped"),
        "expired" => (Tone.Warning, Icons.Material.Filled.TimerOff, "expired"),
        "cancelled" => (Tone.Muted, Icons.Material.Filled.Block, "cancelled"),
        "expected" => (Tone.Muted, Icons.Material.Filled.Schedule, "to come"),
        "missing" => (Tone.Bad, Icons.Material.Filled.QuestionMark, "missing"),
        "purged" => (Tone.Muted, Icons.Material.Filled.AutoDelete, "purged"),
        "not_watched" => (Tone.Muted, Icons.Material.Filled.HourglassDisabled, "not watched"),
        "unassigned" => (Tone.Muted, Icons.Material.Filled.PersonOff, "nobody assigned"),
        "rule_disabled" => (Tone.Muted, Icons.Material.Filled.ToggleOff, "rule off"),
        "shift_inactive" => (Tone.Muted, Icons.Material.Filled.EventBusy, "shift off"),
        "bad_times" => (Tone.Warning, Icons.Material.Filled.WarningAmber, "unusable times"),
        "checked_in" => (Tone.Muted, Icons.Material.Filled.Remove, "not needed"),
        "checked_out" => (Tone.Muted, Icons.Material.Filled.Remove, "not needed"),
        "attendance_logged" => (Tone.Muted, Icons.Material.Filled.Remove, "not needed"),
        "opted_out" => (Tone.Muted, Icons.Material.Filled.NotificationsOff, "opted out"),
        // A state this version does not know: show the database's word rather than nothing.
        _ => (Tone.Muted, Icons.Material.Filled.QuestionMark, State),
    };
}
