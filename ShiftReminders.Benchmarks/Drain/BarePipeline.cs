using System.Threading.Channels;
using Npgsql;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>
/// The least that can be called delivery: claim, POST, done, with the product's number of connections, batch size and HTTP
/// client. No retries, no pages, no second processor. What a claim and its end do to the database is the work's.
/// </summary>
internal sealed class BarePipeline<TItem, TSent>(NpgsqlDataSource database, IBareWork<TItem, TSent> work, int concurrency)
{
    private const int BatchSize = 500;

    // Long enough to gather a batch, as the product does.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends when everything that is due has been delivered.</summary>
    public async Task DrainAsync()
    {
        var claimed = Channel.CreateBounded<TItem>(BatchSize / 2);
        var delivered = Channel.CreateUnbounded<TSent>();
        var recording = RecordAllAsync(delivered.Reader);
        var workers = Enumerable.Range(0, concurrency)
            .Select(_ => Task.Run(() => DeliverAllAsync(claimed.Reader, delivered.Writer))).ToArray();
        await ClaimAllAsync(claimed.Writer);
        await Task.WhenAll(workers);
        delivered.Writer.Complete();
        await recording;
    }

    private async Task ClaimAllAsync(ChannelWriter<TItem> claimed)
    {
        while (true)
        {
            var batch = await ClaimAsync();
            foreach (var item in batch) await claimed.WriteAsync(item);
            if (batch.Count < BatchSize) break;
        }
        claimed.Complete();
    }

    private async Task<List<TItem>> ClaimAsync()
    {
        await using var command = database.CreateCommand(work.Claim);
        await using var reader = await command.ExecuteReaderAsync();
        var items = new List<TItem>(BatchSize);
        while (await reader.ReadAsync()) items.Add(work.Read(reader));
        return items;
    }

    private async Task DeliverAllAsync(ChannelReader<TItem> claimed, ChannelWriter<TSent> delivered)
    {
        await foreach (var item in claimed.ReadAllAsync()) await delivered.WriteAsync(await work.SendAsync(item));
    }

    private async Task RecordAllAsync(ChannelReader<TSent> delivered)
    {
        var batch = new List<TSent>();
        while (await delivered.WaitToReadAsync())
        {
            await Task.Delay(Gathering, TimeProvider.System, CancellationToken.None);
            while (batch.Count < 2 * BatchSize && delivered.TryRead(out var sent)) batch.Add(sent);
            await using var command = database.CreateCommand(work.Done);
            command.Parameters.AddRange(work.Parameters(batch));
            await command.ExecuteNonQueryAsync();
            batch.Clear();
        }
    }
}
