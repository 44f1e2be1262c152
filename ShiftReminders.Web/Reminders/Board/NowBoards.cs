using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Reminders.Board;

/// <summary>
/// The board of this server: however many pages show it, it is read at most once within <see cref="KeepFor"/>, and its
/// costly part, the last 24 hours, more seldom still.
/// </summary>
public sealed class NowBoards(NpgsqlDataSource database, TimeProvider time) : IDisposable
{
    /// <summary>Shorter than the second in which the feed announces at most once.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromMilliseconds(900);

    public static readonly TimeSpan KeepHistoryFor = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim reading = new(1, 1);
    private NowBoard? board;
    private long readAt;
    private long historyReadAt;

    /// <summary>The board, no older than <see cref="KeepFor"/>. Throws what the database throws.</summary>
    public async ValueTask<NowBoard> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } known) return known;
        await reading.WaitAsync(cancellationToken);
        try
        {
            // Whoever waited here was answered by the one who read meanwhile.
            return Fresh() ?? await ReadAsync(cancellationToken);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>After an act: the next page sees its effect on the causes too.</summary>
    public void Forget() => Volatile.Write(ref board, null);

    public void Dispose() => reading.Dispose();

    private NowBoard? Fresh() => Volatile.Read(ref board) is { } known && time.GetElapsedTime(readAt) < KeepFor ? known : null;

    private async Task<NowBoard> ReadAsync(CancellationToken cancellationToken)
    {
        var known = Volatile.Read(ref board)?.History;
        var history = known is not null && time.GetElapsedTime(historyReadAt) < KeepHistoryFor ? known : null;
        await using var command = database.CreateRead("SELECT shift_reminders.now_board($1)");
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = history is null });
        var read = NowBoard.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
        if (history is null) historyReadAt = time.GetTimestamp();
        readAt = time.GetTimestamp();
        var current = read with { History = read.History ?? history };
        Volatile.Write(ref board, current);
        return current;
    }
}
