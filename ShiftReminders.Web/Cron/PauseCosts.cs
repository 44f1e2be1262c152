using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Cron;

/// <summary>What a pause would cost, before anybody begins one.</summary>
public sealed class PauseCosts(NpgsqlDataSource database)
{
    /// <summary>For each of these lengths how many reminders would be of no use any more when the pause ends.</summary>
    public async Task<IReadOnlyDictionary<TimeSpan, long>> ReadAsync(IEnumerable<TimeSpan> lengths, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead("SELECT length, reminders FROM shift_reminders.lost_by_pause($1)");
        command.Parameters.Add(new NpgsqlParameter<TimeSpan[]> { TypedValue = [.. lengths] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var costs = new Dictionary<TimeSpan, long>();
        while (await reader.ReadAsync(cancellationToken)) costs[reader.GetTimeSpan(0)] = reader.GetInt64(1);
        return costs;
    }
}
