using ShiftReminders.Benchmarks.Support;

namespace ShiftReminders.Benchmarks.Claim;

/// <summary>
/// One claim of 500 and the record of its outcomes, behind no finished reminders, a tenth of them and all. The tables
/// take turns batch by batch: what else the machine does meanwhile falls on all of them.
/// </summary>
internal static class ClaimBenchmark
{
    private const int WarmUp = 5;
    private const int BatchesARound = 40;

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 1_000_000;
        List<GrownTable> tables = [];
        try
        {
            foreach (var finished in new[] { 0, size / 10, size }) tables.Add(await GrownTable.CreateAsync(server, finished));
            for (var round = 0; round < wanted.Rounds; round++) await MeasureAsync(tables);
            return Report(tables, wanted.Rounds);
        }
        finally
        {
            foreach (var table in tables) await table.DisposeAsync();
        }
    }

    private static async Task MeasureAsync(List<GrownTable> tables)
    {
        foreach (var table in tables) await table.QueueAsync(WarmUp + BatchesARound);
        for (var batch = 0; batch < WarmUp + BatchesARound; batch++)
            foreach (var table in tables) await table.ClaimAndRecordAsync(counts: batch >= WarmUp);
    }

    private static Table Report(List<GrownTable> tables, int rounds)
    {
        var report = new Table(
            $"Claim and record of {GrownTable.BatchSize} as the table grows: medians of {rounds * BatchesARound} batches, table by table in turn",
            "finished reminders", "claim", "record", "both", "claim, against an empty table", "both, against an empty table");
        var empty = tables[0];
        foreach (var table in tables)
        {
            report.Add(
                Figures.Count(table.Finished),
                Figures.Milliseconds(table.Claims.Median()),
                Figures.Milliseconds(table.Records.Median()),
                Figures.Milliseconds(table.Both.Median()),
                Figures.Ratio(table.Claims.Median() / empty.Claims.Median()),
                Figures.Ratio(table.Both.Median() / empty.Both.Median()));
        }
        return report;
    }
}
