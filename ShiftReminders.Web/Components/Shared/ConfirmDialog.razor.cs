using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>Asks before an act: names its scope, asks for a reason, and for big ones to type a word.</summary>
public sealed partial class ConfirmDialog
{
    private WhyField? whyField;
    private TypedField? typedField;
    private string why = "";

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>The button's words, naming the act and its scope: "Resend 37 reminders".</summary>
    [Parameter, EditorRequired]
    public required string Act { get; set; }

    /// <summary>What will happen, to what exactly.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public bool AskWhy { get; set; } = true;

    /// <summary>A word that must be typed first; for acts on many things.</summary>
    [Parameter]
    public string? Type { get; set; }

    [Parameter]
    public bool Dangerous { get; set; }

    /// <summary>The words of the button that does nothing.</summary>
    [Parameter]
    public string StepBack { get; set; } = "Cancel";

    private void Cancel() => Dialog.Cancel();

    private async Task ConfirmAsync()
    {
        if (whyField is not null && !await whyField.InsistAsync()) return;
        if (typedField is not null && !await typedField.InsistAsync()) return;
        Dialog.Close(DialogResult.Ok(why.Trim()));
    }
}
