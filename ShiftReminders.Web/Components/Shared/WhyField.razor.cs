using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>The reason of an act, without which the database does nothing. It is marked as required and says so when it is missing.</summary>
public sealed partial class WhyField
{
    private MudTextField<string>? field;

    [Parameter, EditorRequired]
    public required string Value { get; set; }

    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    [Parameter]
    public int Lines { get; set; } = 1;

    /// <summary>What becomes of the reason, as a sentence.</summary>
    [Parameter]
    public string Help { get; set; } = "Kept in the audit with your name.";

    /// <summary>True when there is a reason; otherwise the field says that it is missing, and takes the focus.</summary>
    public Task<bool> InsistAsync() => field.InsistAsync();
}
