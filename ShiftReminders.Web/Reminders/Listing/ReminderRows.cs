using System.Data.Common;

namespace ShiftReminders.Web.Reminders.Listing;

/// <summary>The columns of a list's row, for whichever ids a query names.</summary>
internal static class ReminderRows
{
    /// <param name="ids">A query with a column <c>id</c>.</param>
    /// <param name="order">Over <c>q</c>, the reminder.</param>
    public static string Select(string ids, string order) => $"""
        WITH page AS MATERIALIZED ({ids})
        SELECT q.id, q.schedule_id, q.user_id, f.display_name, q.notify_type, q.scheduled_for, q.state, q.reason,
               r.sentence || CASE WHEN q.processed AND q.accepted_at IS NULL AND q.attempt_count > 0
                 THEN coalesce(' ' || shift_reminders.doubt(q.id, q.generation), '') ELSE '' END,
               q.last_error, q.generation, q.attempt_count, q.accepted_at, q.next_attempt_at,
               f.start_at, f.end_at, f.label, f.time_zone, f.devices, q.resent_by,
               CASE WHEN q.resent_by IS NOT NULL THEN coalesce(
                 (SELECT min(g.scheduled_for) FROM shift_reminders.generations g WHERE g.reminder_id = q.id AND g.anchor_at = q.anchor_at),
                 q.anchor_at - l.lead) END
        FROM page
        JOIN public.scheduled_notifications q ON q.id = page.id
        LEFT JOIN shift_reminders.rules l ON l.notify_type = q.notify_type
        LEFT JOIN shift_reminders.reasons r ON r.reason = q.reason AND r.state = q.state
        LEFT JOIN shift_reminders.reminder_faces(ARRAY(SELECT p.id FROM page p)) f ON f.reminder_id = q.id
        ORDER BY {order}
        """;

    public static async Task<List<ReminderRow>> ReadAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<ReminderRow>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(Read(reader));
        return rows;
    }

    private static ReminderRow Read(DbDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Shift = reader.GetInt64(1),
        Person = reader.GetGuid(2),
        Name = Text(reader, 3),
        Kind = reader.GetString(4),
        Due = reader.GetFieldValue<DateTimeOffset>(5),
        State = reader.GetString(6),
        Reason = Text(reader, 7),
        Sentence = Text(reader, 8),
        Error = Text(reader, 9),
        Generation = reader.GetInt32(10),
        Attempts = reader.GetInt32(11),
        AcceptedAt = Moment(reader, 12),
        NextAttemptAt = Moment(reader, 13),
        ShiftStart = Moment(reader, 14),
        ShiftEnd = Moment(reader, 15),
        Label = Text(reader, 16),
        TimeZone = Text(reader, 17),
        Devices = reader.IsDBNull(18) ? [] : reader.GetFieldValue<string[]>(18),
        ResentBy = Text(reader, 19),
        FirstDue = Moment(reader, 20),
    };

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Moment(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
