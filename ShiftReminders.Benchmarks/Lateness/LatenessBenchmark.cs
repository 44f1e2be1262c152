using System.Globalization;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Lateness;

/// <summary>How long after its due time a reminder reaches FCM: many at one instant, and a steady stream.</summary>
internal sealed class LatenessBenchmark(BenchDatabase database, FcmProcess fcm)
{
    private const int SteadySeconds = 300;
    private const int SteadyPerSecond = 500;

    // How many shifts are inserted and queued in a second, even by a machine that is busy.
    private const int Prepared = 2_000;

    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 10_000;
        await using var database = await server.CreateDatabaseAsync();
        await using var fcm = await FcmProcess.StartAsync();
        await database.RunFileAsync("people.sql");
        await database.Owner.ExecuteAsync("SELECT bench.add_people($1)", (long)Math.Max(size, SteadySeconds * SteadyPerSecond));
        await using var app = await ReminderApp.StartAsync(database, fcm, concurrency: 256);
        var benchmark = new LatenessBenchmark(database, fcm);
        var table = new Table("Lateness: from due to FCM's receipt", "reminders", "p50", "p99", "longest");

        // So that none of what is measured waits for the compiler.
        await benchmark.MeasureAsync(size, TimeSpan.Zero);
        for (var round = 1; round <= wanted.Rounds; round++)
            Add(table, $"{Figures.Count(size)} due at one instant, round {round}", await benchmark.MeasureAsync(size, TimeSpan.Zero));
        Add(
            table,
            $"{SteadyPerSecond} a second for {SteadySeconds / 60} minutes",
            await benchmark.MeasureAsync(SteadySeconds * SteadyPerSecond, TimeSpan.FromSeconds(1.0 / SteadyPerSecond)));
        return table;
    }

    private async Task<double[]> MeasureAsync(int size, TimeSpan step)
    {
        await fcm.ForgetAsync();
        await database.SettleAsync();
        var lead = Lead + TimeSpan.FromSeconds(size / Prepared);
        // PostgreSQL counts in microseconds: so does the first due time.
        var first = new DateTime((TimeProvider.System.GetUtcNow() + lead).UtcTicks / 10 * 10, DateTimeKind.Utc);
        await database.Owner.ExecuteAsync("SELECT bench.add_shifts($1, $2, $3)", (long)size, first, step);
        await database.TickAsync();
        if (TimeProvider.System.GetUtcNow() > first) throw new InvalidOperationException($"{size} reminders were not queued within {lead}.");
        await TickUntilAllCameAsync(size);
        var received = await fcm.ReceivedAsync();
        return [.. received.Select(push => (push.At - (first + (step * (NumberOf(push.Token) - 1)))).TotalMilliseconds)];
    }

    // As pg_cron would, though more often; the queue is filled 90 s ahead.
    private async Task TickUntilAllCameAsync(int size)
    {
        using var came = new CancellationTokenSource();
        var ticking = TickAsync(came.Token);
        await Eventually.TrueAsync("every reminder has come", Patience, async () => await fcm.CountAsync() >= size);
        await came.CancelAsync();
        await ticking;
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await database.TickAsync();
            await Task.Delay(TickInterval, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static int NumberOf(string token) =>
        int.Parse(token.AsSpan("bench-".Length, token.IndexOf(':', StringComparison.Ordinal) - "bench-".Length), CultureInfo.InvariantCulture);

    private static void Add(Table table, string title, double[] late) => table.Add(
        title,
        Figures.Milliseconds(late.Percentile(0.5)),
        Figures.Milliseconds(late.Percentile(0.99)),
        Figures.Milliseconds(late.Max()));
}
