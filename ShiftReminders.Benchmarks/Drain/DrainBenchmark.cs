using ShiftReminders.Benchmarks.Support;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>The full work on N due reminders, round by round beside the bare pipeline.</summary>
internal static class DrainBenchmark
{
    private const int WarmUp = 10_000;

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 20_000;
        var table = new Table(
            $"Drain: {Figures.Count(size)} due reminders, one device each, HTTP/2",
            "work", "reminders/s", "of the bare pipeline", "CPU each: worker", "PostgreSQL", "fake FCM", "all, of the bare pipeline's", "memory idle / peak");
        await RunAsync(server, wanted.Rounds, size, TimeSpan.Zero, 256, table);
        await RunAsync(server, wanted.Rounds, size, TimeSpan.FromMilliseconds(50), 1024, table);
        return table;
    }

    private static async Task RunAsync(BenchServer server, int rounds, int size, TimeSpan latency, int concurrency, Table table)
    {
        await using var database = await server.CreateQueueDatabaseAsync(Math.Max(size, WarmUp));
        await using var fcm = await FcmProcess.StartAsync();
        await fcm.SetLatencyAsync(latency);
        await using var app = await ReminderApp.StartAsync(database, fcm, concurrency);
        await using var bare = await BareDrain.StartAsync(database, fcm, concurrency);
        var product = new ProductDrain(database, fcm);
        await product.MeasureAsync([app], WarmUp);
        await bare.MeasureAsync(WarmUp);
        var idleMemory = ProcessorTime.Memory(app.ProcessId);

        List<DrainRun> products = [], bares = [];
        for (var round = 0; round < rounds; round++)
        {
            products.Add(await product.MeasureAsync([app], size));
            bares.Add(await bare.MeasureAsync(size));
        }
        var memory = $"{Figures.Megabytes(idleMemory)} / {Figures.Megabytes(ProcessorTime.PeakMemory(app.ProcessId))}";
        var with = latency == TimeSpan.Zero ? "" : $", FCM answers after {latency.TotalMilliseconds:0} ms";
        var yardstick = DrainRun.Median(bares);
        table.Add([$"Shift Reminders{with}", .. Cells(DrainRun.Median(products), yardstick), memory]);
        table.Add([$"bare pipeline{with}", .. Cells(yardstick, yardstick), ""]);
    }

    private static string[] Cells(DrainRun run, DrainRun bare) =>
    [
        Figures.Count(run.PerSecond), Figures.Ratio(run.PerSecond / bare.PerSecond),
        Figures.Microseconds(run.Worker), Figures.Microseconds(run.Postgres), Figures.Microseconds(run.Fcm),
        Figures.Ratio(run.All / bare.All),
    ];
}
