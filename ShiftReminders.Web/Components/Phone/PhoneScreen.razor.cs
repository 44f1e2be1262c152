using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Delivery.Sandbox;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Phone;

/// <summary>One simulated phone: what its lock screen shows, and how it was told to answer.</summary>
public sealed partial class PhoneScreen
{
    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public required PersonDevice Device { get; set; }

    /// <summary>Newest first.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<SandboxPush> Pushes { get; set; }

    [Parameter]
    public SandboxBehaviour? Behaviour { get; set; }

    [Parameter, EditorRequired]
    public required DateTimeOffset Now { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    private string PlatformWord => Device.Platform switch
    {
        "ios" => "iPhone",
        "android" => "Android",
        "web" => "Browser",
        { Length: > 0 } other => other,
        _ => "Phone",
    };

    private string Name => PlatformWord;

    private DateTimeOffset Local => TimeZoneInfo.ConvertTime(Now, Clocks.Site);

    private string Clock => Local.ToString("HH:mm", CultureInfo.InvariantCulture);

    private string Day => Local.ToString("dddd, d MMMM", CultureInfo.InvariantCulture);
}
