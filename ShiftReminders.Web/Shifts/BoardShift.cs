namespace ShiftReminders.Web.Shifts;

/// <summary>One shift with what became of each of its reminders.</summary>
public sealed record BoardShift
{
    private BoardShift(BoardRow first, IReadOnlyList<BoardRow> reminders) => (Shift, Reminders) = (first, reminders);

    /// <summary>The shift's own facts; they are the same in each of <see cref="Reminders"/>.</summary>
    public BoardRow Shift { get; }

    /// <summary>One per rule.</summary>
    public IReadOnlyList<BoardRow> Reminders { get; }

    public string Who => Shift.DisplayName is { Length: > 0 } name ? name : Shift.UserId?.ToString() ?? "Nobody";

    /// <summary>True when a reminder is still to come and no phone could take it.</summary>
    public bool CannotBeReached(DateTimeOffset now) =>
        Shift is { Devices: 0, UserId: not null, IsActive: true } && NextDue(now) is not null;

    /// <summary>When the next reminder that could still be sent is due; null: none is left.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now) => Reminders
        .Where(reminder => reminder.Standing is "expected" or "pending" or "failed" && reminder.ExpiresAt > now)
        .Min(reminder => reminder.DueAt);

    /// <summary>In the board's order, which has the rows of a shift next to each other.</summary>
    public static IReadOnlyList<BoardShift> Group(IEnumerable<BoardRow> rows) =>
        [.. rows.GroupBy(row => (row.ScheduleId, row.UserId)).Select(group => new BoardShift(group.First(), [.. group]))];
}
