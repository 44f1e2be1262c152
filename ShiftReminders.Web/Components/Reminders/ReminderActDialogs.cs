using MudBlazor;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.Components.Reminders;

/// <param name="Changed">Whether anything was done.</param>
/// <param name="Refusal">Why the person may not, when they may not.</param>
/// <param name="Act">The resend that can be followed, by its line in the audit.</param>
public sealed record ActEnding(bool Changed, string? Refusal = null, long? Act = null);

/// <summary>
/// Opens the dialog of an act on exactly these reminders. The guard is asked before it opens, so that nobody fills in
/// what will be refused, and again by the dialog when it acts.
/// </summary>
public sealed class ReminderActDialogs(IDialogService dialogs, Acts acts)
{
    private static readonly DialogOptions Wide = new() { MaxWidth = MaxWidth.Medium, FullWidth = true, CloseOnEscapeKey = true };

    /// <param name="ids">Which reminders.</param>
    /// <param name="scope">The same in words: "37 matching, all pages".</param>
    public Task<ActEnding> ResendAsync(IReadOnlyList<long> ids, string scope) =>
        ShowAsync<ResendDialog>(Act.ResendReminders, "Resend", new DialogParameters<ResendDialog>
        {
            { dialog => dialog.Ids, ids },
            { dialog => dialog.Scope, scope },
        });

    public Task<ActEnding> CancelAsync(IReadOnlyList<long> ids, string scope) => CancelAsync(ids, scope, takeBack: false);

    public Task<ActEnding> TakeBackCancelAsync(IReadOnlyList<long> ids, string scope) => CancelAsync(ids, scope, takeBack: true);

    private Task<ActEnding> CancelAsync(IReadOnlyList<long> ids, string scope, bool takeBack) =>
        ShowAsync<CancelDialog>(Act.CancelReminders, takeBack ? "Take back cancel" : "Cancel", new DialogParameters<CancelDialog>
        {
            { dialog => dialog.Ids, ids },
            { dialog => dialog.Scope, scope },
            { dialog => dialog.TakeBack, takeBack },
        });

    private async Task<ActEnding> ShowAsync<TDialog>(Act act, string title, DialogParameters parameters)
        where TDialog : Microsoft.AspNetCore.Components.IComponent
    {
        if (await acts.AskAsync(act, CancellationToken.None) is Refusal refusal) return new ActEnding(Changed: false, refusal.Sentence);
        var dialog = await dialogs.ShowAsync<TDialog>(title, parameters, Wide);
        return (await dialog.Result)?.Data as ActEnding ?? new ActEnding(Changed: false);
    }
}
