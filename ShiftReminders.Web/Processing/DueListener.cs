using Microsoft.Extensions.Options;
using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Processing;

/// <summary>
/// Hears from the database that something falls due. Only a hint that saves latency: where it cannot be heard, as behind
/// a transaction pooler, the queue is polled.
/// </summary>
internal sealed class DueListener(
    NpgsqlDataSource database,
    IConfiguration configuration,
    IWakeUp wakeUp,
    IOptions<ProcessorOptions> options,
    TimeProvider clock,
    ILogger<DueListener> logger) : BackgroundService
{
    private const string Channel = "shift_reminders_due";

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenTrials = TimeSpan.FromMinutes(10);

    private readonly string echoChannel = $"shift_reminders_echo_{Guid.NewGuid():n}";
    private TimeSpan retry = FirstRetry;
    private bool saidDeaf;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
                await Task.Delay(BetweenTrials, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                ProcessorLog.ListenerLost(logger, retry, exception.Message);
                await Task.Delay(retry, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
            }
        }
    }

    /// <summary>Listens until the connection fails; returns only if notifications do not arrive at all.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ListeningConnectionString());
        await connection.OpenAsync(cancellationToken);
        var heard = false;
        connection.Notification += (_, notification) =>
        {
            heard |= notification.Channel == echoChannel;
            if (notification.Channel == Channel) wakeUp.Within(TimeSpan.Zero);
        };
        await using (var listen = new NpgsqlCommand($"listen {Channel}; listen {echoChannel}", connection))
            await listen.ExecuteNonQueryAsync(cancellationToken);
        if (!await HearsEchoAsync(connection, () => heard, cancellationToken))
        {
            SayDeaf();
            return;
        }
        ProcessorLog.Listening(logger);
        (retry, saidDeaf) = (FirstRetry, false);
        // What was notified while nobody listened is found by looking.
        wakeUp.Within(TimeSpan.Zero);
        while (true) await connection.WaitAsync(cancellationToken);
    }

    /// <summary>A pooler takes LISTEN without a word and delivers nothing, so the path is tried out.</summary>
    private async Task<bool> HearsEchoAsync(
        NpgsqlConnection connection, Func<bool> heard, CancellationToken cancellationToken)
    {
        await using (var echo = database.CreateCommand("select pg_catalog.pg_notify($1, '')"))
        {
            echo.Parameters.Add(new NpgsqlParameter<string> { TypedValue = echoChannel });
            await echo.ExecuteNonQueryAsync(cancellationToken);
        }
        var asked = clock.GetTimestamp();
        while (!heard() && clock.GetElapsedTime(asked) < Patience)
            await connection.WaitAsync(Patience, cancellationToken);
        return heard();
    }

    private string ListeningConnectionString()
    {
        // The data source does not give its password away, and this connection must not come from its pool.
        var target = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(DatabaseConnection.App));
        target.Pooling = false;
        target.KeepAlive = 30;
        target.ApplicationName = "shift-reminders listener";
        return target.ConnectionString;
    }

    private void SayDeaf()
    {
        if (!saidDeaf) ProcessorLog.NotListening(logger, options.Value.PollInterval);
        saidDeaf = true;
    }
}
