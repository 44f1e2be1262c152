using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;

namespace ShiftReminders.Tests.Processing;

/// <summary>An orchestrator ends a real process in the middle of its work.</summary>
public sealed class StoppedProcessTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Process_told_to_end_waits_for_a_slow_fcm_records_its_answers_and_gives_the_rest_back()
    {
        await using var fcm = await FakeFcmServer.StartAsync();
        fcm.Script.Otherwise = FakeReply.Accepted.After(TimeSpan.FromSeconds(4));
        await using var fleet = new ProcessFleet(database.AppConnectionString, fcm, lease: TimeSpan.FromSeconds(60), concurrency: 4);
        await database.DueAsync(20);
        var app = await fleet.StartAsync("stopped");
        await Eventually.TrueAsync("four are on their way", Patience, () => fcm.Requests >= 4);

        var exitCode = await app.TerminateAsync();

        Assert.Equal(0, exitCode);
        Assert.Equal($"pending = {20 - fcm.Requests}, sent: accepted = {fcm.Requests}", await database.StatesAsync());
        Assert.Equal(fcm.Requests, fcm.Received.Select(push => push.Token).Distinct().Count());
    }
}
