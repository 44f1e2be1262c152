using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

public sealed class EnqueueTests(TestDatabase database) : QueueTest(database)
{
    [Theory]
    [InlineData("public.scheduled_notifications")]
    [InlineData("shift_reminders.heartbeats")]
    public async Task Ids_that_got_ahead_of_their_sequence_do_not_stop_the_enqueue(string table)
    {
        await DueReminderAsync();
        await Owner.ExecuteAsync($"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id), false) FROM {table}");
        await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));

        Assert.Equal(1, await TickAsync());

        Assert.Equal(0L, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.heartbeats WHERE error IS NOT NULL"));
    }

    [Fact]
    public async Task Times_that_a_tick_writes_are_read_whatever_the_DateStyle_of_its_role()
    {
        await Owner.ExecuteAsync(
            "UPDATE shift_reminders.settings SET value = 'infinity' WHERE key = 'watching_since'; SET datestyle = 'German'; "
            + "SELECT public.enqueue_due_shift_notifications(); RESET datestyle");

        Assert.Equal(Noon.UtcDateTime, await App.ScalarAsync<DateTime>("SELECT shift_reminders.setting('watching_since')::timestamptz"));
    }

    [Fact]
    public async Task Reminder_is_queued_before_it_is_due_and_due_to_the_second()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(16));

        Assert.Equal(1, await TickAsync());

        Assert.Equal(Noon + Minutes(1), await TimeAsync(shift, "scheduled_for"));
        Assert.Equal(Noon + Minutes(16), await TimeAsync(shift, "anchor_at"));
        Assert.Equal(Noon + Minutes(16), await TimeAsync(shift, "expires_at"));
        Assert.Equal("pending", await StateAsync(shift));
    }

    [Fact]
    public async Task Shift_beyond_the_look_ahead_waits_for_a_later_tick()
    {
        await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15) + Seconds(91));

        Assert.Equal(0, await TickAsync());
        await PassAsync(Seconds(1));
        Assert.Equal(1, await TickAsync());
    }

    [Fact]
    public async Task Shift_created_10_minutes_before_its_start_is_still_reminded_of()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(10));

        Assert.Equal(1, await TickAsync());

        Assert.Equal(shift, (await ClaimOneAsync()).ScheduleId);
    }

    [Theory]
    [InlineData("check_in")]
    [InlineData("check_out")]
    public async Task Attendance_of_somebody_else_does_not_count(string type)
    {
        var other = await Given.PersonAsync();
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        await (type == "check_in" ? Given.CheckInAsync(shift, other) : Given.CheckOutAsync(shift, other));

        Assert.Equal(1, await TickAsync());
    }

    [Fact]
    public async Task Nobody_is_reminded_who_opted_out_or_of_a_shift_that_is_off_or_nobodys()
    {
        var optedOut = await Given.PersonAsync(remindersOff: true);
        await Given.ShiftAsync(optedOut, Minutes(15));
        await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15), status: "cancelled");
        var nobodys = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        await Owner.ExecuteAsync("UPDATE public.duty_schedules SET assigned_user_id = NULL WHERE id = $1", nobodys);

        Assert.Equal(0, await TickAsync());
    }

    [Fact]
    public async Task Unchanged_tick_writes_no_row_and_burns_no_id()
    {
        var unreachable = await Given.PersonAsync();
        await Given.ShiftAsync(unreachable, Minutes(15));
        await DueReminderAsync();
        await ClaimAsync();
        const string Fingerprint = """
            SELECT string_agg(id || ':' || xmin || ':' || generation, ',' ORDER BY id)
              || '/' || nextval(pg_get_serial_sequence('public.scheduled_notifications', 'id'))
            FROM public.scheduled_notifications
            """;
        var before = await Owner.ScalarAsync<string>(Fingerprint);

        for (var tick = 0; tick < 3; tick++)
            Assert.Equal(0, await TickAsync());

        var after = await Owner.ScalarAsync<string>(Fingerprint);
        Assert.Equal(before!.Split('/')[0], after!.Split('/')[0]);
        Assert.Equal(long.Parse(before.Split('/')[1], null) + 1, long.Parse(after.Split('/')[1], null));
    }

    [Fact]
    public async Task Edited_lead_moves_what_is_pending_and_nothing_that_was_sent()
    {
        var (sent, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        var pending = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(16));
        await TickAsync();

        await Owner.ExecuteAsync("UPDATE shift_reminders.rules SET lead = interval '10 minutes' WHERE notify_type = 'start_15'");
        await TickAsync();

        Assert.Equal(Noon + Minutes(6), await TimeAsync(pending, "scheduled_for"));
        Assert.Equal("pending", await StateAsync(pending));
        Assert.Equal("sent: accepted", await StateAsync(sent));
        Assert.Equal(Noon, await TimeAsync(sent, "scheduled_for"));
    }

    [Fact]
    public async Task Rule_switched_off_cancels_what_is_pending_and_switched_on_again_reminds()
    {
        var (shift, _) = await DueReminderAsync();
        await Owner.ExecuteAsync("UPDATE shift_reminders.rules SET enabled = false");
        Assert.Empty(await ClaimAsync());
        Assert.Equal("cancelled: rule_disabled", await StateAsync(shift));

        await Owner.ExecuteAsync("UPDATE shift_reminders.rules SET enabled = true");
        Assert.Equal(1, await TickAsync());

        Assert.Equal("pending #2", await StateAsync(shift));
    }

    [Fact]
    public async Task Tick_that_adds_tells_listening_processors()
    {
        await using var listener = await App.OpenConnectionAsync(Cancelled);
        var heard = new List<string>();
        listener.Notification += (_, notice) => heard.Add(notice.Channel);
        await using (var listen = new Npgsql.NpgsqlCommand("LISTEN shift_reminders_due", listener))
            await listen.ExecuteNonQueryAsync(Cancelled);

        await DueReminderAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(Seconds(20));
        await listener.WaitAsync(patience.Token);

        Assert.Contains("shift_reminders_due", heard);
    }

    [Fact]
    public async Task Every_tick_leaves_a_heartbeat_with_what_it_did()
    {
        await DueReminderAsync();

        Assert.Equal(
            ["cron 1 0 0 false false"],
            await App.ColumnAsync<string>(
                "SELECT format('%s %s %s %s %s %s', source, added, rearmed, expired, paused::text, busy::text) FROM shift_reminders.heartbeats"));
    }
}
