using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ShiftReminders.Web.Processing;

/// <summary>Repeats what failed only because the database was away, until the lease it was about is long over.</summary>
internal sealed class DatabaseRetry(
    IOptions<ProcessorOptions> options, TimeProvider clock, ILogger<DatabaseRetry> logger) : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource ended = new();

    /// <summary>How long repeating makes sense: by then others have long taken over what the lease was about.</summary>
    public TimeSpan Patience => options.Value.Lease * 5;

    /// <summary>True: the same call may succeed later.</summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        PostgresException postgres => IsPassing(postgres.SqlState) || IsOfReplaced(postgres),
        NpgsqlException or SocketException or TimeoutException or IOException => true,
        _ => false,
    };

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        var started = clock.GetTimestamp();
        for (var pause = First; ; pause = pause * 2 < Longest ? pause * 2 : Longest)
        {
            try
            {
                return await call(ended.Token);
            }
            catch (Exception exception) when (IsPassing(exception) && !IsOver(started))
            {
                ProcessorLog.DatabaseAway(logger, pause, exception.Message);
                await PauseAsync(pause);
            }
        }
    }

    public Task PauseAsync(TimeSpan pause) => Task.Delay(pause, clock, ended.Token);

    /// <summary>The process ends: no more waiting.</summary>
    public void End() => ended.Cancel();

    public void Dispose() => ended.Dispose();

    private bool IsOver(long started) => clock.GetElapsedTime(started) > Patience;

    // A migrate has just replaced a view, type or function that the statement had looked up: the next one finds what is there now.
    // PostgreSQL has no code of its own for it, and does not translate these words.
    private static bool IsOfReplaced(PostgresException error) => error.SqlState == PostgresErrorCodes.InternalError
        && (error.MessageText.StartsWith("could not open relation with OID", StringComparison.Ordinal)
            || error.MessageText.StartsWith("cache lookup failed for", StringComparison.Ordinal));

    // Connection, resources, operator intervention, read-only after a failover, serialization and lock conflicts.
    private static bool IsPassing(string state) =>
        state.StartsWith("08", StringComparison.Ordinal)
        || state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57", StringComparison.Ordinal)
        || state.StartsWith("40", StringComparison.Ordinal)
        || state is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.LockNotAvailable;
}
