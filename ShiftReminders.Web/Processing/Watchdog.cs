using Microsoft.Extensions.Options;
using Npgsql;

namespace ShiftReminders.Web.Processing;

/// <summary>Enqueues in pg_cron's place when it is silent; where there is none, it is the scheduler.</summary>
internal sealed class Watchdog(
    NpgsqlDataSource database, Standing standing, IOptions<ProcessorOptions> options, ILogger<Watchdog> logger)
{
    // Looked at every few seconds, so a little under a minute makes it tick every minute.
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(55);

    private bool? cronExists;

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        cronExists ??= await EnsureCronJobAsync(cancellationToken);
        var beat = await standing.BeatAsync(cancellationToken);
        var patience = cronExists.Value ? options.Value.WatchdogAfter : Minute;
        if (beat.Paused || beat.SinceTick < patience) return;
        var added = await EnqueueAsync(cancellationToken);
        if (cronExists.Value) ProcessorLog.Ticked(logger, beat.SinceTick, added);
    }

    private async Task<bool> EnsureCronJobAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select shift_reminders.ensure_cron_job()");
        var answer = await command.ExecuteScalarAsync(cancellationToken) as string ?? "";
        ProcessorLog.CronJob(logger, answer);
        return answer != "missing";
    }

    private async Task<int> EnqueueAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select public.enqueue_due_shift_notifications('watchdog')");
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
