using System.Globalization;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Reminders.Board;

/// <summary>Numbers and durations of the board, as its sentences say them.</summary>
internal static class BoardWords
{
    public static string Number(long count) => ReminderCounts.Text(count);

    public static string People(long count) => count == 1 ? "1 person" : $"{Number(count)} people";

    /// <summary>One failure among thousands is more than nothing.</summary>
    public static string Percent(long part, long whole) => whole == 0 ? "0 %" : (100.0 * part / whole) switch
    {
        > 0 and < 0.1 => "less than 0.1 %",
        < 10 and var few => few.ToString("0.#", CultureInfo.InvariantCulture) + " %",
        var many => Math.Floor(many).ToString("0", CultureInfo.InvariantCulture) + " %",
    };

    /// <summary>How long before the board was read.</summary>
    public static string Ago(NowBoard board, DateTimeOffset moment) => (board.At - moment) switch
    {
        { TotalSeconds: < 1 } => "less than a second",
        { TotalSeconds: < 90 } span => $"{span.TotalSeconds:0} s",
        { TotalMinutes: < 90 } span => $"{span.TotalMinutes:0} min",
        { TotalHours: < 48 } span => $"{span.TotalHours:0} h",
        var span => $"{span.TotalDays:0} days",
    };
}
