using System.Globalization;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>A bare pipeline's process, and its drains.</summary>
internal sealed class BareDrain : IAsyncDisposable
{
    private readonly BareKind kind;
    private readonly BenchDatabase database;
    private readonly FcmProcess fcm;
    private readonly Child child;

    private BareDrain(BareKind kind, BenchDatabase database, FcmProcess fcm, Child child) =>
        (this.kind, this.database, this.fcm, this.child) = (kind, database, fcm, child);

    public static async Task<BareDrain> StartAsync(BareKind kind, BenchDatabase database, FcmProcess fcm, int concurrency)
    {
        var child = Child.Start(kind.Verb, new Dictionary<string, string>(fcm.Http2Settings)
        {
            ["BARE_CONNECTION"] = database.OwnerConnectionString,
            ["BARE_CONCURRENCY"] = $"{concurrency}",
        });
        await child.AnswerAsync();
        return new BareDrain(kind, database, fcm, child);
    }

    public string Name => kind.Name;

    public async Task<DrainRun> MeasureAsync(int size)
    {
        var newest = await database.Owner.ScalarAsync<long>($"SELECT coalesce(max(id), 0) FROM {kind.Table}");
        await database.Owner.ExecuteAsync(kind.Fill, (long)size);
        await database.SettleAsync();
        return await DrainRun.MeasureAsync(database, fcm, [child.ProcessId], size, () => child.AskAsync("go"), string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT extract(epoch FROM max(done_at) - min(claimed_at))::float8 FROM {kind.Table} WHERE id > {newest}"));
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
