using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Processing;

namespace ShiftReminders.Benchmarks.Purge;

/// <summary>The purge of N finished reminders, in the product's own batches, and what it does to the queue beside it.</summary>
internal sealed class PurgeBenchmark(BenchDatabase database)
{
    private const int QuietPulses = 30;

    private static readonly TimeSpan BetweenPulses = TimeSpan.FromSeconds(2);

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 1_000_000;
        await using var database = await server.CreateDatabaseAsync();
        var benchmark = new PurgeBenchmark(database);
        await benchmark.FillAsync(size);
        var table = new Table(
            $"Purge: {Figures.Count(size)} finished reminders with their marks and attempts, {Figures.Count(RetentionJob.BatchSize)} a batch",
            "what", "times", "median", "p95", "longest");
        await benchmark.MeasureAsync(size, table);
        return table;
    }

    private async Task FillAsync(int size)
    {
        await History.FillAsync(database, size);
        // The history ends a day ago: all of it is past its retention.
        await database.Owner.ExecuteAsync("UPDATE shift_reminders.settings SET value = '12 hours' WHERE key = 'keep_reminders'");
        await database.SettleAsync();
    }

    private async Task MeasureAsync(int size, Table table)
    {
        var queue = new QueuePulse(database);
        await queue.BeatAsync();
        List<PulseTimes> quiet = [], busy = [];
        for (var pulse = 0; pulse < QuietPulses; pulse++) quiet.Add(await BeatAsync(queue));
        Add(table, "without the purge", quiet);

        var purging = PurgeAsync();
        while (!purging.IsCompleted) busy.Add(await BeatAsync(queue));
        var batches = await purging;
        Add(table, "beside the purge", busy);
        Add(table, "batch of the purge, first tenth", batches.Take(batches.Count / 10));
        Add(table, "batch of the purge, last tenth", batches.Skip(batches.Count * 9 / 10));
        Add(table, $"the whole purge, {Figures.Count(size / batches.Sum() * 1000)} reminders a second", [batches.Sum()]);
    }

    private static async Task<PulseTimes> BeatAsync(QueuePulse queue)
    {
        await Task.Delay(BetweenPulses, TimeProvider.System);
        return await queue.BeatAsync();
    }

    private async Task<List<double>> PurgeAsync()
    {
        List<double> batches = [];
        while (true)
        {
            var started = TimeProvider.System.GetTimestamp();
            if (await database.App.ScalarAsync<int>("SELECT shift_reminders.purge($1)", RetentionJob.BatchSize) == 0) return batches;
            batches.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    private static void Add(Table table, string when, List<PulseTimes> pulses)
    {
        Add(table, $"tick, {QueuePulse.Size} due, {when}", pulses.Select(pulse => pulse.Tick));
        Add(table, $"claim of {QueuePulse.Size} {when}", pulses.Select(pulse => pulse.Claim));
        Add(table, $"record of {QueuePulse.Size} {when}", pulses.Select(pulse => pulse.Record));
    }

    private static void Add(Table table, string what, IEnumerable<double> times)
    {
        var all = times.ToList();
        table.Add(
            what, Figures.Count(all.Count), Figures.Milliseconds(all.Median()), Figures.Milliseconds(all.Percentile(0.95)), Figures.Milliseconds(all.Max()));
    }
}
