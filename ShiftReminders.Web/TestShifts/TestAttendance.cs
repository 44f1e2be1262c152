using Npgsql;

namespace ShiftReminders.Web.TestShifts;

/// <summary>Logs the check-ins of test shifts when their time has come. Several replicas share the work.</summary>
public sealed class TestAttendance(NpgsqlDataSource database, TimeProvider time, ILogger<TestAttendance> logger) : BackgroundService
{
    // Another replica may have seeded shifts that this one has not heard of.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    // What is due and cannot be logged, because another session holds it, must not be asked for in a busy loop.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim hint = new(0, 1);

    /// <summary>There may be an earlier check-in than the one waited for.</summary>
    public void LookAgain()
    {
        lock (hint)
        {
            if (hint.CurrentCount == 0) hint.Release();
        }
    }

    /// <summary>Logs what is due; the result is how long until the next.</summary>
    public async Task<TimeSpan> LogDueAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT shift_reminders.log_due_test_attendance()");
        return await command.ExecuteScalarAsync(cancellationToken) is double seconds
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, ShortestWait.TotalSeconds, LongestWait.TotalSeconds))
            : LongestWait;
    }

    public override void Dispose()
    {
        hint.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(await LogDueAsync(stoppingToken), stoppingToken);
            }
            catch (NpgsqlException error)
            {
                logger.LogWarning("Check-ins of test shifts were not logged: {Reason}. They are tried again", error.Message);
                await Task.Delay(LongestWait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task WaitAsync(TimeSpan atMost, CancellationToken stopping)
    {
        using var timeOut = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeOut.Token);
        try
        {
            await hint.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The next check-in's time has come.
        }
    }
}
