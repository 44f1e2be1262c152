using System.Diagnostics;
using System.Globalization;
using Npgsql;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Delivery.Fcm;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>A queue that one would take instead: a program that does as many reminders as it is told, and prints its speed.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Most">More of them than this would take too long.</param>
/// <param name="Program">What is run, with its arguments.</param>
internal sealed record Peer(string Name, int Most, params string[] Program)
{
    private static readonly string Directory = Path.Combine(Repository.Root, "ShiftReminders.Benchmarks", "Peers");

    // Node.js comes with the scripts' own packages: pg-boss 12 wants 22, whatever the machine has.
    private static readonly string Node = Path.Combine(Directory, "node_modules", "node", "bin", "node");

    /// <summary>Those that stand beside this file.</summary>
    public static IReadOnlyList<Peer> All { get; } =
    [
        new("pg-boss 12.38", int.MaxValue, Node, Path.Combine(Directory, "pg-boss.mjs")),
        new("graphile-worker 0.18", int.MaxValue, Node, Path.Combine(Directory, "graphile-worker.mjs")),
        new("Hangfire 1.8.25 + Hangfire.PostgreSql 1.21.1", 2_000, "dotnet", typeof(Peer).Assembly.Location, "hangfire"),
    ];

    public static Task InstallAsync() => Commands.RunAsync("npm", "install", "--prefix", Directory, "--no-audit", "--no-fund", "--no-package-lock");

    /// <summary>Reminders per second.</summary>
    public async Task<double> MeasureAsync(BenchServer server, BenchDatabase database, FcmProcess fcm, int size)
    {
        await fcm.ForgetAsync();
        var start = new ProcessStartInfo(Program[0], Program[1..]);
        foreach (var (name, value) in await SettingsAsync(server, database, fcm, size)) start.Environment[name] = value;
        var result = await Commands.TryRunAsync(start);
        if (result.ExitCode != 0) throw new InvalidOperationException($"{Name} ended with {result.ExitCode}: {result.Output}{result.Error}");
        var delivered = await fcm.CountAsync();
        return delivered == size
            ? double.Parse(result.Output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{Name} delivered {delivered} of {size}.");
    }

    private static async Task<Dictionary<string, string>> SettingsAsync(BenchServer server, BenchDatabase database, FcmProcess fcm, int size)
    {
        var account = FcmCredentials.Read(fcm.Http2Settings["Fcm__CredentialsPath"]).Account!;
        var target = new NpgsqlConnectionStringBuilder(
            server.Cluster.SuperuserConnectionString(new NpgsqlConnectionStringBuilder(database.OwnerConnectionString).Database!));
        return new Dictionary<string, string>(fcm.Http2Settings)
        {
            ["PEER_DATABASE"] = $"postgresql://{target.Username}:{target.Password}@{target.Host}:{target.Port}/{target.Database}",
            ["PEER_NPGSQL"] = target.ConnectionString,
            ["PEER_SIZE"] = $"{size}",
            ["PEER_AUTHORIZATION"] = $"Bearer {await account.GetAccessTokenForRequestAsync()}",
        };
    }
}
