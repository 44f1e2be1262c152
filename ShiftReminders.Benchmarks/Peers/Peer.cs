using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>A queue that one would take instead, and a program that delivers reminders with it.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Work">What the program does with each reminder.</param>
/// <param name="Most">More of them than this would take too long.</param>
/// <param name="Program">What is run, with its arguments.</param>
internal sealed record Peer(string Name, PeerWork Work, int Most, params string[] Program)
{
    private const string PgBoss = "pg-boss 12.38";
    private const string Graphile = "graphile-worker 0.18";
    private const string Hangfire = "Hangfire 1.8.25 + Hangfire.PostgreSql 1.21.1";
    private const int MostOfHangfire = 2_000;

    // How many jobs' statements graphile-worker.mjs makes one of.
    private const string EachAlone = "1";
    private const string Gathered = "250";

    private static readonly string Directory = Path.Combine(Repository.Root, "ShiftReminders.Benchmarks", "Peers");

    // Node.js comes with the scripts' own packages: pg-boss 12 wants 22, whatever the machine has.
    private static readonly string Node = Path.Combine(Directory, "node_modules", "node", "bin", "node");

    /// <summary>Those that stand beside this file.</summary>
    public static IReadOnlyList<Peer> All { get; } =
    [
        Script(PgBoss, PeerWork.Full, "pg-boss.mjs"),
        Script(Graphile, PeerWork.Full, "graphile-worker.mjs", EachAlone),
        Script($"{Graphile}, gathered by 250", PeerWork.Full, "graphile-worker.mjs", Gathered),
        Script($"{Graphile}, 500 reminders a job", PeerWork.Full, "graphile-worker-batches.mjs"),
        new(Hangfire, PeerWork.Full, MostOfHangfire, "dotnet", typeof(Peer).Assembly.Location, "hangfire"),
        Script(PgBoss, PeerWork.Light, "pg-boss.mjs"),
        Script(Graphile, PeerWork.Light, "graphile-worker.mjs", EachAlone),
        Script($"{Graphile}, gathered by 250", PeerWork.Light, "graphile-worker.mjs", Gathered),
        new(Hangfire, PeerWork.Light, MostOfHangfire, "dotnet", typeof(Peer).Assembly.Location, "hangfire"),
    ];

    public static Task InstallAsync() => Commands.RunAsync("npm", "install", "--prefix", Directory, "--no-audit", "--no-fund", "--no-package-lock");

    private static Peer Script(string name, PeerWork work, string file, params string[] arguments) =>
        new(name, work, int.MaxValue, [Node, Path.Combine(Directory, file), .. arguments]);
}
