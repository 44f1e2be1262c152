using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components;

public sealed partial class Routes
{
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
}
