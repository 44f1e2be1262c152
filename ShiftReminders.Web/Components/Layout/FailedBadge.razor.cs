using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Live;

namespace ShiftReminders.Web.Components.Layout;

public sealed partial class FailedBadge : IDisposable
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
        await RefreshAsync();
    }

    private async Task RefreshAsync()
    {
        if (await Shell.RefreshAsync(CancellationToken.None))
            StateHasChanged();
    }
}
