using ShiftReminders.Benchmarks.Support;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>The full work on N due reminders, round by round beside the bare pipelines.</summary>
internal static class DrainBenchmark
{
    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 20_000;
        var table = new Table(
            $"Drain: {Figures.Count(size)} due reminders, one device each, HTTP/2; as many, at least {Figures.Count(ProductDrain.WarmUp)}, go before",
            "work", "reminders/s", "of the bare pipeline", "CPU each: worker", "PostgreSQL", "fake FCM", "all, of the bare pipeline's", "memory start / peak / end");
        await RunAsync(server, wanted.Rounds, size, TimeSpan.Zero, 256, table);
        await RunAsync(server, wanted.Rounds, size, TimeSpan.FromMilliseconds(50), 1024, table);
        await WaitingMemory.AddToAsync(table, server);
        return table;
    }

    private static async Task RunAsync(BenchServer server, int rounds, int size, TimeSpan latency, int concurrency, Table table)
    {
        var warmUp = Math.Max(size, ProductDrain.WarmUp);
        await using var database = await server.CreateQueueDatabaseAsync(warmUp);
        await using var fcm = await FcmProcess.StartAsync();
        await fcm.SetLatencyAsync(latency);
        await using var app = await ReminderApp.StartAsync(database, fcm, concurrency);
        await using var bare = await BareDrain.StartAsync(BareKind.Least, database, fcm, concurrency);
        await using var judged = await BareDrain.StartAsync(BareKind.Judged, database, fcm, concurrency);
        await using var same = await BareDrain.StartAsync(BareKind.SameWork, database, fcm, concurrency);
        BareDrain[] yardsticks = [bare, judged, same];
        var product = new ProductDrain(database, fcm);
        await TellAsync("warm-up, product", await product.MeasureAsync([app], warmUp));
        foreach (var yardstick in yardsticks) await TellAsync($"warm-up, {yardstick.Name}", await yardstick.MeasureAsync(warmUp));

        List<DrainRun> products = [];
        var others = yardsticks.ToDictionary(yardstick => yardstick, _ => new List<DrainRun>());
        List<MemoryWatch> memory = [];
        for (var round = 1; round <= rounds; round++)
        {
            var watch = MemoryWatch.Of(app);
            products.Add(await product.MeasureAsync([app], size));
            await watch.DisposeAsync();
            memory.Add(watch);
            await TellAsync($"round {round}, product", products[^1], $"; memory {watch}");
            foreach (var yardstick in yardsticks)
            {
                others[yardstick].Add(await yardstick.MeasureAsync(size));
                await TellAsync($"round {round}, {yardstick.Name}", others[yardstick][^1]);
            }
        }
        var with = latency == TimeSpan.Zero ? "" : $", FCM answers after {latency.TotalMilliseconds:0} ms";
        var least = DrainRun.Median(others[bare]);
        var overall = $"{Figures.Megabytes(memory[0].Start)} / {Figures.Megabytes(memory.Max(watch => watch.Peak))} / {Figures.Megabytes(memory[^1].End)}";
        table.Add([$"Shift Reminders{with}", .. Cells(DrainRun.Median(products), least), overall]);
        foreach (var yardstick in yardsticks) table.Add([$"{yardstick.Name}{with}", .. Cells(DrainRun.Median(others[yardstick]), least), ""]);
    }

    private static Task TellAsync(string what, DrainRun run, string more = "") => Console.Error.WriteLineAsync($"{what}: {run.Describe()}{more}");

    private static string[] Cells(DrainRun run, DrainRun bare) =>
    [
        Figures.Count(run.PerSecond), Figures.Ratio(run.PerSecond / bare.PerSecond),
        Figures.Microseconds(run.Worker), Figures.Microseconds(run.Postgres), Figures.Microseconds(run.Fcm),
        Figures.Ratio(run.All / bare.All),
    ];
}
