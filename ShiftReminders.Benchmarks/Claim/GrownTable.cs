using System.Globalization;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Benchmarks.Claim;

/// <summary>A queue behind so many finished reminders, and how long its claims and records took.</summary>
internal sealed class GrownTable : IAsyncDisposable
{
    public const int BatchSize = 500;

    private const string Channel = "Fcm:bench";

    private readonly BenchDatabase database;
    private readonly ReminderQueue queue;

    private GrownTable(BenchDatabase database, int finished)
    {
        (this.database, Finished) = (database, finished);
        queue = new ReminderQueue(database.App);
    }

    public int Finished { get; }

    public List<double> Claims { get; } = [];

    public List<double> Records { get; } = [];

    public List<double> Both { get; } = [];

    public static async Task<GrownTable> CreateAsync(BenchServer server, int finished)
    {
        var database = await server.CreateDatabaseAsync();
        await History.FillAsync(database, finished);
        return new GrownTable(database, finished);
    }

    /// <summary>Due reminders, of which the statistics know nothing yet: so they come in production too.</summary>
    public async Task QueueAsync(int batches)
    {
        await database.Owner.ExecuteAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT bench.add_shifts({batches * BatchSize}, clock_timestamp() - interval '1 minute', interval '0')"));
        await database.TickAsync();
        await database.Superuser.ExecuteAsync("CHECKPOINT");
    }

    public async Task ClaimAndRecordAsync(bool counts)
    {
        var started = TimeProvider.System.GetTimestamp();
        var claimed = await queue.ClaimAsync("bench", Channel, BatchSize, TimeSpan.FromSeconds(90), CancellationToken.None);
        var between = TimeProvider.System.GetTimestamp();
        if (claimed.Count != BatchSize) throw new InvalidOperationException($"Only {claimed.Count} were claimed.");
        await queue.RecordAsync("bench", Channel, [.. claimed.Select(Accepted)], CancellationToken.None);
        var ended = TimeProvider.System.GetTimestamp();
        if (!counts) return;
        Claims.Add(TimeProvider.System.GetElapsedTime(started, between).TotalMilliseconds);
        Records.Add(TimeProvider.System.GetElapsedTime(between, ended).TotalMilliseconds);
        Both.Add(TimeProvider.System.GetElapsedTime(started, ended).TotalMilliseconds);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

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
