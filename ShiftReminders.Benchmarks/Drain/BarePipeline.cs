using System.Threading.Channels;
using Npgsql;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>
/// The least that can be called delivery: claim and mark, POST, done. The product's number of connections, batch size,
/// message and HTTP client, and nothing else: no second look at the shift, no attempts, no leases, no retries.
/// </summary>
internal sealed class BarePipeline(NpgsqlDataSource database, Func<string, string, Task> post, int concurrency)
{
    private const int BatchSize = 500;

    // Long enough to gather a batch, as the product does.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private const string Claim =
        """
        WITH due AS (
          SELECT id FROM bench.queue WHERE state = 'pending' AND due_at <= now() ORDER BY due_at, id LIMIT 500 FOR UPDATE SKIP LOCKED),
        claimed AS (
          UPDATE bench.queue q SET state = 'sending', claimed_at = clock_timestamp() FROM due WHERE q.id = due.id
          RETURNING q.id, q.nid, q.user_id),
        marked AS (INSERT INTO bench.marks SELECT nid, now() FROM claimed ON CONFLICT DO NOTHING)
        SELECT c.id, c.nid, t.token FROM claimed c JOIN public.fcm_tokens t ON t.user_id = c.user_id
        """;

    private const string Done = "UPDATE bench.queue SET state = 'sent', done_at = clock_timestamp() WHERE id = ANY ($1)";

    private readonly record struct Item(long Id, string Nid, string Token);

    /// <summary>Ends when everything that is due has been delivered.</summary>
    public async Task DrainAsync()
    {
        var claimed = Channel.CreateBounded<Item>(BatchSize / 2);
        var delivered = Channel.CreateUnbounded<long>();
        var recording = RecordAllAsync(delivered.Reader);
        var workers = Enumerable.Range(0, concurrency)
            .Select(_ => Task.Run(() => DeliverAllAsync(claimed.Reader, delivered.Writer))).ToArray();
        await ClaimAllAsync(claimed.Writer);
        await Task.WhenAll(workers);
        delivered.Writer.Complete();
        await recording;
    }

    private async Task ClaimAllAsync(ChannelWriter<Item> claimed)
    {
        while (true)
        {
            var batch = await ClaimAsync();
            foreach (var item in batch) await claimed.WriteAsync(item);
            if (batch.Count < BatchSize) break;
        }
        claimed.Complete();
    }

    private async Task<List<Item>> ClaimAsync()
    {
        await using var command = database.CreateCommand(Claim);
        await using var reader = await command.ExecuteReaderAsync();
        var items = new List<Item>(BatchSize);
        while (await reader.ReadAsync()) items.Add(new Item(reader.GetInt64(0), reader.GetString(1), reader.GetString(2)));
        return items;
    }

    private async Task DeliverAllAsync(ChannelReader<Item> claimed, ChannelWriter<long> delivered)
    {
        await foreach (var item in claimed.ReadAllAsync())
        {
            await post(item.Nid, item.Token);
            await delivered.WriteAsync(item.Id);
        }
    }

    private async Task RecordAllAsync(ChannelReader<long> delivered)
    {
        var ids = new List<long>();
        while (await delivered.WaitToReadAsync())
        {
            await Task.Delay(Gathering, TimeProvider.System, CancellationToken.None);
            while (ids.Count < 2 * BatchSize && delivered.TryRead(out var id)) ids.Add(id);
            await using var command = database.CreateCommand(Done);
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. ids] });
            await command.ExecuteNonQueryAsync();
            ids.Clear();
        }
    }
}
