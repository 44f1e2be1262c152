using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>An icon and a word in a colour; for a reminder's state use <see cref="StateChip"/>.</summary>
public sealed partial class StatusChip
{
    [Parameter, EditorRequired]
    public required Tone Tone { get; set; }

    [Parameter]
    public string? Icon { get; set; }

    [Parameter, EditorRequired]
    public required RenderFragment ChildContent { get; set; }

    private string DefaultIcon => Tone switch
    {
        Tone.Good => Icons.Material.Filled.Check,
        Tone.Bad => Icons.Material.Filled.Close,
        Tone.Warning => Icons.Material.Filled.WarningAmber,
        Tone.Waiting => Icons.Material.Filled.HourglassEmpty,
        Tone.Muted => Icons.Material.Filled.Remove,
    };
}
