using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>What an act changed, field by field.</summary>
public sealed partial class AuditChanges
{
    private const int LongestValue = 300;
    private IReadOnlyList<AuditChange> changes = [];

    [Parameter, EditorRequired]
    public required AuditEntry Entry { get; set; }

    protected override void OnParametersSet() => changes = AuditChange.Between(Entry.Before, Entry.After);

    private static string Shorten(string value) => value.Length <= LongestValue ? value : value[..LongestValue] + "…";
}
