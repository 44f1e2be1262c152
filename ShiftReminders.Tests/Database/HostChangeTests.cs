using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>The host goes on altering its own tables: nothing of ours stands in its way, and we follow.</summary>
public sealed class HostChangeTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData("ALTER TABLE duty_schedules DROP COLUMN label")]
    [InlineData("ALTER TABLE duty_schedules DROP COLUMN status, DROP COLUMN time_zone, ADD COLUMN deleted_at timestamptz")]
    [InlineData("ALTER TABLE duty_schedules RENAME COLUMN label TO title")]
    [InlineData("ALTER TABLE duty_schedules ALTER COLUMN id TYPE integer, ALTER COLUMN label TYPE varchar(80)")]
    [InlineData("DROP TABLE profiles")]
    [InlineData("ALTER TABLE fcm_tokens DROP COLUMN platform, DROP COLUMN updated_at")]
    [InlineData("ALTER TABLE attendance_logs DROP COLUMN user_id")]
    public async Task Host_that_changes_its_tables_is_not_hindered_and_the_next_tick_follows(string change)
    {
        var shift = await database.Given.ShiftAsync(Guid.NewGuid(), TimeSpan.FromMinutes(15), label: "Ward 3");
        await database.OwnerDataSource.ExecuteAsync(change);

        Assert.Equal(1, await database.OwnerDataSource.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()"));

        Assert.Null(await database.OwnerDataSource.ScalarAsync<string>("SELECT error FROM shift_reminders.heartbeats"));
        await database.OwnerDataSource.ExecuteAsync("SELECT shift_reminders.claim_reminders('one', 'Test', 10, interval '90 seconds')");
        Assert.Equal("failed no_device", await database.OwnerDataSource.ScalarAsync<string>(
            "SELECT state || ' ' || reason FROM scheduled_notifications WHERE schedule_id = $1", shift));
    }

    [Fact]
    public async Task Host_that_drops_what_is_needed_is_named_in_the_heartbeat()
    {
        await database.OwnerDataSource.ExecuteAsync("ALTER TABLE duty_schedules DROP COLUMN assigned_user_id");

        Assert.Equal(0, await database.OwnerDataSource.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()"));

        Assert.Contains(
            "duty_schedules.assigned_user_id",
            await database.OwnerDataSource.ScalarAsync<string>("SELECT error FROM shift_reminders.heartbeats"),
            StringComparison.Ordinal);
    }
}
