using MudBlazor;

namespace ShiftReminders.Web.Components.Shared;

internal static class RequiredFields
{
    /// <summary>True when the field is filled in as it must be; otherwise it says what is missing, and takes the focus.</summary>
    public static async Task<bool> InsistAsync(this MudTextField<string>? field)
    {
        if (field is null) return true;
        await field.ValidateAsync();
        if (!field.HasErrors) return true;
        await field.FocusAsync();
        return false;
    }
}
