using System.Globalization;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>The bare pipeline's process, and its drains.</summary>
internal sealed class BareDrain : IAsyncDisposable
{
    private readonly BenchDatabase database;
    private readonly FcmProcess fcm;
    private readonly Child child;

    private BareDrain(BenchDatabase database, FcmProcess fcm, Child child) => (this.database, this.fcm, this.child) = (database, fcm, child);

    public static async Task<BareDrain> StartAsync(BenchDatabase database, FcmProcess fcm, int concurrency)
    {
        var child = Child.Start("bare-pipeline", new Dictionary<string, string>(fcm.Http2Settings)
        {
            ["BARE_CONNECTION"] = database.OwnerConnectionString,
            ["BARE_CONCURRENCY"] = $"{concurrency}",
        });
        await child.AnswerAsync();
        return new BareDrain(database, fcm, child);
    }

    public async Task<DrainRun> MeasureAsync(int size)
    {
        var newest = await database.Owner.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM bench.queue");
        await database.Owner.ExecuteAsync(
            """
            INSERT INTO bench.queue (nid, user_id, due_at)
            SELECT 'shift-' || $2 + n || '-' || bench.person(n) || '-start_15', bench.person(n), clock_timestamp() FROM generate_series(1, $1) n
            """,
            (long)size, newest);
        await database.SettleAsync();
        return await DrainRun.MeasureAsync(database, fcm, [child.ProcessId], size, () => child.AskAsync("go"), string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT extract(epoch FROM max(done_at) - min(claimed_at))::float8 FROM bench.queue WHERE id > {newest}"));
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
