using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>Asks before what somebody has written is left unsaved: in the portal by a dialog, at its edge by the browser's own question.</summary>
public sealed partial class UnsavedChanges
{
    [Inject]
    public required IDialogService Dialogs { get; set; }

    /// <summary>Asked at the moment of leaving, as a save may have been done since the last render.</summary>
    [Parameter, EditorRequired]
    public required Func<bool> Unsaved { get; set; }

    /// <summary>What would be lost, as a sentence.</summary>
    [Parameter, EditorRequired]
    public required string Loss { get; set; }

    private async Task AskAsync(LocationChangingContext leaving)
    {
        if (!Unsaved()) return;
        var question = new Confirmation
        {
            Title = "Leave without saving?",
            Act = "Leave without saving",
            StepBack = "Stay here",
            Scope = builder => builder.AddContent(0, Loss),
            AskWhy = false,
            Dangerous = true,
        };
        if (await Dialogs.ConfirmAsync(question, leaving.CancellationToken) is null) leaving.PreventNavigation();
    }
}
