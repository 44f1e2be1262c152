using Npgsql;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>A bare pipeline in a process of its own; drains once per line of its input.</summary>
internal static class BarePipelineChild
{
    // By key, one after another: reading whole tables for 500 rows looks cheaper to the planner until these have grown.
    private const string LookUps =
        "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    /// <param name="verb">Which: a <see cref="BareKind.Verb"/>.</param>
    public static async Task RunAsync(string verb)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(BarePost.Setting("BARE_CONNECTION"))
        {
            NoResetOnClose = true,
            Options = LookUps,
        });
        using var post = await BarePost.FromEnvironmentAsync();
        var concurrency = int.Parse(BarePost.Setting("BARE_CONCURRENCY"), null);
        var kind = BareKind.All.Single(kind => kind.Verb == verb);
        Func<Task> drain = kind == BareKind.Least
            ? new BarePipeline<LeastWork.Item, long>(database, new LeastWork(post), concurrency).DrainAsync
            : new BarePipeline<SameWork.Item, SameWork.Sent>(database, new SameWork(post, kind), concurrency).DrainAsync;
        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is not null)
        {
            await drain();
            await Console.Out.WriteLineAsync("drained");
        }
    }
}
