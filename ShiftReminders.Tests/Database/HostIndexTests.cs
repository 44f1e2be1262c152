using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>The contract's views are thin: PostgreSQL looks through them and uses the host's indexes.</summary>
public sealed class HostIndexTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        if (await database.OwnerDataSource.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM duty_schedules)"))
            return;
        await database.OwnerDataSource.ExecuteAsync(
            """
            INSERT INTO duty_schedules (assigned_user_id, start_at, end_at)
            SELECT md5(n::text)::uuid, now() + n * interval '1 minute', now() + n * interval '1 minute' FROM generate_series(1, 5000) n;
            INSERT INTO attendance_logs (schedule_id, type) SELECT id, 'check_in' FROM duty_schedules;
            INSERT INTO fcm_tokens (user_id, token) SELECT assigned_user_id, id FROM duty_schedules;
            INSERT INTO profiles (id) SELECT assigned_user_id FROM duty_schedules;
            ANALYZE duty_schedules, attendance_logs, fcm_tokens, profiles;
            """);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("shifts WHERE start_at > now() AND start_at <= now() + interval '2 minutes'", "duty_schedules_start_at")]
    [InlineData("shifts WHERE end_at > now() AND end_at <= now() + interval '2 minutes'", "duty_schedules_end_at")]
    [InlineData("shifts WHERE schedule_id = 77", "duty_schedules_pkey")]
    [InlineData("attendance WHERE schedule_id = 77 AND type = 'check_in'", "attendance_logs_schedule_id_type")]
    [InlineData("devices WHERE user_id = md5('77')::uuid", "fcm_tokens_user_id")]
    [InlineData("people WHERE user_id = md5('77')::uuid", "profiles_pkey")]
    public async Task Views_use_the_hosts_indexes(string query, string index)
    {
        var plan = await database.OwnerDataSource.ColumnAsync<string>($"EXPLAIN SELECT * FROM shift_reminders.{query}");

        Assert.Contains(index, string.Join('\n', plan), StringComparison.Ordinal);
    }
}
