using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Processing;

/// <summary>Fills a queue with due reminders, the host's way, and tells what became of them.</summary>
internal static class DueReminders
{
    private const string Clear =
        """
        TRUNCATE public.scheduled_notifications, public.notification_pushes, public.duty_schedules, public.attendance_logs,
          public.fcm_tokens, shift_reminders.attempts, shift_reminders.generations, shift_reminders.dead_devices,
          shift_reminders.channels, shift_reminders.channel_platforms, shift_reminders.channel_results, shift_reminders.processors,
          shift_reminders.pauses, shift_reminders.heartbeats
        """;

    public static async Task ClearAsync(this TestDatabase database)
    {
        try
        {
            await database.OwnerDataSource.ExecuteAsync(Clear);
        }
        catch (PostgresException deadlock) when (deadlock.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            // A host that has ended may have left a statement behind that the server is still busy with: it came through.
            await database.OwnerDataSource.ExecuteAsync(Clear);
        }
    }

    /// <summary>People with a shift each whose <c>start_15</c> reminder fell due a second ago, already enqueued.</summary>
    public static async Task DueAsync(this TestDatabase database, int count, int devices = 1, string? platform = "android") =>
        await database.OwnerDataSource.DueAsync(count, devices, platform);

    public static async Task DueAsync(this NpgsqlDataSource owner, int count, int devices = 1, string? platform = "android")
    {
        await owner.ExecuteAsync(
            """
            WITH people AS (
              INSERT INTO public.profiles (id, full_name) SELECT gen_random_uuid(), 'Person ' || n FROM generate_series(1, $1) n
              RETURNING id),
            devices AS (
              INSERT INTO public.fcm_tokens (user_id, token, platform)
              SELECT p.id, 'token-' || p.id || '-' || d, $3 FROM people p, generate_series(1, $2) d)
            INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at, status)
            SELECT p.id, now + interval '14 minutes 59 seconds', now + interval '8 hours', 'scheduled'
            FROM people p, shift_reminders.clock() AS now
            """,
            count, devices, platform);
        await owner.EnqueueAsync();
    }

    public static async Task<int> EnqueueAsync(this NpgsqlDataSource owner) =>
        await owner.ScalarAsync<int>("SELECT public.enqueue_due_shift_notifications('test')");

    /// <summary>How many reminders there are per state and reason, as <c>sent: accepted = 3</c>.</summary>
    public static async Task<string> StatesAsync(this TestDatabase database) =>
        await database.OwnerDataSource.StatesAsync();

    public static async Task<string> StatesAsync(this NpgsqlDataSource owner) => await owner.ScalarAsync<string>(
        """
        SELECT coalesce(string_agg(line, ', ' ORDER BY line), 'none') FROM (
          SELECT state || coalesce(': ' || reason, '') || ' = ' || count(*) AS line
          FROM public.scheduled_notifications GROUP BY state, reason) AS lines
        """) ?? "none";

    /// <summary>To the app it looks as if the server were away: connections are cut, and new ones refused.</summary>
    public static async Task CutOffAppAsync(this TestDatabase database)
    {
        var server = await PostgresServer.GetAsync();
        await Sql.ExecuteAsync(
            server.Cluster.SuperuserConnectionString(database.Name),
            $"ALTER DATABASE {database.Name} CONNECTION LIMIT 0",
            $"""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = '{database.Name}' AND usename = 'shift_reminders_app'
            """);
    }

    public static async Task LetAppInAsync(this TestDatabase database)
    {
        var server = await PostgresServer.GetAsync();
        await Sql.ExecuteAsync(
            server.Cluster.SuperuserConnectionString(database.Name), $"ALTER DATABASE {database.Name} CONNECTION LIMIT -1");
    }
}
