using System.Globalization;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>The full work on N due reminders, round by round beside the bare pipeline.</summary>
internal sealed class DrainBenchmark(BenchDatabase database, FcmProcess fcm, int size)
{
    private const int WarmUp = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private double idleMemory;
    private double peakMemory;

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 20_000;
        var table = new Table(
            $"Drain: {Figures.Count(size)} due reminders, one device each, HTTP/2",
            "work", "reminders/s", "of the bare pipeline", "CPU each: worker", "PostgreSQL", "fake FCM", "all, of the bare pipeline's", "memory idle / peak");
        await RunAsync(server, wanted, size, TimeSpan.Zero, 256, table);
        await RunAsync(server, wanted, size, TimeSpan.FromMilliseconds(50), 1024, table);
        return table;
    }

    private static async Task RunAsync(BenchServer server, Wanted wanted, int size, TimeSpan latency, int concurrency, Table table)
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var fcm = await FcmProcess.StartAsync();
        await fcm.SetLatencyAsync(latency);
        await database.RunFileAsync("people.sql");
        await database.RunFileAsync("bare.sql");
        await database.Owner.ExecuteAsync("SELECT bench.add_people($1)", (long)Math.Max(size, WarmUp));
        var benchmark = new DrainBenchmark(database, fcm, size);
        var (product, bare) = await benchmark.MeasureAsync(wanted.Rounds, concurrency);

        var with = latency == TimeSpan.Zero ? "" : $", FCM answers after {latency.TotalMilliseconds:0} ms";
        var memory = $"{Figures.Megabytes(benchmark.idleMemory)} / {Figures.Megabytes(benchmark.peakMemory)}";
        table.Add([$"Shift Reminders{with}", .. Cells(product, bare), memory]);
        table.Add([$"bare pipeline{with}", .. Cells(bare, bare), ""]);
    }

    private async Task<(DrainRun Product, DrainRun Bare)> MeasureAsync(int rounds, int concurrency)
    {
        await using var app = await ReminderApp.StartAsync(database, fcm, concurrency);
        await using var bare = Child.Start("bare-pipeline", BareSettings(concurrency));
        await bare.AnswerAsync();
        await ProductAsync(app, WarmUp);
        await BareAsync(bare, WarmUp);
        idleMemory = ProcessorTime.Memory(app.ProcessId);

        List<DrainRun> products = [], bares = [];
        for (var round = 0; round < rounds; round++)
        {
            products.Add(await ProductAsync(app, size));
            bares.Add(await BareAsync(bare, size));
        }
        peakMemory = ProcessorTime.PeakMemory(app.ProcessId);
        return (DrainRun.Median(products), DrainRun.Median(bares));
    }

    private async Task<DrainRun> ProductAsync(RunningApp app, int count)
    {
        await database.Owner.ExecuteAsync("SELECT bench.add_shifts($1, clock_timestamp() - interval '3 minutes', interval '0')", (long)count);
        await database.SettleAsync();
        var newest = await database.Owner.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM public.scheduled_notifications");
        return await DrainRun.MeasureAsync(database, fcm, app.ProcessId, count, DrainAsync, string.Create(CultureInfo.InvariantCulture,
            $"SELECT extract(epoch FROM max(processed_at) - min(claimed_at))::float8 FROM public.scheduled_notifications WHERE id > {newest}"));

        async Task DrainAsync()
        {
            await database.TickAsync();
            await ReminderApp.WhenDrainedAsync(database, Patience);
        }
    }

    private async Task<DrainRun> BareAsync(Child bare, int count)
    {
        var newest = await database.Owner.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM bench.queue");
        await database.Owner.ExecuteAsync(
            """
            INSERT INTO bench.queue (nid, user_id, due_at)
            SELECT 'shift-' || $2 + n || '-' || bench.person(n) || '-start_15', bench.person(n), clock_timestamp() FROM generate_series(1, $1) n
            """,
            (long)count, newest);
        await database.SettleAsync();
        return await DrainRun.MeasureAsync(database, fcm, bare.ProcessId, count, () => bare.AskAsync("go"), string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT extract(epoch FROM max(done_at) - min(claimed_at))::float8 FROM bench.queue WHERE id > {newest}"));
    }

    private Dictionary<string, string> BareSettings(int concurrency) => new(fcm.Http2Settings)
    {
        ["BARE_CONNECTION"] = database.OwnerConnectionString,
        ["BARE_CONCURRENCY"] = $"{concurrency}",
    };

    private static string[] Cells(DrainRun run, DrainRun bare) =>
    [
        Figures.Count(run.PerSecond), Figures.Ratio(run.PerSecond / bare.PerSecond),
        Figures.Microseconds(run.Worker), Figures.Microseconds(run.Postgres), Figures.Microseconds(run.Fcm),
        Figures.Ratio(run.All / bare.All),
    ];
}
