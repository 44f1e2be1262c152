using Npgsql;

namespace ShiftReminders.Web.Data;

/// <summary>
/// Renews the pool's sessions while they are read-only. A session keeps what it was opened with: one that was opened while the
/// database was read-only, or on a server that is no longer the primary, would refuse to write long after all is well again.
/// </summary>
internal sealed class ReadOnlySessions(TimeProvider clock, ILogger<ReadOnlySessions> logger) : IDisposable
{
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource ended = new();
    private NpgsqlDataSource pool = null!;
    private int renewing;
    private int said;

    /// <summary>Builds the pool whose sessions are looked at as they are opened.</summary>
    public NpgsqlDataSource Build(NpgsqlDataSourceBuilder builder)
    {
        builder.UsePhysicalConnectionInitializer(Look, opened =>
        {
            Look(opened);
            return Task.CompletedTask;
        });
        return pool = builder.Build();
    }

    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    private void Look(NpgsqlConnection opened)
    {
        if (!IsReadOnly(opened))
        {
            if (Interlocked.Exchange(ref said, 0) == 1) DataLog.Writable(logger);
            return;
        }
        if (Interlocked.Exchange(ref said, 1) == 0) DataLog.ReadOnly(logger, RenewEvery);
        if (Interlocked.Exchange(ref renewing, 1) == 0) _ = RenewAsync(ended.Token);
    }

    // The server reports both with each session, so that no question is needed.
    private static bool IsReadOnly(NpgsqlConnection opened) =>
        IsOn(opened, "default_transaction_read_only") || IsOn(opened, "in_hot_standby");

    private static bool IsOn(NpgsqlConnection opened, string parameter) =>
        opened.PostgresParameters.TryGetValue(parameter, out var value) && value == "on";

    private async Task RenewAsync(CancellationToken ending)
    {
        await Task.Delay(RenewEvery, clock, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ending.IsCancellationRequested) return;
        // First, so that a session that opens read-only from here on asks for the next renewal.
        Volatile.Write(ref renewing, 0);
        pool.Clear();
    }
}

internal static partial class DataLog
{
    [LoggerMessage(1, LogLevel.Warning, "The database is read-only: nothing is recorded and nothing is sent. Sessions are renewed every {interval} until it is not")]
    public static partial void ReadOnly(ILogger logger, TimeSpan interval);

    [LoggerMessage(2, LogLevel.Information, "The database can be written to again")]
    public static partial void Writable(ILogger logger);
}
