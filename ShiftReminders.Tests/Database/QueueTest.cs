using System.Text.Json;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// A test of the queue: an empty one for each test, at noon on a clock that stands still. What the app does is done as
/// the app's role.
/// </summary>
public abstract class QueueTest(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    protected const string Channel = "Test";

    protected static readonly DateTimeOffset Noon = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(90);

    protected static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    protected NpgsqlDataSource App => database.AppDataSource;

    protected NpgsqlDataSource Owner => database.OwnerDataSource;

    protected Given Given => database.Given;

    protected DatabaseClock Clock => database.Clock;

    protected ReminderQueue Queue { get; } = new(database.AppDataSource);

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        await Owner.ExecuteAsync(EmptyQueue.Sql);
        await Clock.FreezeAsync(Noon);
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected Task<int> TickAsync() => App.ScalarAsync<int>("SELECT public.enqueue_due_shift_notifications()");

    /// <summary>Time passes without a tick.</summary>
    protected Task PassAsync(TimeSpan time) => Clock.AdvanceAsync(time);

    protected Task<List<ClaimedReminder>> ClaimAsync(int batchSize = 100, string worker = "one", TimeSpan? lease = null) =>
        Queue.ClaimAsync(worker, Channel, batchSize, lease ?? Lease, Cancelled);

    protected async Task<ClaimedReminder> ClaimOneAsync(string worker = "one") => Assert.Single(await ClaimAsync(worker: worker));

    /// <summary>One outcome for each device of the claim, in the claim's order.</summary>
    protected Task<RecordedAttempt> RecordAsync(ClaimedReminder claim, params string[] outcomes) =>
        RecordAsync(Results.Of(claim, outcomes));

    protected async Task<RecordedAttempt> RecordAsync(AttemptResult result) =>
        Assert.Single(await Queue.RecordAsync("one", Channel, [result], Cancelled));

    /// <summary>A person with one device and a shift that starts in 15 minutes: its reminder is due now, and queued.</summary>
    protected async Task<(long Shift, Guid Person)> DueReminderAsync(string? platform = "android")
    {
        var person = await Given.PersonAsync();
        await Given.DeviceAsync(person, platform: platform);
        var shift = await Given.ShiftAsync(person, Minutes(15));
        await TickAsync();
        return (shift, person);
    }

    /// <summary>As <c>state: reason #generation</c>, without what is not there; null where there is no reminder.</summary>
    protected Task<string?> StateAsync(long shift, string notifyType = "start_15", Guid? person = null) => Owner.ScalarAsync<string>(
        """
        SELECT state || coalesce(': ' || reason, '') || CASE WHEN generation > 1 THEN ' #' || generation ELSE '' END
        FROM public.scheduled_notifications
        WHERE schedule_id = $1 AND notify_type = $2 AND ($3::uuid IS NULL OR user_id = $3)
        """,
        shift, notifyType, person);

    protected Task<T?> ColumnAsync<T>(long shift, string column, string notifyType = "start_15") => Owner.ScalarAsync<T>(
        $"SELECT {column} FROM public.scheduled_notifications WHERE schedule_id = $1 AND notify_type = $2", shift, notifyType);

    protected async Task<DateTimeOffset> TimeAsync(long shift, string column, string notifyType = "start_15") =>
        new(await ColumnAsync<DateTime>(shift, column, notifyType));

    /// <summary>The state of the reminder's mark; null where there is none.</summary>
    protected Task<string?> MarkAsync(long shift, Guid person, string notifyType = "start_15") => Owner.ScalarAsync<string>(
        "SELECT shift_reminders.mark_state(p) FROM public.notification_pushes p WHERE notification_id = $1", $"shift-{shift}-{person}-{notifyType}");

    protected Task MoveAsync(long shift, TimeSpan by) => Owner.ExecuteAsync(
        "UPDATE public.duty_schedules SET start_at = start_at + $2, end_at = end_at + $2 WHERE id = $1", shift, by);

    protected Task<long> IdAsync(long shift, string notifyType = "start_15") => ColumnAsync<long>(shift, "id", notifyType);

    /// <summary>How many pages a statement reads. The second time, as the first reads the catalogue too.</summary>
    protected async Task<long> PagesAsync(string statement)
    {
        await Owner.ExecuteAsync(statement);
        return await PagesOnceAsync(statement);
    }

    /// <summary>The same for what can be done once only.</summary>
    protected async Task<long> PagesOnceAsync(string statement)
    {
        var plan = await Owner.ScalarAsync<string>($"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}");
        var root = JsonDocument.Parse(plan!).RootElement[0].GetProperty("Plan");
        return root.GetProperty("Shared Hit Blocks").GetInt64() + root.GetProperty("Shared Read Blocks").GetInt64();
    }
}
