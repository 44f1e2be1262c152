using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Benchmarks.Support;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>
/// The product, the bare pipeline and each peer in turn, round by round, on one server and one fake FCM: what else the
/// machine does meanwhile falls on all of them.
/// </summary>
internal static class PeersBenchmark
{
    private const int Concurrency = 256;
    private const int WarmUp = 2_000;

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 20_000;
        await Peer.InstallAsync();
        await using var database = await server.CreateQueueDatabaseAsync(Math.Max(size, WarmUp));
        await using var fcm = await FcmProcess.StartAsync();
        await using var app = await ReminderApp.StartAsync(database, fcm, Concurrency);
        await using var bare = await BareDrain.StartAsync(database, fcm, Concurrency);
        var product = new ProductDrain(database, fcm);

        List<Contender> contenders =
        [
            new("Shift Reminders", size, async count => (await product.MeasureAsync([app], count)).PerSecond),
            new("bare pipeline", size, async count => (await bare.MeasureAsync(count)).PerSecond),
            .. Peer.All.Select(peer => new Contender(
                peer.Name, Math.Min(size, peer.Most), count => peer.MeasureAsync(server, database, fcm, count))),
        ];
        // The first time each makes its tables and compiles itself.
        foreach (var contender in contenders) await contender.MeasureAsync(Math.Min(WarmUp, contender.Size));
        for (var round = 0; round < wanted.Rounds; round++)
        {
            foreach (var contender in contenders)
            {
                await database.SettleAsync();
                contender.Speeds.Add(await contender.MeasureAsync(contender.Size));
            }
        }
        return Report(contenders);
    }

    private static Table Report(List<Contender> contenders)
    {
        var table = new Table("Peers: due reminders, one device each, HTTP/2", "queue", "reminders", "reminders/s", "Shift Reminders is");
        var ours = contenders[0].Speeds.Median();
        foreach (var contender in contenders)
        {
            var theirs = contender.Speeds.Median();
            table.Add(contender.Name, Figures.Count(contender.Size), Figures.Count(theirs), $"{Figures.Ratio(ours / theirs)} as fast");
        }
        return table;
    }

    private sealed record Contender(string Name, int Size, Func<int, Task<double>> MeasureAsync)
    {
        public List<double> Speeds { get; } = [];
    }
}
