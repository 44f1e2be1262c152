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

    [Parameter]
    public bool AutoFocus { get; set; }

    /// <summary>True when there is a reason; otherwise the field says that it is missing, and takes the focus.</summary>
    public async Task<bool> InsistAsync()
    {
        if (!string.IsNullOrWhiteSpace(Value)) return true;
        if (field is not null)
        {
            await field.ValidateAsync();
            await field.FocusAsync();
        }
        return false;
    }
}
