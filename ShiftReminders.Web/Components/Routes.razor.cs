using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components;

public sealed partial class Routes
{
    private Type? firstPage;
    private bool left;

    [Inject]
    public required SiteZone SiteZone { get; set; }

    /// <summary>IANA name of the viewer's time zone as their browser told it; untrusted.</summary>
    [Parameter]
    public string? ViewerZoneId { get; set; }

    private Clocks Clocks { get; set; } = Clocks.Utc;

    private bool Ready { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Clocks = Clocks.For(await SiteZone.GetAsync(CancellationToken.None), ViewerZoneId);
        Ready = true;
    }

    // A page that the browser itself has loaded leaves the focus alone: somebody may have begun to type or to tab.
    private bool HasLeftFirst(Type page)
    {
        firstPage ??= page;
        return left |= page != firstPage;
    }
}
