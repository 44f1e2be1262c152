using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Replicas;

/// <summary>One, two and three processes of the product on one queue.</summary>
internal static class ReplicasBenchmark
{
    private const int Concurrency = 256;
    private const int WarmUp = 10_000;

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 20_000;
        var table = new Table(
            $"Replicas: {Figures.Count(size)} due reminders on one queue", "processes", "reminders/s in sum", "of one process", "CPU each, all programs", "reminders that FCM got twice");
        var one = 0d;
        for (var replicas = 1; replicas <= 3; replicas++)
        {
            var (drain, twice) = await MeasureAsync(server, wanted.Rounds, replicas, size);
            if (replicas == 1) one = drain.PerSecond;
            table.Add(
                $"{replicas}", Figures.Count(drain.PerSecond), Figures.Ratio(drain.PerSecond / one), Figures.Microseconds(drain.All), $"{twice}");
        }
        return table;
    }

    private static async Task<(DrainRun Drain, int Twice)> MeasureAsync(BenchServer server, int rounds, int replicas, int size)
    {
        await using var database = await server.CreateQueueDatabaseAsync(Math.Max(size, WarmUp));
        await using var fcm = await FcmProcess.StartAsync();
        List<RunningApp> apps = [];
        try
        {
            for (var replica = 0; replica < replicas; replica++) apps.Add(await ReminderApp.StartAsync(database, fcm, Concurrency));
            var product = new ProductDrain(database, fcm);
            await product.MeasureAsync(apps, WarmUp);
            List<DrainRun> drains = [];
            var twice = 0;
            for (var round = 0; round < rounds; round++)
            {
                drains.Add(await product.MeasureAsync(apps, size));
                twice += await TwiceAsync(fcm);
            }
            return (DrainRun.Median(drains), twice);
        }
        finally
        {
            foreach (var app in apps) await app.DisposeAsync();
        }
    }

    // Each reminder of a round is for a phone of its own.
    private static async Task<int> TwiceAsync(FcmProcess fcm) =>
        (await fcm.ReceivedAsync()).CountBy(push => push.Token).Count(token => token.Value > 1);
}
