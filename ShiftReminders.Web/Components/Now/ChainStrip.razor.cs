using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Reminders.Board;

namespace ShiftReminders.Web.Components.Now;

/// <summary>cron → queue → processors → channel, each with its last success; a broken one stands out by icon, word and colour.</summary>
public sealed partial class ChainStrip
{
    [Parameter, EditorRequired]
    public required IReadOnlyList<BoardLink> Links { get; set; }

    private static string Icon(LinkState state) => state switch
    {
        LinkState.Good => Icons.Material.Filled.Check,
        LinkState.Warning => Icons.Material.Filled.WarningAmber,
        LinkState.Broken => Icons.Material.Filled.Close,
    };

    private static string Word(LinkState state) => state switch
    {
        LinkState.Good => "fine",
        LinkState.Warning => "impaired",
        LinkState.Broken => "broken",
    };
}
