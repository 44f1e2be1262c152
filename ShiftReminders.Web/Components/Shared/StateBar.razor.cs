using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>How many reminders are in which state, as a bar and in words.</summary>
public sealed partial class StateBar
{
    private static readonly string[] Order = ["sent", "skipped", "cancelled", "expired", "failed", "sending", "pending"];

    [Parameter, EditorRequired]
    public required IReadOnlyDictionary<string, int> States { get; set; }

    /// <summary>Said when there is nothing to count.</summary>
    [Parameter]
    public string Empty { get; set; } = "no reminders yet";

    private List<(string State, int Count)> Ordered =>
        [.. Order.Where(States.ContainsKey).Select(state => (state, States[state])).Where(part => part.Item2 > 0)];

    private string Summary => Ordered.Count == 0 ? Empty : string.Join(", ", Ordered.Select(part => $"{part.Count:N0} {part.State}"));
}
