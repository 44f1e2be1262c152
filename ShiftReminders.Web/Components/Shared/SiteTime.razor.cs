using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>
/// A moment on the site's clock, how far away it is, and on hover or with <see cref="BothZones"/> the same on the
/// viewer's clock.
/// </summary>
public sealed partial class SiteTime
{
    [Inject]
    public required TimeProvider Time { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public DateTimeOffset? Value { get; set; }

    /// <summary>
    /// The shift's own zone; without it (or when it is unknown) the site's. Its city is written beside the time where the
    /// two clocks differ.
    /// </summary>
    [Parameter]
    public string? ZoneId { get; set; }

    [Parameter]
    public bool Seconds { get; set; } = true;

    [Parameter]
    public bool Relative { get; set; } = true;

    /// <summary>Writes both zones out, for pages with room and for fingers, which cannot hover.</summary>
    [Parameter]
    public bool BothZones { get; set; }

    /// <summary>Shown when there is no such moment.</summary>
    [Parameter]
    public string Missing { get; set; } = "–";

    private DateTimeOffset Now => Time.GetUtcNow();

    private TimeZoneInfo Zone => Clocks.ZoneOf(ZoneId);

    // With both zones written out, the city is among them.
    private string? City(DateTimeOffset moment) => BothZones ? null : Clocks.CityAt(moment, ZoneId);

    private string Title(DateTimeOffset moment)
    {
        var site = TimeWords.Full(moment, Zone);
        return SameOnBoth(moment) ? site : $"{site}\nyours: {TimeWords.Full(moment, Clocks.Viewer)}";
    }

    private string ZonesOf(DateTimeOffset moment) => SameOnBoth(moment)
        ? Zone.Id
        : $"{Zone.Id} · yours {TimeWords.Clock(moment, Clocks.Viewer, Now, Seconds)} {Clocks.Viewer.Id}";

    private bool SameOnBoth(DateTimeOffset moment) => Zone.GetUtcOffset(moment) == Clocks.Viewer.GetUtcOffset(moment);
}
