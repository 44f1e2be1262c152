using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MudBlazor;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Account;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Access;

/// <summary>What an admin can do to one account. Each asks, is checked again when it acts, and says what became of it.</summary>
public sealed partial class AccountActs
{
    [Inject]
    public required Accounts Accounts { get; set; }

    [Inject]
    public required StepUp StepUp { get; set; }

    [Inject]
    public required IOptions<AccessOptions> Access { get; set; }

    [Inject]
    public required IDialogService Dialogs { get; set; }

    [Inject]
    public required ISnackbar Snackbar { get; set; }

    [Parameter, EditorRequired]
    public required AccountRow Row { get; set; }

    /// <summary>After a change; the page reads again.</summary>
    [Parameter]
    public EventCallback OnDone { get; set; }

    private async Task ChangeRolesAsync()
    {
        var parameters = new DialogParameters<RolesDialog> { { d => d.Email, Row.Email }, { d => d.Present, Row.Roles } };
        var dialog = await Dialogs.ShowAsync<RolesDialog>("Roles", parameters);
        if (await dialog.Result is not { Canceled: false, Data: RolesDialog.RolesAnswer answer }) return;
        await ActAsync("Roles changed", permit => Accounts.ChangeRolesAsync(permit, Row.Id, answer.Roles, answer.Why, CancellationToken.None));
    }

    private async Task MakeLinkAsync()
    {
        var why = await AskAsync("New link", "Make a link", "The present password works until the link is used. Earlier links stop working, and open pages sign out.");
        if (why is null) return;
        var result = await ActAsync(null, permit => Accounts.NewLinkAsync(permit, Row.Id, why, CancellationToken.None));
        if (result?.Link is not { } path) return;
        var parameters = new DialogParameters<LinkDialog> { { d => d.Path, path }, { d => d.Email, Row.Email } };
        await Dialogs.ShowAsync<LinkDialog>("One-time link", parameters);
    }

    private async Task ResetSecondFactorAsync()
    {
        if (await AskAsync("Reset second factor", "Reset", "For somebody who has lost phone and recovery codes; make sure that it is really them. Passkeys stop working too, and the next sign-in needs the password alone.", dangerous: true) is { } why)
            await ActAsync("Second factor reset", permit => Accounts.ResetSecondFactorAsync(permit, Row.Id, why, CancellationToken.None));
    }

    private async Task ShowSessionsAsync()
    {
        var parameters = new DialogParameters<SessionsDialog> { { d => d.Row, Row }, { d => d.End, EndSessionAsync } };
        await Dialogs.ShowAsync<SessionsDialog>("Sessions", parameters);
    }

    private async Task EndSessionAsync(Session session)
    {
        if (await AskAsync("End session", "End session", $"{SessionWords.Name(session)} is signed out, with the pages that are open there.") is { } why)
            await ActAsync("Session ended", permit => Accounts.EndSessionAsync(permit, Row.Id, session.Id, why, CancellationToken.None));
    }

    private async Task SignOutEverywhereAsync()
    {
        if (await AskAsync("Sign out everywhere", "Sign out", "Every sign-in of this account ends, with the pages that are open in it.") is { } why)
            await ActAsync("Signed out everywhere", permit => Accounts.SignOutEverywhereAsync(permit, Row.Id, why, CancellationToken.None));
    }

    private async Task DisableAsync()
    {
        if (await AskAsync("Disable", "Disable account", "Nobody can sign in with it any more, and its open pages end. Its history stays.", dangerous: true) is { } why)
            await ActAsync("Disabled", permit => Accounts.DisableAsync(permit, Row.Id, why, CancellationToken.None));
    }

    private async Task EnableAsync()
    {
        if (await AskAsync("Enable", "Enable account", "Its owner can sign in again, with the roles it has.") is { } why)
            await ActAsync("Enabled", permit => Accounts.EnableAsync(permit, Row.Id, why, CancellationToken.None));
    }

    private Task<string?> AskAsync(string what, string button, string meaning, bool dangerous = false) => Dialogs.ConfirmAsync(new Confirmation
    {
        Title = $"{what}: {Row.Email}",
        Act = button,
        Scope = builder => builder.AddContent(0, meaning),
        Dangerous = dangerous,
    });

    private async Task<AccessResult?> ActAsync(string? done, Func<Permit, Task<AccessResult>> act)
    {
        var decision = await StepUp.AskAsync(Act.ManageAccess, CancellationToken.None);
        if (decision is not Permit permit)
        {
            Snackbar.Add(((Refusal)decision).Sentence, Severity.Error);
            return null;
        }
        var result = await act(permit);
        if (!result.Succeeded)
            Snackbar.Add(result.Problem!, Severity.Error);
        else if (done is not null)
            Snackbar.Add($"{done}: {Row.Email}", Severity.Success);
        await OnDone.InvokeAsync();
        return result;
    }
}
