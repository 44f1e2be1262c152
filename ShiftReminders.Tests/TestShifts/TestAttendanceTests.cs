using Microsoft.Extensions.Logging.Abstractions;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.TestShifts;

namespace ShiftReminders.Tests.TestShifts;

public sealed class TestAttendanceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    // An idle app once asked some 500 times a second: least and greatest pass over NULL, so "nothing" came back as zero.
    [Fact]
    public async Task Nothing_planned_is_looked_at_again_after_the_longest_wait()
    {
        using var attendance = new TestAttendance(
            database.AppDataSource, TimeProvider.System, NullLogger<TestAttendance>.Instance);

        var wait = await attendance.LogDueAsync(TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromSeconds(5), wait);
    }
}
