using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

public sealed class PurgeTests(TestDatabase database) : QueueTest(database)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    [Fact]
    public async Task Finished_reminders_are_forgotten_with_all_that_belongs_to_them_in_small_batches()
    {
        for (var reminder = 0; reminder < 3; reminder++)
        {
            await DueReminderAsync();
            await RecordAsync(await ClaimOneAsync(), "accepted");
        }
        var (moved, _) = await DueReminderAsync();
        await MoveAsync(moved, Minutes(1));
        await TickAsync();
        await PassAsync(Minutes(1));
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await PassAsync(Kept);
        Assert.Equal(0L, await CountAsync("scheduled_notifications WHERE NOT processed"));

        Assert.Equal(2, await RemindersPurgedByAsync(batchSize: 2));
        Assert.Equal(2L, await CountAsync("scheduled_notifications"));
        Assert.Equal(1, await RemindersPurgedByAsync(batchSize: 2));
        await PassAsync(Minutes(2));
        Assert.Equal(1, await RemindersPurgedByAsync(batchSize: 2));
        Assert.Equal(0, await RemindersPurgedByAsync(batchSize: 2));

        foreach (var table in new[] { "shift_reminders.attempts", "shift_reminders.generations", "notification_pushes" })
            Assert.Equal(0L, await CountAsync(table));
    }

    [Fact]
    public async Task Open_reminder_is_never_forgotten()
    {
        var (shift, _) = await DueReminderAsync();
        await ClaimOneAsync();
        await PassAsync(Kept + Kept);

        await App.ScalarAsync<int>("SELECT shift_reminders.purge(100)");

        Assert.Equal("sending", await StateAsync(shift));
    }

    [Fact]
    public async Task Reminder_that_was_locked_when_its_batch_went_by_is_forgotten_before_the_purge_ends()
    {
        var first = await SentReminderAsync();
        for (var reminder = 0; reminder < 3; reminder++) await SentReminderAsync();
        await PassAsync(Kept);
        await using (var connection = await Owner.OpenConnectionAsync(Cancelled))
        await using (await connection.BeginTransactionAsync(Cancelled))
        {
            await using var held = new NpgsqlCommand($"SELECT 1 FROM public.scheduled_notifications WHERE schedule_id = {first} FOR UPDATE", connection);
            await held.ExecuteNonQueryAsync(Cancelled);
            Assert.Equal(2, await RemindersPurgedByAsync(batchSize: 2));
        }

        Assert.Equal(1, await RemindersPurgedByAsync(batchSize: 2));
        Assert.Equal(1, await RemindersPurgedByAsync(batchSize: 2));
        Assert.Equal(0, await App.ScalarAsync<int>("SELECT shift_reminders.purge(2)"));
        Assert.Equal(0L, await CountAsync("scheduled_notifications"));
    }

    [Fact]
    public async Task Batch_goes_on_where_the_one_before_ended_and_the_next_purge_at_the_old_end()
    {
        for (var reminder = 0; reminder < 3; reminder++) await SentReminderAsync();
        await PassAsync(Kept);

        await RemindersPurgedByAsync(batchSize: 2);
        Assert.Equal(Noon + Minutes(1), await ReachedAsync());

        await RemindersPurgedByAsync(batchSize: 2);
        await RemindersPurgedByAsync(batchSize: 2);
        Assert.Null(await ReachedAsync());
    }

    [Fact]
    public async Task Purged_reminder_explains_itself_as_purged_and_is_not_entered_again()
    {
        var (shift, person) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await PassAsync(Kept + Minutes(1));
        await App.ScalarAsync<int>("SELECT shift_reminders.purge(100)");

        await TickAsync();

        Assert.Null(await StateAsync(shift));
        Assert.Equal("It was due at 2026-06-15 12:00:00; its record has been purged since.", await App.ScalarAsync<string>(
            "SELECT sentence FROM shift_reminders.explain($1, $2, 'start_15')", shift, person));
    }

    [Fact]
    public async Task Sessions_are_forgotten_some_time_after_their_limit_and_not_before()
    {
        await Owner.ExecuteAsync("""
            INSERT INTO shift_reminders.accounts (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, security_stamp, created_at,
                phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
            VALUES ('00000000-0000-0000-0000-000000000001', 'a@example.test', 'A@EXAMPLE.TEST', 'a@example.test', 'A@EXAMPLE.TEST', true, 'stamp', shift_reminders.clock(),
                false, false, false, 0);
            SELECT shift_reminders.start_session(gen_random_uuid(), repeat('0', 64), '00000000-0000-0000-0000-000000000001', 'stamp',
                interval '12 hours', interval '2 hours', 'Firefox on Linux', NULL, NULL, NULL, false);
            """);
        await PassAsync(TimeSpan.FromDays(14));
        await App.ScalarAsync<int>("SELECT shift_reminders.purge(100)");
        Assert.Equal(1L, await CountAsync("shift_reminders.sessions"));

        await PassAsync(TimeSpan.FromHours(13));
        await App.ScalarAsync<int>("SELECT shift_reminders.purge(100)");

        Assert.Equal(0L, await CountAsync("shift_reminders.sessions"));
    }

    [Fact]
    public async Task Heartbeats_go_sooner_than_reminders_and_it_ends_with_zero()
    {
        for (var tick = 0; tick < 5; tick++)
            await TickAsync();
        await PassAsync(TimeSpan.FromDays(15));
        await TickAsync();

        Assert.Equal(3, await App.ScalarAsync<int>("SELECT shift_reminders.purge(3)"));
        Assert.Equal(2, await App.ScalarAsync<int>("SELECT shift_reminders.purge(3)"));
        Assert.Equal(0, await App.ScalarAsync<int>("SELECT shift_reminders.purge(3)"));
        Assert.Equal(1L, await CountAsync("shift_reminders.heartbeats"));
    }

    [Fact]
    public async Task Last_tick_of_pg_cron_is_kept_so_that_its_silence_stays_an_alarm()
    {
        await Owner.ExecuteAsync("SELECT public.enqueue_due_shift_notifications('cron')");
        await PassAsync(TimeSpan.FromDays(15));
        await Owner.ExecuteAsync("SELECT public.enqueue_due_shift_notifications('watchdog')");

        Assert.Equal(0, await App.ScalarAsync<int>("SELECT shift_reminders.purge(100)"));

        Assert.Equal(15 * 86_400d, await App.ScalarAsync<double>("SELECT seconds_since_cron_tick FROM shift_reminders.queue_metrics()"));
    }

    [Fact]
    public async Task Last_tick_that_succeeded_is_kept_although_later_ones_failed()
    {
        await Owner.ExecuteAsync("SELECT public.enqueue_due_shift_notifications('cron')");
        await PassAsync(Minutes(1));
        await Owner.ExecuteAsync("SELECT public.enqueue_due_shift_notifications('cron')");
        await Owner.ExecuteAsync("UPDATE shift_reminders.heartbeats SET error = 'out of luck' WHERE id = (SELECT max(id) FROM shift_reminders.heartbeats)");
        await PassAsync(TimeSpan.FromDays(15));

        Assert.Equal(1, await App.ScalarAsync<int>("SELECT shift_reminders.purge(100)"));

        Assert.Equal(15 * 86_400d + 60, await App.ScalarAsync<double>("SELECT seconds_since_tick FROM shift_reminders.queue_metrics()"));
        Assert.Equal(15 * 86_400d + 60, await App.ScalarAsync<double>("SELECT seconds_since_cron_tick FROM shift_reminders.queue_metrics()"));
    }

    /// <summary>One reminder, sent; the next one of them is due a minute later.</summary>
    private async Task<long> SentReminderAsync()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await PassAsync(Minutes(1));
        return shift;
    }

    /// <summary>Null: at the old end.</summary>
    private async Task<DateTimeOffset?> ReachedAsync() => await App.ScalarAsync<DateTime?>(
        "SELECT nullif(value::timestamptz, '-infinity') FROM shift_reminders.settings WHERE key = 'purge_reached'");

    private Task<long> CountAsync(string rows) => Owner.ScalarAsync<long>($"SELECT count(*) FROM {rows}");

    private async Task<long> RemindersPurgedByAsync(int batchSize)
    {
        var before = await CountAsync("scheduled_notifications");
        await App.ExecuteAsync("SELECT shift_reminders.purge($1)", batchSize);
        return before - await CountAsync("scheduled_notifications");
    }
}
