using MudBlazor;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.Components.Access;

/// <summary>Asks the guard for a page's acts; who has to show again first who they are is asked to.</summary>
public sealed class StepUp(Acts acts, IDialogService dialogs)
{
    public async Task<ActDecision> AskAsync(Act act, CancellationToken cancellationToken)
    {
        var decision = await acts.AskAsync(act, cancellationToken);
        if (decision is not Refusal { AsksForProof: true }) return decision;
        var dialog = await dialogs.ShowAsync<ProofDialog>("Is it you?", new DialogParameters<ProofDialog> { { d => d.Purpose, ActRules.Words(act) } });
        return await dialog.Result is { Canceled: false } ? await acts.AskAsync(act, cancellationToken) : decision;
    }
}
