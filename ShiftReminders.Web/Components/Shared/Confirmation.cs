using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>What <see cref="ConfirmDialog"/> asks.</summary>
public sealed record Confirmation
{
    public required string Title { get; init; }

    /// <summary>The button's words, naming the act and its scope.</summary>
    public required string Act { get; init; }

    public RenderFragment? Scope { get; init; }

    public bool AskWhy { get; init; } = true;

    public string? Type { get; init; }

    public bool Dangerous { get; init; }

    public string StepBack { get; init; } = "Cancel";
}

public static class ConfirmationDialogs
{
    /// <summary>Asks; answers the reason given (empty when none was asked for), or null when the person steps back.</summary>
    /// <param name="dialogs">Where to ask.</param>
    /// <param name="ask">The question.</param>
    /// <param name="withdrawn">Takes the question back: nothing depends on its answer any more.</param>
    public static async Task<string?> ConfirmAsync(this IDialogService dialogs, Confirmation ask, CancellationToken withdrawn = default)
    {
        var parameters = new DialogParameters<ConfirmDialog>
        {
            { dialog => dialog.Title, ask.Title },
            { dialog => dialog.Act, ask.Act },
            { dialog => dialog.ChildContent, ask.Scope },
            { dialog => dialog.AskWhy, ask.AskWhy },
            { dialog => dialog.Type, ask.Type },
            { dialog => dialog.Dangerous, ask.Dangerous },
            { dialog => dialog.StepBack, ask.StepBack },
        };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(ask.Title, parameters);
        await using var withdrawal = withdrawn.Register(dialog.Close);
        return await dialog.Result is { Canceled: false, Data: string why } ? why : null;
    }
}
