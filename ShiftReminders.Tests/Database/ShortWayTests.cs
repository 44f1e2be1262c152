using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Tests.Database;

/// <summary>Nearly all reminders are claimed and recorded in one statement each: nothing about them may tell.</summary>
public sealed class ShortWayTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Accepted_attempt_leaves_the_same_on_record_whichever_way_it_went()
    {
        var (one, two) = ((await DueReminderAsync()).Shift, (await DueReminderAsync()).Shift);
        var results = (await ClaimAsync()).ToDictionary(claim => claim.ScheduleId, claim => Results.Of(claim, "accepted").With(device => device with
        {
            MessageId = "projects/test/messages/\"ü\0\"",
            HttpStatus = 200,
        }));
        foreach (var result in results.Values) result.Age = Seconds(3);

        var shortly = Assert.Single(await Queue.RecordAsync("one", Channel, [results[one]], Cancelled));
        await RecordTheLongWayAsync(results[two]);

        Assert.Equal(RecordedAttempt.Accepted(results[one].Reminder.ReminderId), shortly);
        Assert.Equal(await LeftByAsync(two), await LeftByAsync(one));
        Assert.Contains("\"ms\": 20", await LeftByAsync(one), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE public.scheduled_notifications SET pending_change = '{\"kind\": \"cancel\"}'")]
    [InlineData("UPDATE public.scheduled_notifications SET held_devices = 1")]
    [InlineData("UPDATE public.scheduled_notifications SET claim_token = gen_random_uuid()")]
    public async Task Whatever_needs_weighing_up_goes_the_long_way(string happened)
    {
        var claim = (await DueReminderAsync(), await ClaimOneAsync()).Item2;
        await Owner.ExecuteAsync(happened);

        Assert.Empty((await Owner.ScalarAsync<int[]>(
            "SELECT shift_reminders.record_accepted('Test', ARRAY[$1], ARRAY[$2], ARRAY['[]'::jsonb], ARRAY[0], ARRAY[0])",
            claim.ReminderId,
            claim.ClaimToken))!);
        Assert.Equal(0, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.attempts"));
        Assert.NotEqual("busy", (await RecordAsync(claim, "accepted")).State);
        Assert.Equal(1, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.attempts"));
    }

    [Fact]
    public async Task Result_of_a_lost_claim_is_kept_beside_that_of_the_next_generation()
    {
        var (shift, _) = await DueReminderAsync();
        var lost = await ClaimOneAsync();
        await MoveAsync(shift, -Seconds(1));
        await PassAsync(Minutes(2));
        await TickAsync();
        await TickAsync();
        var next = await ClaimOneAsync();

        var recorded = await Queue.RecordAsync("one", Channel, [Results.Of(lost, "accepted"), Results.Of(next, "accepted")], Cancelled);

        Assert.Equal([true, false], recorded.Select(attempt => attempt.Fenced).OrderDescending());
        Assert.Equal(2, next.Generation);
        Assert.Equal(2, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.attempts WHERE outcome = 'accepted'"));
    }

    [Fact]
    public async Task Reminder_of_a_later_generation_keeps_its_turn_among_the_first()
    {
        var (moved, _) = await DueReminderAsync();
        await MoveAsync(moved, -Seconds(5));
        await TickAsync();
        var (first, _) = await DueReminderAsync();
        Assert.Equal("pending #2", await StateAsync(moved));

        Assert.Equal([moved], (await ClaimAsync(batchSize: 1)).Select(claim => claim.ScheduleId));
        Assert.Equal([first], (await ClaimAsync(batchSize: 1)).Select(claim => claim.ScheduleId));
    }

    [Fact]
    public async Task First_claim_writes_no_index()
    {
        for (var person = 0; person < 5; person++) await DueReminderAsync();
        await using var connection = await Owner.OpenConnectionAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await using var claim = new NpgsqlCommand(
            "SELECT count(*) FROM shift_reminders.claim_reminders('one', 'Test', 100, '90 s')", connection, transaction);
        Assert.Equal(5L, await claim.ExecuteScalarAsync(Cancelled));

        // Beside the five, leases of other tests' reminders may have run out meanwhile.
        await using var indexed = new NpgsqlCommand(
            """
            SELECT pg_stat_get_xact_tuples_updated(t) - pg_stat_get_xact_tuples_hot_updated(t)
            FROM CAST('public.scheduled_notifications' AS regclass) t WHERE pg_stat_get_xact_tuples_hot_updated(t) >= 5
            """,
            connection, transaction);
        Assert.Equal(0L, await indexed.ExecuteScalarAsync(Cancelled));
    }

    [Fact]
    public async Task Reasons_have_the_state_that_the_index_of_exceptions_takes_them_for() => Assert.Empty(
        await Owner.ColumnAsync<string>(
            """
            SELECT r.reason FROM shift_reminders.reasons r
            WHERE r.state <> 'pending' AND shift_reminders.ended_unsent(r.reason) IS DISTINCT FROM nullif(r.state, 'sent')
            """));

    [Fact]
    public async Task New_reason_is_known_to_the_index_of_exceptions_once_the_functions_run_again()
    {
        var file = DatabaseFiles.Embedded.Repeatable.Single(file => file.Name == "functions/portal/ended_unsent.sql");
        await using var connection = await Owner.OpenConnectionAsync(Cancelled);
        await using var never = await connection.BeginTransactionAsync(Cancelled);
        await using var change = new NpgsqlCommand(
            "INSERT INTO shift_reminders.reasons VALUES ('eclipse', 'expired', false, 'It was too dark.'); " + file.Sql, connection);
        await change.ExecuteNonQueryAsync(Cancelled);

        await using var indexed = new NpgsqlCommand(
            """
            SELECT shift_reminders.ended_unsent('eclipse') || ' ' || (pg_get_indexdef('public.scheduled_notifications_exception'::regclass) LIKE '%eclipse%')
            """,
            connection);

        Assert.Equal("expired true", await indexed.ExecuteScalarAsync(Cancelled));
    }

    private async Task RecordTheLongWayAsync(AttemptResult result)
    {
        await using var command = App.CreateCommand(
            "SELECT state FROM shift_reminders.record_attempts('one', 'Test', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
        RecordParameters.Add(command.Parameters, [result]);
        Assert.Equal("sent", await command.ExecuteScalarAsync(Cancelled));
    }

    private Task<string?> LeftByAsync(long shift) => Owner.ScalarAsync<string>(
        """
        SELECT jsonb_pretty(jsonb_build_array(
          to_jsonb(q) - '{id,schedule_id,user_id}'::text[],
          (SELECT jsonb_agg(to_jsonb(a) - '{reminder_id,claim_token,devices}'::text[] || jsonb_build_object('device', (a.devices->0) - 'device'))
           FROM shift_reminders.attempts a WHERE a.reminder_id = q.id),
          (SELECT jsonb_agg(to_jsonb(m) - '{notification_id,reminder_id}'::text[] || jsonb_build_object('is', shift_reminders.mark_state(m)))
           FROM public.notification_pushes m WHERE m.reminder_id = q.id)))
        FROM public.scheduled_notifications q WHERE q.schedule_id = $1
        """,
        shift);
}
