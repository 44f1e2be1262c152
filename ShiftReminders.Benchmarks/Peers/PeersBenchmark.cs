using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Benchmarks.Support;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>
/// The product, the bare pipeline and each peer in turn, round by round, on one server and one fake FCM: what else the
/// machine does meanwhile falls on all of them. Each peer has a database of its own, with the same people and shifts.
/// </summary>
internal static class PeersBenchmark
{
    private const int Concurrency = 256;

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 20_000;
        var people = Math.Max(size, ProductDrain.WarmUp);
        await Peer.InstallAsync();
        await using var database = await server.CreateQueueDatabaseAsync(people);
        await using var fcm = await FcmProcess.StartAsync();
        await using var app = await ReminderApp.StartAsync(database, fcm, Concurrency);
        await using var bare = await BareDrain.StartAsync(BareKind.Least, database, fcm, Concurrency);
        var product = new ProductDrain(database, fcm);
        List<PeerDrain> peers = [];
        try
        {
            foreach (var peer in Peer.All) peers.Add(await PeerDrain.StartAsync(peer, server, fcm, people));
            List<Contender> contenders =
            [
                new("Shift Reminders", "all of it", size, people, count => product.MeasureAsync([app], count)),
                new(BareKind.Least.Name, "mark and POST", size, people, bare.MeasureAsync),
                .. Peer.All.Zip(peers, (peer, drain) => new Contender(
                    peer.Name,
                    peer.Work == PeerWork.Full ? "the same" : "queue, mark and POST only",
                    Math.Min(size, peer.Most),
                    Math.Min(people, peer.Most),
                    drain.MeasureAsync)),
            ];
            await RunAsync(contenders, wanted.Rounds);
            return Report(contenders);
        }
        finally
        {
            foreach (var peer in peers) await peer.DisposeAsync();
        }
    }

    private static async Task RunAsync(List<Contender> contenders, int rounds)
    {
        // The first time each makes its tables and compiles itself.
        foreach (var contender in contenders)
            await TellAsync("warm-up", contender, await contender.MeasureAsync(contender.WarmUp));
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var run = await contender.MeasureAsync(contender.Size);
                contender.Runs.Add(run);
                await TellAsync($"round {round}", contender, run);
            }
        }
    }

    private static Task TellAsync(string when, Contender contender, DrainRun run) =>
        Console.Error.WriteLineAsync($"{when}, {contender.Name}, {contender.Work}: {run.Describe()}");

    private static Table Report(List<Contender> contenders)
    {
        var table = new Table(
            "Peers: due reminders, one device each, HTTP/2",
            "queue", "work", "reminders", "reminders/s", "Shift Reminders is", "CPU each: worker", "PostgreSQL", "fake FCM", "all, of Shift Reminders'");
        var ours = DrainRun.Median(contenders[0].Runs);
        foreach (var contender in contenders)
        {
            var theirs = DrainRun.Median(contender.Runs);
            table.Add(
                contender.Name, contender.Work, Figures.Count(contender.Size), Figures.Count(theirs.PerSecond),
                $"{Figures.Ratio(ours.PerSecond / theirs.PerSecond)} as fast",
                Figures.Microseconds(theirs.Worker), Figures.Microseconds(theirs.Postgres), Figures.Microseconds(theirs.Fcm),
                Figures.Ratio(theirs.All / ours.All));
        }
        return table;
    }

    private sealed record Contender(string Name, string Work, int Size, int WarmUp, Func<int, Task<DrainRun>> MeasureAsync)
    {
        public List<DrainRun> Runs { get; } = [];
    }
}
