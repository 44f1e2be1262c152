using Npgsql;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>The bare pipeline in a process of its own; drains once per line of its input.</summary>
internal static class BarePipelineChild
{
    public static async Task RunAsync()
    {
        await using var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(BarePost.Setting("BARE_CONNECTION")) { NoResetOnClose = true });
        using var post = await BarePost.FromEnvironmentAsync();
        var pipeline = new BarePipeline(database, post.SendAsync, int.Parse(BarePost.Setting("BARE_CONCURRENCY"), null));
        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is not null)
        {
            await pipeline.DrainAsync();
            await Console.Out.WriteLineAsync("drained");
        }
    }
}
