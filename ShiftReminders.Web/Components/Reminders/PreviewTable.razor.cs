using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Reminders.Acting;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>Every reminder of a resend and what would become of it; what would be sent comes first.</summary>
public sealed partial class PreviewTable
{
    private const int Most = 1000;
    private Dictionary<long, ReminderRow> byId = [];

    [Inject]
    public required TimeProvider Time { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public required IReadOnlyList<ResendPreview> Previews { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<ReminderRow> Rows { get; set; }

    private IEnumerable<ResendPreview> Shown => Previews.OrderByDescending(preview => preview.Accepted).ThenBy(preview => preview.Result).Take(Most);

    protected override void OnParametersSet() => byId = Rows.ToDictionary(row => row.Id);

    private ReminderRow? Row(long id) => byId.GetValueOrDefault(id);

    private string? Span(ReminderRow row) => ShiftWords.Span(row.ShiftStart, row.ShiftEnd, row.TimeZone, Clocks, Time.GetUtcNow());
}
