using Microsoft.Extensions.Options;
using Npgsql;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>Enqueues in pg_cron's place while it is silent; where there is none, it is the scheduler.</summary>
internal sealed class Watchdog(
    NpgsqlDataSource database, Standing standing, IOptions<ProcessorOptions> options, ILogger<Watchdog> logger)
{
    private const string Missing = "missing";

    // Looked at every few seconds, so a little under a minute makes it tick every minute.
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(55);

    private string? cronJob;

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (cronJob is null) await EnsureCronJobAsync(cancellationToken);
        var beat = await standing.BeatAsync(cancellationToken);
        if (beat.Paused || !IsDue(beat)) return;
        // The extension may be there by now, or the job was deleted by mistake.
        await EnsureCronJobAsync(cancellationToken);
        var added = await EnqueueAsync(cancellationToken);
        if (cronJob != Missing) ProcessorLog.Ticked(logger, beat.SinceTick, added);
    }

    // The queue is filled 90 s ahead: who stands in for long must tick as often as pg_cron would, or reminders come late. That
    // one stands in is read from the ticks themselves, so that any replica goes on where another one ended.
    private bool IsDue(Beat beat)
    {
        if (beat.SinceStandIn is { } standIn && !(beat.SinceTick < standIn)) return standIn >= Minute;
        return !(beat.SinceTick < (cronJob == Missing ? Minute : options.Value.WatchdogAfter));
    }

    private async Task EnsureCronJobAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select shift_reminders.ensure_cron_job()");
        var answer = await command.ExecuteScalarAsync(cancellationToken) as string ?? "";
        if (answer != cronJob) ProcessorLog.CronJob(logger, answer);
        cronJob = answer;
    }

    private async Task<int> EnqueueAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select public.enqueue_due_shift_notifications('watchdog')");
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
