using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.Components.Access;

public sealed partial class AccessPage
{
    private IReadOnlyList<AccountRow>? rows;
    private string search = "";

    [Inject]
    public required AccountList Accounts { get; set; }

    [Inject]
    public required IDialogService Dialogs { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    /// <summary>Part of an email.</summary>
    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    private string Headline => rows switch
    {
        null => "Access",
        { Count: >= AccountList.Most } => $"{AccountList.Most} accounts or more have access",
        _ => Words(rows.Count(row => row.Status is AccountStatus.Active)),
    };

    protected override Task OnParametersSetAsync()
    {
        search = Q ?? "";
        return base.OnParametersSetAsync();
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken) =>
        rows = await Accounts.ReadAsync(Q, cancellationToken);

    private static string Words(int people) => people == 1 ? "One person has access" : $"{people} people have access";

    private void Search() => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrWhiteSpace(search) ? null : search.Trim()));

    private async Task InviteAsync()
    {
        var dialog = await Dialogs.ShowAsync<InviteDialog>("Invite somebody");
        if (await dialog.Result is not { Canceled: false, Data: var answer }) return;
        await RefreshAsync();
        if (answer is not InviteDialog.Invited invited) return;
        var parameters = new DialogParameters<LinkDialog> { { d => d.Path, invited.Path }, { d => d.Email, invited.Email } };
        await Dialogs.ShowAsync<LinkDialog>("One-time link", parameters);
    }
}
