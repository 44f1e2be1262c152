using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Another session leaves a transaction open on something of ours: the others go on, and nothing waits for it.</summary>
public sealed class LockTests(TestDatabase database) : QueueTest(database)
{
    private NpgsqlConnection other = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        other = await Owner.OpenConnectionAsync(Cancelled);
    }

    public override async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("INSERT INTO public.notification_pushes (notification_id) VALUES ('{0}')")]
    [InlineData("SELECT public.try_mark_notification_pushed('{0}')")]
    public async Task Uncommitted_mark_delays_its_own_reminder_only(string insert)
    {
        var (held, person) = await DueReminderAsync();
        var (free, _) = await DueReminderAsync();
        await using var open = await BeginAsync(string.Format(null, insert, $"shift-{held}-{person}-start_15"));

        Assert.Equal([free], (await ClaimAsync()).Select(claim => claim.ScheduleId));

        await open.RollbackAsync(Cancelled);
        await PassAsync(Seconds(1));
        Assert.Equal([held], (await ClaimAsync()).Select(claim => claim.ScheduleId));
    }

    [Fact]
    public async Task Locked_phones_keep_neither_reminders_out_of_the_queue_nor_the_tick_off_the_record()
    {
        await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        await using var open = await BeginAsync("LOCK TABLE public.fcm_tokens IN ACCESS EXCLUSIVE MODE");

        Assert.Equal(1, await TickAsync());

        Assert.StartsWith("phones: ", await Owner.ScalarAsync<string>("SELECT error FROM shift_reminders.heartbeats"), StringComparison.Ordinal);
        await open.RollbackAsync(Cancelled);
    }

    [Fact]
    public async Task Mark_that_is_committed_meanwhile_is_respected()
    {
        var (shift, person) = await DueReminderAsync();
        await using var open = await BeginAsync($"SELECT public.try_mark_notification_pushed('shift-{shift}-{person}-start_15')");
        Assert.Empty(await ClaimAsync());

        await open.CommitAsync(Cancelled);
        await PassAsync(Seconds(1));

        Assert.Empty(await ClaimAsync());
        Assert.Equal("skipped: already_pushed", await StateAsync(shift));
    }

    [Fact]
    public async Task Locked_mark_delays_neither_record_nor_release_nor_cancel_nor_the_next_claim()
    {
        var (recorded, _) = await DueReminderAsync();
        var (released, _) = await DueReminderAsync();
        var (retried, _) = await DueReminderAsync();
        var claims = (await ClaimAsync()).ToDictionary(claim => claim.ScheduleId);
        var unsure = Results.Of(claims[retried], "unknown");
        await RecordAsync(unsure);
        await using var open = await BeginAsync("SELECT 1 FROM public.notification_pushes FOR UPDATE");

        await RecordAsync(claims[recorded], "accepted");
        Assert.Equal(1, await Queue.ReleaseAsync([claims[released]], Cancelled));
        Assert.Equal("ok", await App.ScalarAsync<string>(
            "SELECT result FROM shift_reminders.cancel_reminders(ARRAY[$1::bigint], 'amy', 'why')", await IdAsync(retried)));
        var (fresh, _) = await DueReminderAsync();

        Assert.Equal([fresh], (await ClaimAsync()).Select(claim => claim.ScheduleId));
        Assert.Equal("sent: accepted", await StateAsync(recorded));
        Assert.Equal("cancelled: cancelled_by_admin", await StateAsync(retried));
    }

    [Fact]
    public async Task Locked_queue_row_delays_its_own_reminder_only()
    {
        var (held, _) = await DueReminderAsync();
        var (free, _) = await DueReminderAsync();
        await using var open = await BeginAsync($"SELECT 1 FROM public.scheduled_notifications WHERE schedule_id = {held} FOR UPDATE");

        Assert.Equal([free], (await ClaimAsync()).Select(claim => claim.ScheduleId));
        Assert.Equal(0, await TickAsync());
    }

    [Fact]
    public async Task Locked_queue_row_does_not_stop_an_edited_rule_from_reaching_the_others()
    {
        var (held, _) = await DueReminderAsync();
        var (free, _) = await DueReminderAsync();
        await Owner.ExecuteAsync("UPDATE shift_reminders.rules SET lead = interval '14 minutes'");
        await using var open = await BeginAsync($"SELECT 1 FROM public.scheduled_notifications WHERE schedule_id = {held} FOR UPDATE");

        Assert.Equal(0, await TickAsync());

        Assert.Equal(Noon + Minutes(1), await TimeAsync(free, "scheduled_for"));
        Assert.Equal(Noon, await TimeAsync(held, "scheduled_for"));
        Assert.Null(await App.ScalarAsync<string>("SELECT error FROM shift_reminders.heartbeats WHERE error IS NOT NULL"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Row_that_another_worker_is_just_inserting_exists_once_and_the_others_are_added(bool commits)
    {
        var free = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(14));
        var held = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        var later = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(16));
        await using var open = await BeginAsync(
            $"""
            INSERT INTO public.scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for)
            SELECT id, assigned_user_id, 'start_15', start_at FROM public.duty_schedules WHERE id = {held}
            """);

        var tick = TickAsync();
        await SomebodyWaitsAsync("the tick waits for the other worker");
        await (commits ? open.CommitAsync(Cancelled) : open.RollbackAsync(Cancelled));

        Assert.Equal(commits ? 2 : 3, await tick);
        Assert.Equal(["pending", "pending", "pending"], [await StateAsync(free), await StateAsync(held), await StateAsync(later)]);
        Assert.Equal(3L, await Owner.ScalarAsync<long>("SELECT count(*) FROM public.scheduled_notifications"));
        Assert.Null(await App.ScalarAsync<string>("SELECT error FROM shift_reminders.heartbeats WHERE error IS NOT NULL"));
    }

    [Fact]
    public async Task Row_that_another_worker_does_not_finish_keeps_a_tick_from_its_own_reminder_only()
    {
        var person = await Given.ReachablePersonAsync();
        await Owner.ExecuteAsync(
            "INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at) SELECT $1, $2, $2 + interval '8 hours' FROM generate_series(1, 500)",
            person, (Noon + Minutes(15)).UtcDateTime);
        var held = await Owner.ScalarAsync<long>("SELECT max(id) - 250 FROM public.duty_schedules");
        await using var open = await BeginAsync(
            $"INSERT INTO public.scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for) VALUES ({held}, '{person}', 'start_15', now())");

        // As pg_cron runs it, in shorter time: halves that wait as long as the whole would need minutes.
        await using var connection = await App.OpenConnectionAsync(Cancelled);
        await using var tick = new NpgsqlCommand("SET LOCAL statement_timeout = '20s'; SELECT public.enqueue_due_shift_notifications()", connection);

        Assert.Equal(499, await tick.ExecuteScalarAsync(Cancelled));
        Assert.Contains($"shift {held}, rule start_15", await App.ScalarAsync<string>("SELECT details::text FROM shift_reminders.heartbeats"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_waits_a_moment_for_a_row_that_another_session_holds()
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await using var open = await BeginAsync("SELECT 1 FROM public.scheduled_notifications FOR UPDATE");

        var release = Queue.ReleaseAsync([claim], Cancelled);
        await SomebodyWaitsAsync("the release waits");
        await open.RollbackAsync(Cancelled);

        Assert.Equal(1, await release);
        Assert.Equal("pending", await StateAsync(shift));
    }

    [Fact]
    public async Task Result_for_a_locked_row_says_busy_and_is_recorded_by_the_next_try()
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await using (var open = await BeginAsync("SELECT 1 FROM public.scheduled_notifications FOR UPDATE"))
        {
            Assert.Equal("busy", (await RecordAsync(claim, "gone")).State);
            await open.RollbackAsync(Cancelled);
        }

        Assert.Equal("failed", (await RecordAsync(claim, "gone")).State);
        Assert.Equal("failed: unregistered", await StateAsync(shift));
        Assert.Equal("g", await App.ScalarAsync<string>("SELECT recent FROM shift_reminders.channels"));
    }

    private Task SomebodyWaitsAsync(string what) => Eventually.TrueAsync(what, Seconds(4), () => Owner.ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pg_blocking_pids(pid) <> '{}')"));

    private async Task<NpgsqlTransaction> BeginAsync(string sql)
    {
        var transaction = await other.BeginTransactionAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, other, transaction);
        await command.ExecuteNonQueryAsync(Cancelled);
        return transaction;
    }
}
