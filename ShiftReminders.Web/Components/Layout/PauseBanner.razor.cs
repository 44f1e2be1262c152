using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Live;

namespace ShiftReminders.Web.Components.Layout;

/// <summary>
/// That nothing is sent, and why, above every page: whoever reads a list of waiting reminders must not look for a fault.
/// It hears the feed itself, as a viewer who has paused the rows still has to see it.
/// </summary>
public sealed partial class PauseBanner : IDisposable
{
    private IDisposable? subscription;

    [Inject]
    public required ShellState Shell { get; set; }

    [Inject]
    public required ChangeFeed Feed { get; set; }

    public void Dispose() => subscription?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
            subscription = Feed.Subscribe(() => InvokeAsync(RefreshAsync));
        await Shell.RefreshAsync(CancellationToken.None);
    }

    private async Task RefreshAsync()
    {
        if (await Shell.RefreshAsync(CancellationToken.None))
            StateHasChanged();
    }
}
