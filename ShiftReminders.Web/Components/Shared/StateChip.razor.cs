using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>The state of a reminder as an icon and a word.</summary>
public sealed partial class StateChip
{
    /// <summary>A state of the queue: pending, sending, sent, failed, skipped, expired or cancelled.</summary>
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
        // A state this version does not know: show the database's word rather than nothing.
        _ => (Tone.Muted, Icons.Material.Filled.QuestionMark, State),
    };
}
