using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components.Layout;

public sealed partial class TopBar
{
    [Inject]
    public required TimeProvider Time { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    private string Zones => Clocks.AgreeAt(Time.GetUtcNow())
        ? $"Site time {Clocks.Site.Id} · yours is the same"
        : $"Site time {Clocks.Site.Id} · yours {Clocks.Viewer.Id}";
}
