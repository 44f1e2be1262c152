using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// A database in the middle of its work under an earlier version: a reminder for each thing that can have happened to one, and
/// rows in whatever else is to be kept. It is noon, and nearly all of them are due now.
/// </summary>
internal sealed class EarlierDatabase(NpgsqlDataSource owner, NpgsqlDataSource app)
{
    public static readonly DateTimeOffset Noon = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Lead = TimeSpan.FromMinutes(15);

    private readonly Given given = new(owner);
    private readonly DatabaseClock clock = new(owner);
    private readonly Dictionary<string, long> shifts = [];

    /// <summary>What happens to which reminder, and how it then stands.</summary>
    private static IReadOnlyDictionary<string, string> Reminders { get; } = new Dictionary<string, string>
    {
        ["accepted"] = "sent: accepted, delivered",
        ["resent"] = "pending #2, delivered",
        ["gone"] = "failed: unregistered",
        ["transient"] = "pending: retry",
        ["unknown"] = "pending: retry, in_flight",
        ["handed over"] = "sending, in_flight",
        ["taken by another worker"] = "skipped: already_pushed, foreign",
        ["checked in"] = "skipped: checked_in",
        ["cancelled"] = "cancelled: cancelled_by_admin",
        ["too late"] = "expired: too_late",
        ["next"] = "pending",
    };

    /// <summary>Of these, who still gets one.</summary>
    public static IReadOnlyList<string> StillToSend { get; } = ["handed over", "next", "resent", "transient", "unknown"];

    /// <summary>The same reminders, where their database was restored.</summary>
    public EarlierDatabase RestoredTo(NpgsqlDataSource otherOwner, NpgsqlDataSource otherApp)
    {
        var restored = new EarlierDatabase(otherOwner, otherApp);
        foreach (var (name, shift) in shifts) restored.shifts.Add(name, shift);
        return restored;
    }

    public async Task FillAsync()
    {
        await owner.ExecuteAsync(EarlierRows.Sql);
        await clock.FreezeAsync(Noon - TimeSpan.FromHours(1));
        await AddAsync("too late", TimeSpan.Zero);
        await owner.ExecuteAsync("SELECT public.enqueue_due_shift_notifications()");
        await clock.FreezeAsync(Noon);
        foreach (var name in Reminders.Keys.Except(["too late", "next"])) await AddAsync(name, TimeSpan.Zero);
        await AddAsync("next", TimeSpan.FromMinutes(1));
        await owner.ExecuteAsync("SELECT public.enqueue_due_shift_notifications()");
        await given.CheckInAsync(shifts["checked in"]);
        await owner.ExecuteAsync("SELECT public.try_mark_notification_pushed($1)", await owner.ScalarAsync<string>(
            "SELECT format('shift-%s-%s-start_15', id, assigned_user_id) FROM public.duty_schedules WHERE label = 'taken by another worker'"));
        await ActAsync("cancelled", "cancel_reminders($1, 'admin@example.test', 'test')");
        foreach (var claim in await ClaimAsync()) await RecordAsync(claim);
        await ActAsync("resent", "resend_reminders($1, 'all', 'admin@example.test', 'test')");
    }

    /// <summary>Lets what is being sent lose its lease, ticks, and claims until nothing is due: whose reminders are sent then.</summary>
    public async Task<List<string>> SendRestAsync()
    {
        await clock.FreezeAsync(Noon + TimeSpan.FromMinutes(3));
        await owner.ExecuteAsync("SELECT public.enqueue_due_shift_notifications()");
        Assert.Null(await owner.ScalarAsync<string>("SELECT error FROM shift_reminders.heartbeats ORDER BY id DESC LIMIT 1"));
        return [.. (await ClaimAsync()).Select(NameOf).Order(StringComparer.Ordinal)];
    }

    /// <summary>Each reminder that stands otherwise than it did, with how it stands.</summary>
    public async Task<List<string>> MovedAsync()
    {
        var standing = await owner.ColumnAsync<string>(
            """
            SELECT s.label || ': ' || q.state || coalesce(': ' || q.reason, '') || CASE WHEN q.generation > 1 THEN ' #' || q.generation ELSE '' END
                   || coalesce(', ' || CASE WHEN m.notification_id IS NOT NULL THEN shift_reminders.mark_state(m) END, '')
            FROM public.scheduled_notifications q JOIN public.duty_schedules s ON s.id = q.schedule_id
            LEFT JOIN public.notification_pushes m ON m.notification_id = format('shift-%s-%s-%s', q.schedule_id, q.user_id, q.notify_type)
            """);
        Assert.Equal(Reminders.Count, standing.Count);
        return [.. standing.Except(Reminders.Select(reminder => $"{reminder.Key}: {reminder.Value}"))];
    }

    private async Task AddAsync(string name, TimeSpan dueIn) =>
        shifts[name] = await given.ShiftAsync(await given.ReachablePersonAsync(name), Lead + dueIn, label: name);

    private string NameOf(ClaimedReminder claim) => shifts.Single(shift => shift.Value == claim.ScheduleId).Key;

    private Task<List<ClaimedReminder>> ClaimAsync() => new ReminderQueue(app).ClaimAsync(
        "one", "Test", 100, TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    private async Task ActAsync(string name, string call) => await owner.ExecuteAsync(
        $"SELECT shift_reminders.{call}",
        await owner.ColumnAsync<long>("SELECT id FROM public.scheduled_notifications WHERE schedule_id = $1", shifts[name]));

    private async Task RecordAsync(ClaimedReminder claim)
    {
        var name = NameOf(claim);
        if (name == "handed over") return;
        await app.ExecuteAsync(
            """
            SELECT shift_reminders.record_attempts('one', 'Test', ARRAY[$1], ARRAY[$2], ARRAY[$3], ARRAY[$4], ARRAY[1], ARRAY[$5], ARRAY['android'],
              ARRAY[$6], ARRAY[NULL::text], ARRAY[NULL::int], ARRAY[NULL::text], ARRAY[20], ARRAY[NULL::float8], ARRAY[NULL::text])
            """,
            claim.ReminderId, claim.ClaimToken, claim.Generation, claim.Attempt, claim.DeviceIds[0], name == "resent" ? "accepted" : name);
    }
}
