using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>The five changes to the plan, each beside what the plan's own version does.</summary>
public sealed class PlanComparisonTests(TestDatabase database, PlanDatabase plan)
    : QueueTest(database), IClassFixture<PlanDatabase>
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await plan.SetClockAsync(Noon);
        await plan.Owner.ExecuteAsync(PlanSql.Tables());
        await plan.Owner.ExecuteAsync(PlanSql.Enqueue);
        await plan.Owner.ExecuteAsync(
            "TRUNCATE scheduled_notifications, notification_pushes, duty_schedules, attendance_logs");
    }

    [Fact]
    public async Task Change_1_plans_constraint_is_no_syntax_of_postgresql_and_its_second_tick_doubles_every_row()
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => plan.Owner.ExecuteAsync(PlanSql.Constraint));
        Assert.Equal(PostgresErrorCodes.SyntaxError, refusal.SqlState);
        await PlanShiftAsync(Minutes(15));
        await PlanTickAsync();
        await PlanTickAsync();
        Assert.Equal(2L, await PlanRowsAsync());

        await DueReminderAsync();
        await TickAsync();
        Assert.Equal(1L, await Owner.ScalarAsync<long>("SELECT count(*) FROM public.scheduled_notifications"));
        Assert.Equal("UNIQUE (schedule_id, user_id, notify_type)", await Owner.ScalarAsync<string>(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'uniq_sched_user_type'"));
    }

    [Fact]
    public async Task Change_2_plan_sends_its_15_minutes_before_at_the_start()
    {
        await PlanShiftAsync(Minutes(15));
        await PlanTickAsync();
        await plan.SetClockAsync(Noon + Minutes(14.9));
        Assert.Empty(await plan.Owner.ColumnAsync<string>(PlanSql.Due));
        await plan.SetClockAsync(Noon + Minutes(15));
        Assert.Single(await plan.Owner.ColumnAsync<string>(PlanSql.Due));

        await DueReminderAsync();
        var claim = await ClaimOneAsync();
        Assert.Equal(Minutes(15), claim.AnchorAt - claim.ScheduledFor);
    }

    [Fact]
    public async Task Change_3_plan_loses_what_fails_once_because_its_mark_is_made_before_sending_and_never_taken_back()
    {
        await PlanShiftAsync(Minutes(15));
        await PlanTickAsync();
        await plan.SetClockAsync(Noon + Minutes(15));
        Assert.Equal(0, await PlanWorkerPassAsync(send: () => false));
        Assert.Equal(0, await PlanWorkerPassAsync(send: () => true));
        Assert.Empty(await plan.Owner.ColumnAsync<string>(PlanSql.Due));

        await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "transient");
        await PassAsync(Seconds(10));
        Assert.Equal("sent", (await RecordAsync(await ClaimOneAsync(), "accepted")).State);
    }

    [Fact]
    public async Task Change_3_plan_loses_what_it_was_sending_when_it_died()
    {
        await PlanShiftAsync(Minutes(15));
        await PlanTickAsync();
        await plan.SetClockAsync(Noon + Minutes(15));
        await Assert.ThrowsAsync<OperationCanceledException>(() => PlanWorkerPassAsync(send: () => throw new OperationCanceledException()));
        Assert.Equal(0, await PlanWorkerPassAsync(send: () => true));

        await DueReminderAsync();
        await ClaimOneAsync();
        await PassAsync(Lease);
        Assert.Equal("sent", (await RecordAsync(await ClaimOneAsync(), "accepted")).State);
    }

    [Theory]
    [InlineData(16, 2)]
    [InlineData(12, 0)]
    public async Task Change_4_plan_loses_the_minute_that_pg_cron_missed_and_the_shift_created_late(int startsIn, int tickAfter)
    {
        await PlanShiftAsync(Minutes(startsIn));
        await plan.SetClockAsync(Noon + Minutes(tickAfter));
        await PlanTickAsync();
        Assert.Equal(0L, await PlanRowsAsync());

        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(startsIn));
        await PassAsync(Minutes(tickAfter));
        await TickAsync();
        Assert.Equal(shift, (await ClaimOneAsync()).ScheduleId);
    }

    [Fact]
    public async Task Change_5_plan_tells_who_has_checked_out_that_the_shift_has_ended()
    {
        var planned = await PlanShiftAsync(-Minutes(60), lasting: Minutes(60));
        await plan.Owner.ExecuteAsync("INSERT INTO attendance_logs (schedule_id, type) VALUES ($1, 'check_out')", planned);
        await PlanTickAsync();
        Assert.Equal(["end"], await plan.Owner.ColumnAsync<string>("SELECT notify_type FROM scheduled_notifications"));

        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), -Minutes(60), lasting: Minutes(60));
        await Given.CheckOutAsync(shift);
        Assert.Equal(0, await TickAsync());
        await Owner.ExecuteAsync("UPDATE shift_reminders.rules SET skip_type = NULL WHERE notify_type = 'end'");
        Assert.Equal(1, await TickAsync());
    }

    private Task<long> PlanShiftAsync(TimeSpan startsIn, TimeSpan? lasting = null) => plan.Owner.ScalarAsync<long>(
        """
        INSERT INTO duty_schedules (assigned_user_id, start_at, end_at)
        VALUES (gen_random_uuid(), plan_now() + $1, plan_now() + $1 + $2) RETURNING id
        """,
        startsIn, lasting ?? TimeSpan.FromHours(8));

    private Task<int> PlanTickAsync() => plan.Owner.ExecuteAsync("SELECT enqueue_due_shift_notifications()");

    private Task<long> PlanRowsAsync() => plan.Owner.ScalarAsync<long>("SELECT count(*) FROM scheduled_notifications");

    /// <summary>As the plan's worker does it: mark, send, and "already pushed" counts as done. Returns how many it sent.</summary>
    private async Task<int> PlanWorkerPassAsync(Func<bool> send)
    {
        var sent = 0;
        foreach (var nid in await plan.Owner.ColumnAsync<string>(PlanSql.Due))
        {
            var isFirst = await plan.Owner.ScalarAsync<bool>("SELECT try_mark_notification_pushed($1)", nid);
            if (isFirst && !send())
                continue;
            sent += isFirst ? 1 : 0;
            await plan.Owner.ExecuteAsync(PlanSql.Processed);
        }
        return sent;
    }
}
