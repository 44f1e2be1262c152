using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Benchmarks.Support;

namespace ShiftReminders.Benchmarks.Replicas;

/// <summary>One, two and three processes of the product on one queue, in turn.</summary>
internal static class ReplicasBenchmark
{
    private const int Most = 3;

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 20_000;
        List<Fleet> fleets = [];
        try
        {
            for (var processes = 1; processes <= Most; processes++) fleets.Add(await Fleet.StartAsync(server, processes, size));
            for (var round = 0; round < wanted.Rounds; round++)
                foreach (var fleet in fleets) await fleet.MeasureAsync(size);
            return Report(fleets, size);
        }
        finally
        {
            foreach (var fleet in fleets) await fleet.DisposeAsync();
        }
    }

    private static Table Report(List<Fleet> fleets, int size)
    {
        var table = new Table(
            $"Replicas: {Figures.Count(size)} due reminders on one queue", "processes", "reminders/s in sum", "of one process", "CPU each, all programs", "reminders that FCM got twice");
        var one = DrainRun.Median(fleets[0].Runs);
        foreach (var fleet in fleets)
        {
            var drain = DrainRun.Median(fleet.Runs);
            table.Add(
                $"{fleet.Processes}", Figures.Count(drain.PerSecond), Figures.Ratio(drain.PerSecond / one.PerSecond), Figures.Microseconds(drain.All), $"{fleet.Twice}");
        }
        return table;
    }
}
