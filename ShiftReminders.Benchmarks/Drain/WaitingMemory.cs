using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>What the product holds while far more is due than FCM takes: the backlog must stay in the database.</summary>
internal static class WaitingMemory
{
    private const int Waiting = 100_000;
    private const int WarmUp = 10_000;
    private const int Concurrency = 256;

    private static readonly TimeSpan Latency = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(30);

    public static async Task AddToAsync(Table table, BenchServer server)
    {
        await using var database = await server.CreateQueueDatabaseAsync(Waiting);
        await using var fcm = await FcmProcess.StartAsync();
        await using var app = await ReminderApp.StartAsync(database, fcm, Concurrency);
        await new ProductDrain(database, fcm).MeasureAsync([app], WarmUp);
        await fcm.SetLatencyAsync(Latency);
        var watch = MemoryWatch.Of(app);
        await database.Owner.ExecuteAsync("SELECT bench.add_shifts($1, clock_timestamp(), interval '0')", (long)Waiting);
        await database.TickAsync();
        await Task.Delay(Watched, TimeProvider.System, CancellationToken.None);
        await watch.DisposeAsync();
        table.Add(
            $"Shift Reminders, {Figures.Count(Waiting)} due and waiting, FCM answers after {Latency.TotalSeconds:0} s", "", "", "", "", "", "", watch.ToString());
    }
}
