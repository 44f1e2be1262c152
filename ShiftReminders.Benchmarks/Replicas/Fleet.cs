using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Replicas;

/// <summary>So many processes of the product on one queue, with a database and a fake FCM of their own.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private const int Concurrency = 256;

    private readonly BenchDatabase database;
    private readonly FcmProcess fcm;
    private readonly ProductDrain product;
    private readonly List<RunningApp> apps = [];

    private Fleet(BenchDatabase database, FcmProcess fcm)
    {
        (this.database, this.fcm) = (database, fcm);
        product = new ProductDrain(database, fcm);
    }

    public int Processes => apps.Count;

    public List<DrainRun> Runs { get; } = [];

    /// <summary>Reminders that FCM got more than once.</summary>
    public int Twice { get; private set; }

    public static async Task<Fleet> StartAsync(BenchServer server, int processes, int size)
    {
        var warmUp = Math.Max(size, ProductDrain.WarmUp);
        var fleet = new Fleet(await server.CreateQueueDatabaseAsync(warmUp), await FcmProcess.StartAsync());
        for (var process = 0; process < processes; process++)
            fleet.apps.Add(await ReminderApp.StartAsync(fleet.database, fleet.fcm, Concurrency));
        // Each process compiles itself.
        for (var process = 0; process < processes; process++) await fleet.product.MeasureAsync(fleet.apps, warmUp);
        return fleet;
    }

    public async Task MeasureAsync(int size)
    {
        Runs.Add(await product.MeasureAsync(apps, size));
        // Each reminder of a round is for a phone of its own.
        Twice += (await fcm.ReceivedAsync()).CountBy(push => push.Token).Count(token => token.Value > 1);
        await Console.Error.WriteLineAsync($"{Processes} processes: {Runs[^1].Describe()}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in apps) await app.DisposeAsync();
        await fcm.DisposeAsync();
        await database.DisposeAsync();
    }
}
