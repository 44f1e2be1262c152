namespace ShiftReminders.Benchmarks.Drain;

/// <summary>A bare pipeline that the product is compared with.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Work">Its SQL's file names end so.</param>
/// <param name="Table">Where its reminders are.</param>
/// <param name="Fill">SQL that queues $1 reminders.</param>
internal sealed record BareKind(string Name, string Work, string Table, string Fill)
{
    /// <summary>What this program is told to be one.</summary>
    public string Verb => $"bare-{Work}";

    public static IReadOnlyList<BareKind> All => [Least, Judged, SameWork];

    public static BareKind Least { get; } = new(
        "bare pipeline", "least", "bench.queue",
        """
        INSERT INTO bench.queue (nid, user_id, due_at)
        SELECT 'shift-' || (SELECT coalesce(max(id), 0) FROM bench.queue) + n || '-' || bench.person(n) || '-start_15', bench.person(n), clock_timestamp()
        FROM generate_series(1, $1) n
        """);

    /// <summary>The least, and a look at the live shift before: nothing more is kept.</summary>
    public static BareKind Judged { get; } = new(
        "bare pipeline that judges, and sends the same message", "judged", "bench.judged",
        $"""
        INSERT INTO bench.judged (schedule_id, user_id, due_at, anchor_at, expires_at)
        SELECT s.id, s.assigned_user_id, clock_timestamp(), s.start_at, s.start_at FROM {JustReminded} s
        """);

    public static BareKind SameWork { get; } = new(
        "bare pipeline that does the same work", "same", "bench.reminders",
        $"""
        INSERT INTO bench.reminders (schedule_id, user_id, notify_type, due_at, anchor_at, expires_at)
        SELECT s.id, s.assigned_user_id, 'start_15', clock_timestamp(), s.start_at, s.start_at FROM {JustReminded} s
        """);

    // The shifts that the product has just reminded of.
    private const string JustReminded = "(SELECT * FROM public.duty_schedules ORDER BY id DESC LIMIT $1)";
}
