using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components.Layout;

public sealed partial class NavMenu
{
    [Inject]
    public required IConfiguration Configuration { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    private bool TestShiftsEnabled => Configuration.GetValue<bool>("TestShifts:Enabled");
}
