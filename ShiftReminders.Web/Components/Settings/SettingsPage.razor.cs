using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.Settings;

/// <summary>What is set for the whole site, and how admins change it.</summary>
public sealed partial class SettingsPage
{
    private IReadOnlyList<SiteSetting>? settings;

    [Inject]
    public required SiteSettings Settings { get; set; }

    [Inject]
    public required Acting Acting { get; set; }

    [Inject]
    public required IDialogService Dialogs { get; set; }

    protected override async Task ReadAsync(CancellationToken cancellationToken) => settings = await Settings.ReadAsync(cancellationToken);

    private async Task ChangeAsync(SiteSetting setting)
    {
        var parameters = new DialogParameters<SettingDialog>
        {
            { dialog => dialog.Setting, setting },
            { dialog => dialog.ChangeAsync, (value, why) => DoAsync(setting, value, why) },
        };
        var dialog = await Dialogs.ShowAsync<SettingDialog>(SettingWords.Title(setting.Key), parameters);
        await dialog.Result;
        await RefreshAsync();
    }

    /// <summary>Null: it was changed, or refused for a reason that the page has said. Otherwise the sentence for the dialog.</summary>
    private async Task<string?> DoAsync(SiteSetting setting, string value, string why)
    {
        SettingResult? result = null;
        await Acting.DoAsync(Act.ChangeSettings, async permit =>
        {
            result = await Settings.ChangeAsync(permit, setting, value, why, CancellationToken.None);
            return result.Succeeded ? result.Sentence : "";
        }, CancellationToken.None);
        return result is { Succeeded: false } ? result.Sentence : null;
    }
}
