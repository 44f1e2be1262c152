using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

public sealed partial class ReminderGridRow
{
    private static readonly TimeSpan VeryLate = TimeSpan.FromSeconds(5);

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public required PlacedRow Placed { get; set; }

    [Parameter, EditorRequired]
    public required string Href { get; set; }

    [Parameter]
    public bool Opened { get; set; }

    [Parameter]
    public bool Selectable { get; set; }

    [Parameter]
    public bool Selected { get; set; }

    [Parameter]
    public EventCallback<bool> SelectedChanged { get; set; }

    private ReminderRow Row => Placed.Row;

    private bool Waiting => Row.State is "pending" or "sending";

    private string Name => Row.Name ?? $"Person {Row.Person.ToString()[..8]}";

    private TimeZoneInfo Zone => Clocks.ZoneOf(Row.TimeZone);

    private string? City => Row.ShiftStart is { } start ? Clocks.CityAt(start, Row.TimeZone) : null;

    private TimeSpan? Late => Row.LatenessAt(Time.GetUtcNow()) is { } late && late > TimeSpan.Zero ? late : null;

    private string? Shift => ShiftWords.Span(Row.ShiftStart, Row.ShiftEnd, Zone, Time.GetUtcNow());

    private string ShiftTitle => Row.ShiftStart is { } start ? $"Shift {Row.Shift}, {TimeWords.Full(start, Zone)}" : $"Shift {Row.Shift}";

    private string ResentWords => Row.FirstDue is { } first ? $"resent, first due {Clock(first)}" : "resent";

    private string Why => ReasonWords.Of(Row, Time.GetUtcNow());

    private static string ResentTitle(string who) => $"Resent by {who}; how late it is counts from when it was first due";

    private string Clock(DateTimeOffset moment) => TimeWords.Clock(moment, Clocks.Site, Time.GetUtcNow(), seconds: false);

    private void Open() => Navigation.NavigateTo(Href);
}
