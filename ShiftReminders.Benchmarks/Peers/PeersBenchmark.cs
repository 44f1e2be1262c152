using System.Diagnostics;
using System.Globalization;
using Npgsql;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Delivery.Fcm;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>The queues for Node.js that one would take instead: the scripts beside this file, on the same server and fake FCM.</summary>
internal static class PeersBenchmark
{
    private static readonly string Directory = Path.Combine(Repository.Root, "ShiftReminders.Benchmarks", "Peers");

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 20_000;
        await Commands.RunAsync("npm", "install", "--prefix", Directory, "--no-audit", "--no-fund", "--no-package-lock");
        var table = new Table($"Peers: {Figures.Count(size)} due reminders, one device each, HTTP/2", "queue", "reminders/s");
        foreach (var peer in new[] { "pg-boss", "graphile-worker" })
            table.Add(peer, Figures.Count(await MedianAsync(server, peer, size, wanted.Rounds)));
        return table;
    }

    private static async Task<double> MedianAsync(BenchServer server, string peer, int size, int rounds)
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var fcm = await FcmProcess.StartAsync();
        await database.RunFileAsync("people.sql");
        await database.RunFileAsync("bare.sql");
        await database.Owner.ExecuteAsync("SELECT bench.add_people($1)", (long)size);
        var speeds = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            await fcm.ForgetAsync();
            var speed = await RunScriptAsync(peer, await SettingsAsync(server, database, fcm, size));
            if (await fcm.CountAsync() != size) throw new InvalidOperationException($"{peer} delivered {await fcm.CountAsync()} of {size}.");
            if (round > 0) speeds.Add(speed);
        }
        return speeds.Median();
    }

    private static async Task<double> RunScriptAsync(string peer, Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Directory, $"{peer}.mjs")]);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var result = await Commands.TryRunAsync(start);
        return result.ExitCode == 0
            ? double.Parse(result.Output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{peer} ended with {result.ExitCode}: {result.Error}");
    }

    private static async Task<Dictionary<string, string>> SettingsAsync(BenchServer server, BenchDatabase database, FcmProcess fcm, int size)
    {
        var account = FcmCredentials.Read(fcm.Http2Settings["Fcm__CredentialsPath"]).Account!;
        var target = new NpgsqlConnectionStringBuilder(
            server.Cluster.SuperuserConnectionString(new NpgsqlConnectionStringBuilder(database.OwnerConnectionString).Database!));
        return new Dictionary<string, string>(fcm.Http2Settings)
        {
            ["PEER_DATABASE"] = $"postgresql://{target.Username}:{target.Password}@{target.Host}:{target.Port}/{target.Database}",
            ["PEER_SIZE"] = $"{size}",
            ["PEER_AUTHORIZATION"] = $"Bearer {await account.GetAccessTokenForRequestAsync()}",
        };
    }
}
