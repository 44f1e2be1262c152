using Npgsql;
using NpgsqlTypes;
using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Benchmarks.Support;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>Mark, token, POST.</summary>
internal sealed class LightWork(NpgsqlDataSource database, BarePost post) : IRemindWork
{
    private static readonly string Mark = BenchDatabase.ReadFile("mark.sql");

    public async Task RemindAsync(long shift, Guid person, DateTime anchor)
    {
        var nid = $"shift-{shift}-{person}-start_15";
        await using var command = database.CreateCommand(Mark);
        command.Parameters.Add(new NpgsqlParameter { Value = new[] { nid }, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = new[] { person }, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        await post.SendAsync(nid, reader.GetString(1));
    }
}
