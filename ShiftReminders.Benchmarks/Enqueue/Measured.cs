using System.Globalization;
using Npgsql;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Enqueue;

/// <summary>What a statement took.</summary>
/// <param name="Milliseconds">From asking to the answer.</param>
/// <param name="ProcessorMilliseconds">Of its backend: what others on the machine do hardly changes it.</param>
/// <param name="WalBytes">What was written ahead meanwhile.</param>
internal readonly record struct Measured(double Milliseconds, double ProcessorMilliseconds, double WalBytes)
{
    public static async Task<Measured> StatementAsync(NpgsqlDataSource database, string statement)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        var from = await database.ScalarAsync<string>("SELECT pg_current_wal_insert_lsn()::text");
        var processorFrom = ProcessorTime.Of(connection.ProcessID);
        var started = TimeProvider.System.GetTimestamp();
        await command.ExecuteNonQueryAsync();
        var took = TimeProvider.System.GetElapsedTime(started);
        var processor = ProcessorTime.Of(connection.ProcessID) - processorFrom;
        var bytes = await database.ScalarAsync<double>(string.Create(
            CultureInfo.InvariantCulture, $"SELECT (pg_current_wal_insert_lsn() - '{from}'::pg_lsn)::float8"));
        return new Measured(took.TotalMilliseconds, processor.TotalMilliseconds, bytes);
    }
}
