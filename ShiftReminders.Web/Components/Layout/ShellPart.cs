using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Live;

namespace ShiftReminders.Web.Components.Layout;

/// <summary>
/// A part of what stands around every page. It hears the feed itself: a viewer who has paused the rows still has to see
/// that something failed, or that nothing is sent.
/// </summary>
public abstract class ShellPart : ComponentBase, IDisposable
{
    private IDisposable? subscription;

    [Inject]
    public required ShellState Shell { get; set; }

    [Inject]
    public required ChangeFeed Feed { get; set; }

    public void Dispose()
    {
        subscription?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
            subscription = Feed.Subscribe(() => InvokeAsync(RefreshAsync));
        await RefreshAsync();
    }

    private async Task RefreshAsync()
    {
        if (await Shell.RefreshAsync(CancellationToken.None))
            StateHasChanged();
    }
}
