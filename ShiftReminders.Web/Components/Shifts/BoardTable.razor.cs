using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Shifts;

/// <summary>The shifts of a day: who, when, reminded by each rule, checked in and out.</summary>
public sealed partial class BoardTable
{
    // So many are simply drawn: they are there with the first paint, and for who prints the page.
    private const int Few = 100;

    [Inject]
    public required TimeProvider Time { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public required IReadOnlyList<BoardShift> Shifts { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<Rule> Rules { get; set; }

    [Parameter, EditorRequired]
    public required BoardView View { get; set; }

    /// <summary>The address that explains a reminder.</summary>
    [Parameter, EditorRequired]
    public required Func<BoardRow, string> HrefOf { get; set; }

    private List<BoardShift> Items { get; set; } = [];

    protected override void OnParametersSet() => Items = [.. Shifts];

    private static bool NoPhone(BoardShift shift) => shift.Shift is { Devices: 0, UserId: not null };

    private static string When(BoardRow row) => row switch
    {
        { AcceptedAt: { } accepted, DueAt: { } due } => $"{TimeWords.Rough((accepted - due).Duration())} after due",
        { Standing: "failed" or "expired" or "cancelled" or "skipped", Reason: { } reason } => reason.Replace('_', ' '),
        { Standing: "checked_in" or "checked_out" or "opted_out" or "attendance_logged" } => row.Standing.Replace('_', ' '),
        _ => "",
    };

    private IEnumerable<(string Word, DateTimeOffset? At)> Attendance(BoardShift shift)
    {
        foreach (var type in Rules.Select(rule => rule.SkipType).OfType<string>().Distinct())
        {
            var kinds = Rules.Where(rule => rule.SkipType == type).Select(rule => rule.NotifyType).ToArray();
            var at = shift.Reminders.Where(row => kinds.Contains(row.NotifyType)).Max(row => row.AttendedAt);
            yield return (type switch { "check_in" => "in", "check_out" => "out", _ => type.Replace('_', ' ') }, at);
        }
    }

    private string Times(BoardRow shift, TimeZoneInfo zone) => shift.StartAt is { } start && shift.EndAt is { } end
        ? $"{Clock(start, zone)} – {Clock(end, zone)}"
        : "times missing";

    // The board is in the order of the site's clock; where the shift's own shows another time, it stands below.
    private string? OwnTimes(BoardRow shift) => shift.StartAt is { } start && Clocks.CityAt(start, shift.TimeZone) is { } city
        ? $"{Times(shift, Clocks.ZoneOf(shift.TimeZone))} {city}"
        : null;

    private string Clock(DateTimeOffset? moment, TimeZoneInfo zone)
    {
        if (moment is not { } at) return "";
        var local = TimeZoneInfo.ConvertTime(at, zone);
        // The day is named when it is another one than the board's.
        var pattern = DateOnly.FromDateTime(local.Date) == View.Day ? "HH:mm" : "ddd HH:mm";
        return local.ToString(pattern, CultureInfo.InvariantCulture);
    }
}
