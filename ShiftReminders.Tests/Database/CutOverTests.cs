using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>The plan's own worker goes on beside ours: it knows marks and <c>processed</c>, and nothing of states.</summary>
public sealed class CutOverTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Row_it_processed_is_sent_by_another_worker_and_not_sent_again()
    {
        var (shift, person) = await DueReminderAsync();
        Assert.True(await MarkAsync(shift, person, asWorker: true));
        await ProcessedAsync();

        Assert.Equal("sent: foreign", await StateAsync(shift));
        Assert.True(await ColumnAsync<bool>(shift, "processed_at IS NOT NULL"));
        Assert.Empty(await ClaimAsync());
        Assert.Equal("foreign", await MarkAsync(shift, person));
    }

    [Theory]
    [InlineData("transient", "pending: retry")]
    [InlineData("accepted", "sent: accepted")]
    public async Task Row_that_is_in_our_flight_is_not_lost_by_its_processed(string outcome, string expected)
    {
        var (shift, person) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        Assert.False(await MarkAsync(shift, person, asWorker: true));
        await ProcessedAsync();
        Assert.Equal("sending", await StateAsync(shift));
        Assert.False(await ColumnAsync<bool>(shift, "processed"));

        await RecordAsync(claim, outcome);

        Assert.Equal(expected, await StateAsync(shift));
    }

    [Fact]
    public async Task Row_it_inserts_the_plans_way_gets_what_the_rule_says()
    {
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(15));
        await Owner.ExecuteAsync(
            """
            INSERT INTO scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for)
            SELECT id, assigned_user_id, 'start_15', start_at FROM duty_schedules
            """);

        Assert.Equal(Noon, await TimeAsync(shift, "scheduled_for"));
        Assert.Equal(0, await TickAsync());
        Assert.Equal(shift, (await ClaimOneAsync()).ScheduleId);
    }

    [Fact]
    public async Task Row_it_inserts_as_processed_is_sent_by_another_worker()
    {
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(15));
        await Owner.ExecuteAsync(
            """
            INSERT INTO scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for, processed)
            SELECT id, assigned_user_id, 'start_15', start_at, true FROM duty_schedules
            """);

        Assert.Equal("sent: foreign", await StateAsync(shift));
        Assert.Equal(0, await TickAsync());
    }

    [Theory]
    [InlineData("processed = true")]
    [InlineData("state = 'sent'")]
    [InlineData("state = 'failed', processed = true, processed_at = now(), claim_token = NULL, lease_until = NULL")]
    [InlineData("state = 'done'")]
    [InlineData("claim_token = NULL")]
    public async Task State_that_contradicts_itself_is_refused_by_the_database(string change)
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "transient");
        await PassAsync(Minutes(1));
        await ClaimOneAsync();

        try
        {
            await Owner.ExecuteAsync($"UPDATE public.scheduled_notifications SET {change}");
        }
        catch (Npgsql.PostgresException refusal)
        {
            Assert.Equal(Npgsql.PostgresErrorCodes.CheckViolation, refusal.SqlState);
        }
        Assert.Equal("sending", await StateAsync(shift));
        Assert.False(await ColumnAsync<bool>(shift, "processed"));
    }

    private Task<bool> MarkAsync(long shift, Guid person, bool asWorker) => Owner.ScalarAsync<bool>(
        "SELECT try_mark_notification_pushed($1) AND $2", $"shift-{shift}-{person}-start_15", asWorker);

    private Task<int> ProcessedAsync() => Owner.ExecuteAsync(PlanSql.Processed);
}
