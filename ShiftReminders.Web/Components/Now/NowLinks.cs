using System.Globalization;
using ShiftReminders.Web.Reminders.Board;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Now;

/// <summary>Where the numbers of the page lead: to exactly what each of them counts.</summary>
public static class NowLinks
{
    public const string Processors = "processors";

    public static string Unreachable { get; } = $"{PortalUrls.Due}?show={DuePage.UnreachableFilter}";

    public static string Lost { get; } = Day(ReminderStates.NotReminded);

    public static string Pending { get; } = List(new() { State = "pending", Due = DueRange.Any, OldestFirst = true });

    public static string Waiting { get; } = List(new() { State = "pending", Due = DueRange.Past, OldestFirst = true });

    /// <summary>Reminders in that state that were due within the last 24 hours.</summary>
    public static string Day(string state) => List(new() { State = state, Due = DueRange.Day });

    public static string Hour(BoardHour hour, string state) => List(new() { State = state, Due = DueRange.HourFrom(hour.From) });

    public static string Cause(BoardCause cause) => List(CauseWords.FilterOf(cause));

    public static string Slot(BoardSlot slot) => string.Create(
        CultureInfo.InvariantCulture, $"{PortalUrls.Due}?minute={slot.DueAt.UtcDateTime:yyyy-MM-ddTHH:mm}&kind={Uri.EscapeDataString(slot.Kind)}");

    public static string Unaccounted(DateOnly day) =>
        string.Create(CultureInfo.InvariantCulture, $"{PortalUrls.Shifts}?day={day:yyyy-MM-dd}&show=unaccounted");

    public static string Of(VerdictPoint point) => point.Subject switch
    {
        PointSubject.Pause or PointSubject.Cron => PortalUrls.Cron,
        PointSubject.Queue => Waiting,
        PointSubject.Processors => $"{PortalUrls.Now}#{Processors}",
        PointSubject.Channel => Waiting,
        PointSubject.Lost => Lost,
        PointSubject.Unreachable => Unreachable,
        PointSubject.Unaccounted => Unaccounted(point.Day!.Value),
    };

    public static string Of(BoardLink link) => link.Name switch
    {
        "Cron" => PortalUrls.Cron,
        "Queue" => link.State == LinkState.Good ? Pending : Waiting,
        "Processors" => $"{PortalUrls.Now}#{Processors}",
        _ => link.State == LinkState.Good ? Day("sent") : Waiting,
    };

    private static string List(ReminderFilter filter) => PortalUrls.Reminders + ReminderFilterQuery.Write(filter);
}
