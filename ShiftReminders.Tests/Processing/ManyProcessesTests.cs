using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;

namespace ShiftReminders.Tests.Processing;

/// <summary>Several real processes on one queue, one of them stalled.</summary>
public sealed class ManyProcessesTests(TestDatabase database, ITestOutputHelper output)
    : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public async ValueTask InitializeAsync() => await database.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Three_processes_send_no_reminder_twice()
    {
        await using var fcm = await FakeFcmServer.StartAsync();
        fcm.Script.Otherwise = FakeReply.Accepted.After(TimeSpan.FromMilliseconds(5));
        await using var fleet = new ProcessFleet(database.AppConnectionString, fcm, lease: TimeSpan.FromSeconds(90), concurrency: 16);
        await Task.WhenAll(fleet.StartAsync("one"), fleet.StartAsync("two"), fleet.StartAsync("three"));

        await database.DueAsync(3_000);
        await Eventually.TrueAsync(
            "all are sent", Patience, async () => await database.StatesAsync() == "sent: accepted = 3000");

        Assert.Equal(3_000, fcm.Received.Count);
        Assert.Equal(3_000, fcm.Received.Select(push => push.Token).Distinct().Count());
        var shares = await database.OwnerDataSource.ColumnAsync<string>(
            "SELECT claimed_by || ': ' || count(*) FROM shift_reminders.attempts GROUP BY claimed_by ORDER BY 1");
        output.WriteLine(string.Join(", ", shares));
        Assert.True(shares.Count > 1, "one process did all the work, so nothing was shown");
    }

    [Fact]
    public async Task Result_of_a_process_stalled_beyond_its_lease_is_on_record_and_changes_no_state()
    {
        await using var fcm = await FakeFcmServer.StartAsync();
        fcm.Script.Otherwise = FakeReply.Accepted.After(TimeSpan.FromSeconds(2));
        await using var fleet = new ProcessFleet(database.AppConnectionString, fcm, lease: TimeSpan.FromSeconds(8), concurrency: 4);
        var stalled = await fleet.StartAsync("stalled");
        await database.DueAsync(1);
        await Eventually.TrueAsync("it is being handed over", Patience, () => fcm.Requests == 1);

        // Long before the answer, also on a busy machine.
        await stalled.SignalAsync("STOP");
        await fleet.StartAsync("other");
        await Eventually.TrueAsync(
            "the other process has sent it", Patience, async () => await database.StatesAsync() == "sent: accepted = 1");
        var before = await RowAsync();
        await stalled.SignalAsync("CONT");
        await Eventually.TrueAsync(
            "the late result is on record", Patience,
            async () => await database.OwnerDataSource.ScalarAsync<bool>("SELECT bool_or(late) FROM shift_reminders.attempts"));

        Assert.Equal(before, await RowAsync());
        Assert.Equal(["stalled late", "other in time"], await database.OwnerDataSource.ColumnAsync<string>(
            "SELECT claimed_by || CASE WHEN late THEN ' late' ELSE ' in time' END FROM shift_reminders.attempts ORDER BY attempt"));
        Assert.Single(fcm.Received.Select(push => push.CollapseKey).Distinct());
    }

    private Task<string?> RowAsync() => database.OwnerDataSource.ScalarAsync<string>(
        "SELECT row_to_json(q)::text FROM public.scheduled_notifications q");
}
