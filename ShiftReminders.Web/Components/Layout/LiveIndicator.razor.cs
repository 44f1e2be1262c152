using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Live;

namespace ShiftReminders.Web.Components.Layout;

/// <summary>Says how fresh the page is, and stops the rows while somebody reads them.</summary>
public sealed partial class LiveIndicator : IDisposable
{
    [Inject]
    public required LiveUpdates Live { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    public void Dispose() => Live.Changed -= Redraw;

    protected override void OnInitialized() => Live.Changed += Redraw;

    private void Redraw() => InvokeAsync(StateHasChanged);

    private async Task ToggleAsync()
    {
        if (Live.Paused)
            await Live.ResumeAsync();
        else
            Live.Pause();
    }

    private string Clock(DateTimeOffset? moment) => moment is { } at
        ? TimeZoneInfo.ConvertTime(at, Clocks.Viewer).ToString("HH:mm:ss", CultureInfo.InvariantCulture)
        : "";
}
