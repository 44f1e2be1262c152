using System.Globalization;

namespace ShiftReminders.Web.Reminders.Board;

/// <summary>Numbers and durations of the board, as its sentences say them.</summary>
internal static class BoardWords
{
    // The board counts no further.
    private const int Most = 10_000;

    public static string Number(long count) =>
        count > Most ? Most.ToString("N0", CultureInfo.InvariantCulture) + "+" : count.ToString("N0", CultureInfo.InvariantCulture);

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
