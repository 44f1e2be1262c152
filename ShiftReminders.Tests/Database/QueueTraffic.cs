using System.Collections.Concurrent;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Tests.Database;

/// <summary>Many sessions on one queue at the same time, each doing its own at random until told to stop.</summary>
internal sealed class QueueTraffic(TestDatabase database, int seed)
{
    private const string Channel = "Sandbox";
    private const string AnyReminder = "(SELECT id FROM public.scheduled_notifications ORDER BY random() LIMIT 1)";
    private const string AnyShift = "(SELECT id FROM public.duty_schedules ORDER BY random() LIMIT 1)";

    private readonly ReminderQueue queue = new(database.AppDataSource);

    public ConcurrentBag<TracedClaim> Claims { get; } = [];

    /// <summary>True: devices accept, and processors forget nothing.</summary>
    public bool IsCalm { get; set; }

    /// <returns>Ends when every session has; an error in one of them is an error here.</returns>
    public Task RunAsync(TimeSpan duration)
    {
        var started = TimeProvider.System.GetTimestamp();
        bool GoesOn() => TimeProvider.System.GetElapsedTime(started) < duration;
        Func<Random, Task>[] sessions =
            [ProcessAsync, ProcessAsync, ProcessAsync, TickAsync, TickAsync, ChangeShiftsAsync, ActAtPortalAsync, WorkAsForeignerAsync];
        return Task.WhenAll(sessions.Select((session, index) => Task.Run(async () =>
        {
            var random = new Random(seed + index);
            while (GoesOn()) await session(random);
        })));
    }

    /// <summary>Claims once and settles what it got: most is recorded, some released, some forgotten as by a crash.</summary>
    public async Task ProcessAsync(Random random)
    {
        var lease = TimeSpan.FromMilliseconds(random.Next(100, 3000));
        var claims = await queue.ClaimAsync($"worker-{random.Next(3)}", Channel, random.Next(1, 40), lease, default);
        var traced = claims.Select(claim => new TracedClaim(claim)).ToList();
        traced.ForEach(Claims.Add);
        if (random.Next(4) == 0) await Slowness.OfAsync("a delivery", TimeSpan.FromMilliseconds(random.Next(200)));
        await RecordAsync([.. traced.Where(_ => IsCalm || random.Next(10) > 1)], random);
        await ReleaseAsync(traced.Find(claim => !claim.IsRecorded));
    }

    private async Task RecordAsync(List<TracedClaim> traced, Random random)
    {
        var open = traced.ToDictionary(claim => (claim.Claim.ReminderId, claim.Claim.ClaimToken));
        var results = traced.ToDictionary(claim => claim.Claim.ReminderId, claim => new AttemptResult(
            claim.Claim, Results.Of(claim.Claim, [.. claim.Claim.DeviceIds.Select(_ => Outcome(random))]).Devices));
        foreach (var claim in traced) claim.Recorded(results[claim.Claim.ReminderId]);
        while (open.Count > 0)
            foreach (var recorded in await queue.RecordAsync("worker", Channel, [.. open.Values.Select(claim => results[claim.Claim.ReminderId])], default))
                if (!recorded.IsBusy) open.Remove(open.Keys.First(key => key.ReminderId == recorded.ReminderId));
    }

    private async Task ReleaseAsync(TracedClaim? traced)
    {
        if (traced is not null && await queue.ReleaseAsync([traced.Claim], default) == 1) traced.IsReleased = true;
    }

    private string Outcome(Random random) =>
        random.Next(IsCalm ? 1 : 10) switch { < 6 => "accepted", 6 => "unknown", 7 => "not_attempted", 8 => "gone", _ => "transient" };

    private async Task TickAsync(Random random)
    {
        await database.AppDataSource.ExecuteAsync("SELECT public.enqueue_due_shift_notifications()");
        await Slowness.OfAsync("the scheduler", TimeSpan.FromMilliseconds(random.Next(100)));
    }

    private async Task ChangeShiftsAsync(Random random) => await database.OwnerDataSource.ExecuteAsync(random.Next(7) switch
    {
        0 or 1 => $"UPDATE public.duty_schedules SET start_at = start_at + interval '{random.Next(-20, 20)} seconds' WHERE id = {AnyShift}",
        2 => $"UPDATE public.duty_schedules SET status = CASE status WHEN 'cancelled' THEN 'scheduled' ELSE 'cancelled' END WHERE id = {AnyShift}",
        3 => $"UPDATE public.duty_schedules SET assigned_user_id = (SELECT id FROM public.profiles ORDER BY random() LIMIT 1) WHERE id = {AnyShift}",
        4 => $"INSERT INTO public.attendance_logs (schedule_id, type) VALUES ({AnyShift}, 'check_in')",
        5 => "DELETE FROM public.attendance_logs",
        _ => $"UPDATE public.fcm_tokens SET updated_at = now() WHERE user_id = (SELECT assigned_user_id FROM public.duty_schedules WHERE id = {AnyShift})",
    });

    private async Task ActAtPortalAsync(Random random) => await database.AppDataSource.ExecuteAsync(random.Next(6) switch
    {
        0 => $"SELECT * FROM shift_reminders.cancel_reminders(ARRAY[{AnyReminder}, {AnyReminder}], 'somebody', 'not needed')",
        1 => "SELECT * FROM shift_reminders.uncancel_reminders(ARRAY(SELECT id FROM public.scheduled_notifications WHERE reason = 'cancelled_by_admin'), 'somebody', 'needed')",
        2 => $"SELECT * FROM shift_reminders.resend_reminders(ARRAY[{AnyReminder}, {AnyReminder}], 'all', 'somebody', 'asked for')",
        3 => "SELECT shift_reminders.pause_reminders('somebody', 'a drill')",
        4 => "SELECT shift_reminders.resume_reminders('somebody', 'over')",
        _ => $"SELECT shift_reminders.channel_probed('{Channel}', true, NULL), shift_reminders.resume_reminders('somebody', 'over')",
    });

    /// <summary>The plan's own worker: holds a mark for a while before it commits or thinks better of it.</summary>
    private async Task WorkAsForeignerAsync(Random random)
    {
        await using var connection = await database.OwnerDataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var mark = new NpgsqlCommand(
            $"""
            SELECT public.try_mark_notification_pushed('shift-' || q.schedule_id || '-' || q.user_id || '-' || q.notify_type)
            FROM public.scheduled_notifications q WHERE q.id = {AnyReminder} AND NOT q.processed
            """,
            connection,
            transaction);
        var marked = await mark.ExecuteScalarAsync();
        await Slowness.OfAsync("the other worker's push", TimeSpan.FromMilliseconds(random.Next(60)));
        if (marked is true && random.Next(2) == 0) await transaction.CommitAsync();
        await Slowness.OfAsync("the other worker's next round", TimeSpan.FromMilliseconds(random.Next(200)));
    }
}

/// <summary>A claim and what its processor did with it, to be compared with the record.</summary>
internal sealed class TracedClaim(ClaimedReminder claim)
{
    public ClaimedReminder Claim { get; } = claim;

    public bool IsRecorded { get; private set; }

    public bool IsAccepted { get; private set; }

    public bool IsReleased { get; set; }

    public void Recorded(AttemptResult result)
    {
        IsRecorded = true;
        IsAccepted = result.Devices.Any(device => device.Outcome == "accepted");
    }
}
