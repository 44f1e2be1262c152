namespace ShiftReminders.Benchmarks.Drain;

/// <summary>A bare pipeline that the product is compared with.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Verb">What this program is told to be one.</param>
/// <param name="Table">Where its reminders are.</param>
/// <param name="Fill">SQL that queues $1 reminders.</param>
internal sealed record BareKind(string Name, string Verb, string Table, string Fill)
{
    public static BareKind Least { get; } = new(
        "bare pipeline", "bare-pipeline", "bench.queue",
        """
        INSERT INTO bench.queue (nid, user_id, due_at)
        SELECT 'shift-' || (SELECT coalesce(max(id), 0) FROM bench.queue) + n || '-' || bench.person(n) || '-start_15', bench.person(n), clock_timestamp()
        FROM generate_series(1, $1) n
        """);

    /// <summary>Of the shifts that the product has just reminded of.</summary>
    public static BareKind SameWork { get; } = new(
        "bare pipeline that does the same work", "bare-same-work", "bench.reminders",
        """
        INSERT INTO bench.reminders (schedule_id, user_id, notify_type, due_at, anchor_at, expires_at)
        SELECT s.id, s.assigned_user_id, 'start_15', clock_timestamp(), s.start_at, s.start_at
        FROM (SELECT * FROM public.duty_schedules ORDER BY id DESC LIMIT $1) s
        """);
}
