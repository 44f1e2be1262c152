using System.Globalization;
using Npgsql;
using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Delivery.Fcm;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>A peer's process in a database of its own, and its drains.</summary>
internal sealed class PeerDrain : IAsyncDisposable
{
    private readonly Peer peer;
    private readonly BenchDatabase database;
    private readonly FcmProcess fcm;
    private readonly Child child;

    private PeerDrain(Peer peer, BenchDatabase database, FcmProcess fcm, Child child) =>
        (this.peer, this.database, this.fcm, this.child) = (peer, database, fcm, child);

    public static async Task<PeerDrain> StartAsync(Peer peer, BenchServer server, FcmProcess fcm, int people)
    {
        var database = await server.CreateQueueDatabaseAsync(people);
        await database.RunFileAsync("attempts.sql");
        var child = Child.Start(peer.Program, await SettingsAsync(peer, database, fcm));
        await child.AnswerAsync();
        return new PeerDrain(peer, database, fcm, child);
    }

    public async Task<DrainRun> MeasureAsync(int size)
    {
        await child.AskAsync(string.Create(CultureInfo.InvariantCulture, $"fill {size}"));
        await database.SettleAsync();
        var before = await AttemptsAsync();
        var run = await DrainRun.MeasureAsync(database, fcm, [child.ProcessId], size, async () =>
            double.Parse(await child.AskAsync("go"), CultureInfo.InvariantCulture));
        var kept = await AttemptsAsync() - before;
        return kept == (peer.Work == PeerWork.Full ? size : 0)
            ? run
            : throw new InvalidOperationException($"{peer.Name} kept {kept} attempts of {size}.");
    }

    public async ValueTask DisposeAsync()
    {
        await child.DisposeAsync();
        await database.DisposeAsync();
    }

    private Task<long> AttemptsAsync() => database.Owner.ScalarAsync<long>("SELECT count(*) FROM bench.attempts WHERE outcome = 'accepted'");

    private static async Task<Dictionary<string, string>> SettingsAsync(Peer peer, BenchDatabase database, FcmProcess fcm)
    {
        var account = FcmCredentials.Read(fcm.Http2Settings["Fcm__CredentialsPath"]).Account!;
        var target = new NpgsqlConnectionStringBuilder(database.SuperuserConnectionString);
        return new Dictionary<string, string>(fcm.Http2Settings)
        {
            ["PEER_DATABASE"] = $"postgresql://{target.Username}:{target.Password}@{target.Host}:{target.Port}/{target.Database}",
            ["PEER_NPGSQL"] = target.ConnectionString,
            ["PEER_WORK"] = peer.Work == PeerWork.Full ? "full" : "light",
            ["PEER_AUTHORIZATION"] = $"Bearer {await account.GetAccessTokenForRequestAsync()}",
        };
    }
}
