using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;

namespace ShiftReminders.Tests.Processing;

/// <summary>PostgreSQL goes down under a working processor and comes back: on a server of its own.</summary>
public sealed class RestartedDatabaseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task Drain_goes_on_by_itself_and_loses_and_repeats_nothing(string mode)
    {
        await using var cluster = await PostgresCluster.CreateAsync();
        await MigratedDatabase.CreateAsync(cluster, PostgresCluster.CronDatabase);
        // Unpooled: a connection from before the restart would tell the test nothing.
        await using var owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(
            cluster.OwnerConnectionString(PostgresCluster.CronDatabase))
        { Pooling = false });
        await owner.DueAsync(2_000);
        await using var fcm = await FakeFcmServer.StartAsync();
        fcm.Script.Otherwise = FakeReply.Accepted.After(TimeSpan.FromMilliseconds(20));
        await using var fleet = new ProcessFleet(
            cluster.AppConnectionString(PostgresCluster.CronDatabase), fcm, lease: TimeSpan.FromSeconds(45), concurrency: 16);
        await fleet.StartAsync("survivor");
        await Eventually.TrueAsync("the drain is under way", Patience, () => fcm.Received.Count > 300);

        await cluster.StopAsync(mode);
        Assert.InRange(fcm.Received.Count, 301, 1_999);
        await cluster.StartAsync();
        await Eventually.TrueAsync(
            "all are sent", Patience, async () => await owner.StatesAsync() == "sent: accepted = 2000");

        Assert.Equal(2_000, fcm.Received.Select(push => push.Token).Distinct().Count());
        Assert.Equal(2_000, fcm.Received.Count);
    }
}
