using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What the other tests take for granted about their database.</summary>
public sealed class TestDatabaseTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task App_signs_in_as_its_own_role_and_the_owner_is_no_superuser()
    {
        Assert.Equal("shift_reminders_app", await database.AppDataSource.ScalarAsync<string>("SELECT current_user::text"));
        Assert.Equal("owner", await database.OwnerDataSource.ScalarAsync<string>(
            "SELECT rolname::text FROM pg_roles WHERE rolname = current_user AND NOT rolsuper AND NOT rolbypassrls"));
    }

    [Fact]
    public async Task Clock_can_be_set_advanced_and_frozen()
    {
        var start = new DateTimeOffset(2026, 3, 29, 0, 30, 0, TimeSpan.Zero);

        await database.SetClockAsync(start);
        await database.AdvanceClockAsync(TimeSpan.FromHours(1));
        Assert.InRange(await database.Clock.NowAsync(), start.AddHours(1), start.AddHours(1).AddMinutes(1));

        await database.Clock.FreezeAsync(start);
        await database.AdvanceClockAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(start.AddMinutes(5), await database.Clock.NowAsync());
    }

    [Fact]
    public async Task Shift_of_the_host_is_seen_through_the_contract()
    {
        var person = await database.Given.ReachablePersonAsync();
        var shift = await database.Given.ShiftAsync(person, startsIn: TimeSpan.FromMinutes(15));

        Assert.Equal(person, await database.OwnerDataSource.ScalarAsync<Guid>(
            "SELECT user_id FROM shift_reminders.shifts WHERE schedule_id = $1 AND is_active", shift));
    }
}
