using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Tests.Database;

/// <summary>A database that has lived with the plan's objects is migrated in place.</summary>
public abstract class UpgradeTests(string id, string scheduleId) : IAsyncLifetime
{
    private readonly PlanDatabase plan = new();
    private HashSet<string> marked = [];
    private NpgsqlDataSource app = null!;

    private NpgsqlDataSource Owner => plan.Owner;

    public async ValueTask InitializeAsync()
    {
        await plan.InitializeAsync();
        await Owner.ExecuteAsync(PlanSql.Tables(id, scheduleId));
        await Owner.ExecuteAsync("CREATE FUNCTION plan_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'");
        await Owner.ExecuteAsync(PlanSql.Enqueue);
        await Owner.ExecuteAsync("CREATE FUNCTION enqueue_due_shift_notifications(minutes int, dry boolean DEFAULT false) RETURNS text LANGUAGE sql AS 'SELECT ''old'''");
        await Owner.ExecuteAsync("CREATE FUNCTION try_mark_notification_pushed(nid text) RETURNS void LANGUAGE sql AS ''");
        await Owner.ExecuteAsync(UpgradeSeed.Sql);
        marked = [.. await Owner.ColumnAsync<string>("SELECT notification_id FROM notification_pushes")];
        app = NpgsqlDataSource.Create(plan.AppConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await app.DisposeAsync();
        await plan.DisposeAsync();
    }

    [Fact]
    public async Task Every_row_is_kept_or_archived_and_nothing_already_sent_is_sent_again()
    {
        var rows = await Owner.ScalarAsync<long>("SELECT count(*) FROM scheduled_notifications");
        var sent = await Owner.ScalarAsync<long>(
            """
            SELECT count(DISTINCT (schedule_id, user_id, notify_type)) FROM scheduled_notifications
            WHERE processed AND schedule_id IS NOT NULL AND user_id IS NOT NULL AND notify_type IS NOT NULL
            """);
        Assert.True(rows >= 10_000);

        await MigrateAsync();

        Assert.Equal(rows, await Owner.ScalarAsync<long>(
            "SELECT (SELECT count(*) FROM scheduled_notifications) + (SELECT count(*) FROM shift_reminders.archived_notifications)"));
        Assert.Equal(sent, await Owner.ScalarAsync<long>(
            "SELECT count(*) FROM scheduled_notifications WHERE state = 'sent' AND reason = 'foreign' AND processed"));
        Assert.Equal((long)marked.Count, await Owner.ScalarAsync<long>("SELECT count(*) FROM notification_pushes WHERE state = 'foreign'"));
        var claimed = await ClaimEverythingAsync();
        Assert.Equal(UpgradeSeed.StillToSend, claimed.Count);
        Assert.DoesNotContain(claimed, claim => marked.Contains(claim.NotificationId));
        Assert.All(claimed, claim => Assert.Equal(TimeSpan.FromMinutes(15), claim.AnchorAt - claim.ScheduledFor));
    }

    [Fact]
    public async Task Functions_of_the_plan_are_replaced_their_overloads_gone_and_the_next_tick_adds()
    {
        await MigrateAsync();

        Assert.Equal(
            ["enqueue_due_shift_notifications(source text) integer", "try_mark_notification_pushed(nid text, payload jsonb) boolean"],
            await Owner.ColumnAsync<string>(
                """
                SELECT format('%s(%s) %s', proname, pg_get_function_identity_arguments(oid), prorettype::regtype) FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace AND proname <> 'plan_now' ORDER BY 1
                """));
        Assert.False(await Owner.ScalarAsync<bool>("SELECT try_mark_notification_pushed($1)", marked.First()));
        var shift = await new Given(Owner).ShiftAsync(Guid.NewGuid(), TimeSpan.FromMinutes(15));
        await Owner.ExecuteAsync("SELECT enqueue_due_shift_notifications()");
        Assert.Equal("pending", await Owner.ScalarAsync<string>(
            "SELECT state FROM scheduled_notifications WHERE schedule_id = $1 AND notify_type = 'start_15'", shift));
    }

    [Fact]
    public async Task Plans_worker_goes_on_working_and_what_it_takes_is_not_sent_by_us()
    {
        await MigrateAsync();
        var due = await Owner.ColumnAsync<string>($"{PlanSql.Due} AND scheduled_for > plan_now() - interval '1 hour'");
        var taken = due.Where(nid => !marked.Contains(nid)).Take(5).ToList();
        Assert.Equal(5, taken.Count);

        foreach (var nid in taken)
        {
            Assert.True(await Owner.ScalarAsync<bool>("SELECT try_mark_notification_pushed($1)", nid));
            await Owner.ExecuteAsync(
                """
                UPDATE scheduled_notifications SET processed = true, processed_at = now()
                WHERE 'shift-' || schedule_id || '-' || user_id || '-' || notify_type = $1
                """,
                nid);
        }

        var claimed = await ClaimEverythingAsync();
        Assert.Equal(UpgradeSeed.StillToSend - taken.Count, claimed.Count);
        Assert.Empty(claimed.Select(claim => claim.NotificationId).Intersect(taken));
    }

    private Task MigrateAsync() => MigratedDatabase.MigrateAsync(plan.Cluster, plan.Name);

    private async Task<List<ClaimedReminder>> ClaimEverythingAsync() => await new ReminderQueue(app).ClaimAsync(
        "one", "Test", 1000, TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
}

/// <summary>Rows numbered with int4, as <c>serial</c> makes them.</summary>
public sealed class UpgradeOfIntegerIdsTests() : UpgradeTests("serial", "integer");

/// <summary>Rows numbered with uuids.</summary>
public sealed class UpgradeOfUuidIdsTests() : UpgradeTests("uuid DEFAULT gen_random_uuid()", "bigint");
