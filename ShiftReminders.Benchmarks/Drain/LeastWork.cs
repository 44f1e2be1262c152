using Npgsql;
using ShiftReminders.Benchmarks.Support;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>Claim and mark, POST, done, and nothing else: no second look at the shift, no attempts, no leases.</summary>
internal sealed class LeastWork(BarePost post) : IBareWork<LeastWork.Item, long>
{
    internal readonly record struct Item(long Id, string Nid, string Token);

    public string Claim { get; } = BenchDatabase.ReadFile("claim-least.sql");

    public string Done => "UPDATE bench.queue SET state = 'sent', done_at = clock_timestamp() WHERE id = ANY ($1)";

    public Item Read(NpgsqlDataReader reader) => new(reader.GetInt64(0), reader.GetString(1), reader.GetString(2));

    public async Task<long> SendAsync(Item item)
    {
        await post.SendAsync(item.Nid, item.Token);
        return item.Id;
    }

    public NpgsqlParameter[] Parameters(List<long> batch) => [new NpgsqlParameter<long[]> { TypedValue = [.. batch] }];
}
