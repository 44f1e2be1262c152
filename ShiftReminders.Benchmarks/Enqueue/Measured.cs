using System.Globalization;
using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Enqueue;

/// <summary>What a statement took.</summary>
/// <param name="Milliseconds">From asking to the answer.</param>
/// <param name="WalBytes">What was written ahead meanwhile.</param>
internal readonly record struct Measured(double Milliseconds, double WalBytes)
{
    public static async Task<Measured> StatementAsync(NpgsqlDataSource database, string statement)
    {
        var from = await database.ScalarAsync<string>("SELECT pg_current_wal_insert_lsn()::text");
        var started = TimeProvider.System.GetTimestamp();
        await database.ExecuteAsync(statement);
        var took = TimeProvider.System.GetElapsedTime(started);
        var bytes = await database.ScalarAsync<double>(string.Create(
            CultureInfo.InvariantCulture, $"SELECT (pg_current_wal_insert_lsn() - '{from}'::pg_lsn)::float8"));
        return new Measured(took.TotalMilliseconds, bytes);
    }
}
