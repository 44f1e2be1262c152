using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components.Layout;

public sealed partial class NavMenu
{
    [Inject]
    public required IConfiguration Configuration { get; set; }

    private bool TestShiftsEnabled => Configuration.GetValue<bool>("TestShifts:Enabled");
}
