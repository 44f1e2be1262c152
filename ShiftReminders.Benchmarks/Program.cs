using ShiftReminders.Benchmarks.Circuits;
using ShiftReminders.Benchmarks.Claim;
using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Benchmarks.Enqueue;
using ShiftReminders.Benchmarks.Functions;
using ShiftReminders.Benchmarks.Lateness;
using ShiftReminders.Benchmarks.Pages;
using ShiftReminders.Benchmarks.Paint;
using ShiftReminders.Benchmarks.Peers;
using ShiftReminders.Benchmarks.Purge;
using ShiftReminders.Benchmarks.Replicas;
using ShiftReminders.Benchmarks.Start;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Web.Delivery.Http;

const string usage = "usage: ./dev bench [drain|peers|replicas|enqueue|claim|pages|paint|circuits|purge|lateness|start|functions|all] [--size N] [--rounds N]";

// What the app sets for itself is set for those who are measured beside it.
SharedBuffers.MakeRoom();

// The programs that are measured beside the app are this one too, each in a process of its own.
switch (args)
{
    case ["fake-fcm"]:
        await FakeFcmChild.RunAsync();
        return 0;
    case [var verb] when BareKind.All.Any(kind => kind.Verb == verb):
        await BarePipelineChild.RunAsync(verb);
        return 0;
    case ["hangfire"]:
        await HangfireChild.RunAsync();
        return 0;
}

if (Wanted.Parse(args) is not { } wanted)
{
    await Console.Error.WriteLineAsync(usage);
    return 2;
}

await using var server = await BenchServer.StartAsync();
await Console.Out.WriteLineAsync(await Machine.DescribeAsync(server));
foreach (var benchmark in wanted.Benchmarks)
{
    Task<Table> run = benchmark switch
    {
        "drain" => DrainBenchmark.RunAsync(server, wanted),
        "enqueue" => EnqueueBenchmark.RunAsync(server, wanted),
        "claim" => ClaimBenchmark.RunAsync(server, wanted),
        "peers" => PeersBenchmark.RunAsync(server, wanted),
        "replicas" => ReplicasBenchmark.RunAsync(server, wanted),
        "start" => StartBenchmark.RunAsync(server, wanted),
        "functions" => Task.FromResult(FunctionsBenchmark.Run()),
        "pages" => PagesBenchmark.RunAsync(server, wanted),
        "paint" => PaintBenchmark.RunAsync(server, wanted),
        "circuits" => CircuitsBenchmark.RunAsync(server, wanted),
        "purge" => PurgeBenchmark.RunAsync(server, wanted),
        _ => LatenessBenchmark.RunAsync(server, wanted),
    };
    await Console.Out.WriteLineAsync((await run).ToMarkdown());
}
await Console.Out.WriteLineAsync($"Load of the machine at the end: {Machine.Load()}");
return 0;
