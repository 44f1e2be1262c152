using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace ShiftReminders.Web.Components.Layout;

public sealed partial class MainLayout : IDisposable
{
    private ErrorBoundary? boundary;

    [Inject]
    public required NavigationManager Navigation { get; set; }

    public void Dispose() => Navigation.LocationChanged -= LeaveBrokenPage;

    protected override void OnInitialized() => Navigation.LocationChanged += LeaveBrokenPage;

    private void Retry() => boundary?.Recover();

    private void LeaveBrokenPage(object? sender, LocationChangedEventArgs change) => InvokeAsync(Retry);
}
