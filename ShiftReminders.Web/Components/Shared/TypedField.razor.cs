using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>A word that must be typed before a big act: nobody does that by accident.</summary>
public sealed partial class TypedField
{
    private MudTextField<string>? field;
    private string typed = "";
    private bool insisted;

    [Parameter, EditorRequired]
    public required string Word { get; set; }

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    private string Demand => $"Type “{Word}” first: nothing is done without it.";

    /// <summary>True when the word is there; otherwise the field says that it is missing, and takes the focus.</summary>
    public async Task<bool> InsistAsync()
    {
        insisted = true;
        return await field.InsistAsync();
    }

    // Half a word is no mistake while it is being typed, only once somebody wanted to go on with it.
    private string? Check(string? value) =>
        !insisted || string.Equals(value?.Trim(), Word, StringComparison.OrdinalIgnoreCase) ? null : Demand;
}
