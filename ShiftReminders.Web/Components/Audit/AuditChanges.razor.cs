using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Audit;

/// <summary>What an act changed, field by field.</summary>
public sealed partial class AuditChanges
{
    private const int LongestValue = 300;
    private const int LengthOfADay = 10;
    private IReadOnlyList<AuditChange> changes = [];

    [Inject]
    public required TimeProvider Time { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public required AuditEntry Entry { get; set; }

    protected override void OnParametersSet() => changes = AuditChange.Between(Entry.Before, Entry.After);

    // The database writes moments as 2026-11-23T08:45:00.123456+00:00; people read the site's clock.
    private string Words(string value) => value.Length > LengthOfADay && value[LengthOfADay] == 'T'
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var moment)
            ? TimeWords.Clock(moment, Clocks.Site, Time.GetUtcNow())
            : value.Length <= LongestValue ? value : value[..LongestValue] + "…";
}
