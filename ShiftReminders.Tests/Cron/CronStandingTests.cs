using ShiftReminders.Tests.Database;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Cron;

/// <summary>
/// What the page can tell apart about pg_cron. Its two tables are played by look-alikes: a clone has no pg_cron, and the
/// real one is another test's.
/// </summary>
public sealed class CronStandingTests(TestDatabase database) : QueueTest(database)
{
    private const string PlayPgCron = """
        CREATE SCHEMA cron;
        CREATE TABLE cron.job (jobid bigint, schedule text, command text, database text, username text, active boolean, jobname name);
        CREATE TABLE cron.job_run_details (jobid bigint, runid bigint, job_pid integer, database text, username text, command text,
          status text, return_message text, start_time timestamptz, end_time timestamptz)
        """;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Owner.ExecuteAsync("DROP SCHEMA IF EXISTS cron CASCADE");
    }

    [Fact]
    public async Task Missing_extension_is_told_from_everything_else()
    {
        Assert.Equal("missing", await StandingAsync());
        Assert.Empty(await App.ColumnAsync<long>("SELECT jobid FROM shift_reminders.cron_jobs()"));
        Assert.Empty(await App.ColumnAsync<long>("SELECT runid FROM shift_reminders.cron_runs(NULL, 10)"));
    }

    [Theory]
    [InlineData(true, "active")]
    [InlineData(false, "inactive")]
    public async Task Job_is_active_or_switched_off(bool active, string standing)
    {
        await PlayAsync(active);

        Assert.Equal(standing, await StandingAsync());
    }

    [Fact]
    public async Task Job_that_is_not_there_is_told_from_one_that_pg_cron_hides()
    {
        await Owner.ExecuteAsync(PlayPgCron);
        Assert.Equal("no job", await StandingAsync());

        await TickAsync();

        Assert.Equal("not permitted", await StandingAsync());
    }

    [Fact]
    public async Task Command_and_messages_of_another_job_are_shown_to_nobody()
    {
        await PlayAsync(active: true);
        await Owner.ExecuteAsync(
            """
            INSERT INTO cron.job SELECT 77, '* * * * *', 'SELECT net.http_post(''Bearer s3cret'')', current_database(), current_user, true, 'another';
            INSERT INTO cron.job_run_details SELECT 77, 7700, 1, current_database(), current_user, 'Bearer s3cret', 'failed', 'ERROR at s3cret', now(), now();
            """);

        var shown = await App.ColumnAsync<string>(
            "SELECT j::text FROM shift_reminders.cron_jobs() j UNION ALL SELECT r::text FROM shift_reminders.cron_runs(NULL, 10) r");

        Assert.Equal(2, shown.Count(row => row.Contains("another", StringComparison.Ordinal)));
        Assert.DoesNotContain(shown, row => row.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refused_history_is_not_permitted_and_not_empty()
    {
        await PlayAsync(active: true);
        await Owner.ExecuteAsync("REVOKE ALL ON cron.job_run_details FROM owner");

        Assert.Equal("not permitted", await StandingAsync());
        Assert.Contains("job_run_details", await App.ScalarAsync<string>("SELECT detail FROM shift_reminders.cron_standing()"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_are_paged_by_number_and_filtered_by_status_and_job()
    {
        await PlayAsync(active: true);
        await Owner.ExecuteAsync("""
            INSERT INTO cron.job_run_details (jobid, runid, job_pid, database, status, start_time, end_time)
            SELECT 1 + n % 2, n, n, current_database(), CASE WHEN n = 3 THEN 'failed' ELSE 'succeeded' END,
              timestamptz '2026-06-15 11:00+00' + n * interval '1 min', timestamptz '2026-06-15 11:00+00' + n * interval '1 min'
            FROM generate_series(1, 5) n
            """);

        Assert.Equal([5L, 4], await App.ColumnAsync<long>("SELECT runid FROM shift_reminders.cron_runs(NULL, 2)"));
        Assert.Equal([3L, 2], await App.ColumnAsync<long>("SELECT runid FROM shift_reminders.cron_runs(4, 2)"));
        Assert.Equal([3L], await App.ColumnAsync<long>("SELECT runid FROM shift_reminders.cron_runs(NULL, 9, 'failed')"));
        Assert.Equal([4L, 2], await App.ColumnAsync<long>("SELECT runid FROM shift_reminders.cron_runs(NULL, 9, NULL, 1)"));
    }

    [Fact]
    public async Task Run_says_what_its_own_heartbeat_queued_also_while_it_has_no_end()
    {
        await PlayAsync(active: true);
        await Owner.ExecuteAsync("""
            INSERT INTO shift_reminders.heartbeats (source, started_at, finished_at, added, backend_pid)
            VALUES ('cron', timestamptz '2026-06-15 11:00:00.1+00', timestamptz '2026-06-15 11:00:00.2+00', 37, 4711),
                   ('cron', timestamptz '2026-06-15 11:05:00.1+00', timestamptz '2026-06-15 11:05:00.2+00', 99, 4711);
            INSERT INTO cron.job_run_details (jobid, runid, job_pid, database, status, start_time)
            VALUES (1, 1, 4711, current_database(), 'running', timestamptz '2026-06-15 11:00+00'), (1, 2, NULL, current_database(), 'starting', NULL)
            """);

        Assert.Equal(["2 starting - -", "1 running 37 -"], await App.ColumnAsync<string>("""
            SELECT concat_ws(' ', runid, status, coalesce(queued::text, '-'), coalesce(ended_at::text, '-')) FROM shift_reminders.cron_runs(NULL, 9)
            """));
    }

    [Fact]
    public async Task Run_finds_its_heartbeat_also_when_pg_cron_noted_its_start_a_moment_later()
    {
        await PlayAsync(active: true);
        var heartbeat = await Owner.ScalarAsync<long>("""
            INSERT INTO shift_reminders.heartbeats (source, started_at, finished_at, added, backend_pid)
            VALUES ('cron', timestamptz '2026-06-15 11:00:00.019+00', timestamptz '2026-06-15 11:00:00.043+00', 37, 4711) RETURNING id
            """);
        await Owner.ExecuteAsync("""
            INSERT INTO cron.job_run_details (jobid, runid, job_pid, database, status, start_time, end_time)
            VALUES (1, 8, 4711, current_database(), 'succeeded', timestamptz '2026-06-15 11:00:00.025+00', timestamptz '2026-06-15 11:00:00.063+00'),
                   (1, 9, 4711, current_database(), 'succeeded', timestamptz '2026-06-15 11:05+00', timestamptz '2026-06-15 11:05:01+00')
            """);

        Assert.Equal(["9 -", "8 37"], await App.ColumnAsync<string>("SELECT concat_ws(' ', runid, coalesce(queued::text, '-')) FROM shift_reminders.cron_runs(NULL, 9)"));
        Assert.Equal(8L, await App.ScalarAsync<long>("SELECT shift_reminders.cron_run_of($1)", heartbeat));
    }

    private async Task PlayAsync(bool active)
    {
        await Owner.ExecuteAsync(PlayPgCron);
        await Owner.ExecuteAsync(
            "INSERT INTO cron.job VALUES (1, '* * * * *', 'SELECT 1', current_database(), current_user, $1, 'shift_reminders_every_min')", active);
    }

    private Task<string?> StandingAsync() => App.ScalarAsync<string>("SELECT standing FROM shift_reminders.cron_standing()");
}
