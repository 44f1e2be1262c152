using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What the database says of itself to the verb <c>check</c>.</summary>
public sealed class CheckDatabaseTests(TestDatabase database) : QueueTest(database)
{
    private const string Tick = "SELECT ok::text || ' ' || finding FROM shift_reminders.check_database() WHERE subject LIKE 'last tick%'";

    [Fact]
    public async Task Enqueue_that_never_ran_or_not_lately_is_a_finding()
    {
        Assert.Equal("false never", await App.ScalarAsync<string>(Tick));

        await TickAsync();
        Assert.Equal("true 0 s ago", await App.ScalarAsync<string>(Tick));

        await PassAsync(Minutes(3));
        Assert.Equal("false 180 s ago", await App.ScalarAsync<string>(Tick));
    }

    [Fact]
    public async Task Every_finding_is_a_yes_or_a_no_with_a_remedy() => Assert.Empty(await App.ColumnAsync<string>(
        "SELECT subject FROM shift_reminders.check_database() WHERE ok IS NULL OR finding IS NULL OR remedy IS NULL"));
}
