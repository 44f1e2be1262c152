using System.Globalization;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Benchmarks.Claim;

/// <summary>One claim of 500 and the record of its outcomes, without and with a table full of finished reminders.</summary>
internal sealed class ClaimBenchmark(ReminderQueue queue)
{
    private const int BatchSize = 500;
    private const int WarmUp = 5;
    private const int Batches = 30;
    private const string Channel = "Fcm:bench";

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var table = new Table("Claim of 500 and record of 500 as the table grows", "finished reminders", "claim", "record", "both", "against an empty table");
        var empty = 0d;
        foreach (var finished in new[] { 0, wanted.Size ?? 1_000_000 })
        {
            var (claim, record) = await MeasureAsync(server, finished);
            var both = claim + record;
            if (finished == 0) empty = both;
            table.Add(
                Figures.Count(finished), Figures.Milliseconds(claim), Figures.Milliseconds(record), Figures.Milliseconds(both), Figures.Ratio(both / empty));
        }
        return table;
    }

    private static async Task<(double Claim, double Record)> MeasureAsync(BenchServer server, int finished)
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.RunFileAsync("people.sql");
        await database.RunFileAsync("history.sql");
        await database.Owner.ExecuteAsync("SELECT bench.add_people(50000)");
        await database.Owner.ExecuteAsync("SELECT bench.add_history($1)", (long)finished);
        await database.Owner.ExecuteAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT bench.add_shifts({(WarmUp + Batches) * BatchSize}, clock_timestamp() - interval '1 minute', interval '0')"));
        await database.TickAsync();
        await database.SettleAsync();
        return await new ClaimBenchmark(new ReminderQueue(database.App)).MeasureAsync();
    }

    private async Task<(double Claim, double Record)> MeasureAsync()
    {
        List<double> claims = [], records = [];
        for (var batch = 0; batch < WarmUp + Batches; batch++)
        {
            var started = TimeProvider.System.GetTimestamp();
            var claimed = await queue.ClaimAsync("bench", Channel, BatchSize, TimeSpan.FromSeconds(90), CancellationToken.None);
            var between = TimeProvider.System.GetTimestamp();
            if (claimed.Count != BatchSize) throw new InvalidOperationException($"Only {claimed.Count} were claimed.");
            await queue.RecordAsync("bench", Channel, [.. claimed.Select(Accepted)], CancellationToken.None);
            if (batch < WarmUp) continue;
            claims.Add(TimeProvider.System.GetElapsedTime(started, between).TotalMilliseconds);
            records.Add(TimeProvider.System.GetElapsedTime(between).TotalMilliseconds);
        }
        return (claims.Median(), records.Median());
    }

    internal static AttemptResult Accepted(ClaimedReminder claim) => new(claim,
    [
        new DeviceResult
        {
            DeviceId = claim.DeviceIds[0],
            Platform = claim.Platforms[0],
            Outcome = "accepted",
            HttpStatus = 200,
            MessageId = claim.NotificationId,
            Latency = TimeSpan.FromMilliseconds(80),
        },
    ]);
}
