using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>A year of finished reminders of 50,000 people, in a database of any size.</summary>
internal static class History
{
    private const int People = 50_000;

    // A statement of ten million rows would hold one transaction open for minutes, and tell nobody how far it is.
    private const int Portion = 250_000;

    // What is inserted after the last automatic vacuum and analyze, at most: the queue's own autovacuum settings.
    private const double Unvacuumed = 0.02;

    /// <summary>Ends in the state in which autovacuum leaves a growing table: the last part not vacuumed, nor in the statistics.</summary>
    public static async Task FillAsync(BenchDatabase database, int size)
    {
        await database.RunFileAsync("people.sql");
        await database.RunFileAsync("history.sql");
        await database.Owner.ExecuteAsync("SELECT bench.add_people($1)", (long)People);
        var vacuumed = (long)(size * (1 - Unvacuumed));
        await AddAsync(database, size, 1, vacuumed);
        await database.SettleAsync();
        await AddAsync(database, size, vacuumed + 1, size);
    }

    private static async Task AddAsync(BenchDatabase database, long size, long first, long last)
    {
        for (; first <= last; first += Portion)
        {
            var until = Math.Min(last, first + Portion - 1);
            await database.Owner.ExecuteAsync("SELECT bench.add_history($1, $2, $3)", size, first, until);
            if (until % (4 * Portion) == 0) await Console.Error.WriteLineAsync($"{Figures.Count(until)} finished reminders");
        }
    }
}
