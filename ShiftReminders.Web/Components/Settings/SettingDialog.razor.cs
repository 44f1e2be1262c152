using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.Settings;

/// <summary>Asks for a setting's new value and why. It stays open with the reason when the value is refused.</summary>
public sealed partial class SettingDialog
{
    private static readonly string[] Zones = [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Order(StringComparer.Ordinal)];

    private WhyField? whyField;
    private string value = "";
    private string why = "";
    private string? wrong;

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required SiteSetting Setting { get; set; }

    /// <summary>Changes it to a value for a reason; the result is why it was refused, or null.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string, Task<string?>> ChangeAsync { get; set; }

    protected override void OnInitialized() => value = Setting.Value;

    private static Task<IEnumerable<string>> ZonesAsync(string? typed, CancellationToken cancellationToken) =>
        Task.FromResult(Zones.Where(zone => zone.Contains(typed ?? "", StringComparison.OrdinalIgnoreCase)));

    private async Task ConfirmAsync()
    {
        if (!await whyField!.InsistAsync()) return;
        wrong = await ChangeAsync(value.Trim(), why.Trim());
        if (wrong is null) Dialog.Close();
    }
}
