using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Cron;

/// <summary>What pg_cron did, and what the watchdog and people did in its place.</summary>
public sealed class CronHistory(IDbContextFactory<ShiftRemindersDb> contexts)
{
    public const int PageSize = 100;
    private const int MostHeartbeats = 2000;

    /// <summary>The jobs, whether they may be seen at all, and whether reminders are paused.</summary>
    public async Task<CronOverview> OverviewAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var database = context.Database;
        var standing = await database.SqlQuery<CronStanding>($"SELECT * FROM shift_reminders.cron_standing()").SingleAsync(cancellationToken);
        var jobs = standing.Standing is "missing" or "not permitted"
            ? []
            : await database.SqlQuery<CronJob>($"SELECT * FROM shift_reminders.cron_jobs()").ToListAsync(cancellationToken);
        var pauses = await database.SqlQuery<OpenPause>(
            $"SELECT started_at, started_by, why, until FROM shift_reminders.pause_at(shift_reminders.clock())").ToListAsync(cancellationToken);
        return new CronOverview { Standing = standing, Jobs = jobs, Pause = pauses.FirstOrDefault() };
    }

    /// <summary>One page of runs, and the heartbeats of the same time.</summary>
    public async Task<CronSlice> PageAsync(CronFilter filter, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        // One more than a page: it tells whether there are older ones, and how far back the page's time reaches.
        var runs = await context.Database.SqlQuery<CronRun>(
            $"SELECT * FROM shift_reminders.cron_runs({filter.Before}, {PageSize + 1}, {filter.Status}, {filter.Job})").ToListAsync(cancellationToken);
        var oldest = runs.LastOrDefault(run => run.StartedAt is not null)?.StartedAt;
        var newest = filter.Before is null ? null : runs.FirstOrDefault(run => run.StartedAt is not null)?.StartedAt;
        var beats = await context.Database.SqlQuery<Heartbeat>($"""
            SELECT id, source, started_at, finished_at, added, rearmed, expired, paused, busy, error FROM shift_reminders.heartbeats
            WHERE ({oldest}::timestamptz IS NULL OR started_at >= {oldest}) AND ({newest}::timestamptz IS NULL OR started_at <= {newest})
            ORDER BY started_at DESC LIMIT {MostHeartbeats}
            """).ToListAsync(cancellationToken);
        return new CronSlice
        {
            Runs = [.. runs.Take(PageSize)],
            Older = runs.Count > PageSize ? runs[PageSize] : null,
            Heartbeats = beats,
        };
    }
}

public sealed record CronOverview
{
    public required CronStanding Standing { get; init; }

    public required IReadOnlyList<CronJob> Jobs { get; init; }

    public OpenPause? Pause { get; init; }

    public CronJob? Enqueue => Jobs.FirstOrDefault(job => job.IsEnqueue);
}

/// <param name="Before">Only runs with a smaller runid; null: from the newest.</param>
/// <param name="Status">Only runs of this status; null: any.</param>
/// <param name="Job">Only runs of this job; null: any.</param>
public sealed record CronFilter(long? Before, string? Status, long? Job);

public sealed record CronSlice
{
    /// <summary>Newest first.</summary>
    public required IReadOnlyList<CronRun> Runs { get; init; }

    /// <summary>The newest run of the page that follows; null: there is none.</summary>
    public CronRun? Older { get; init; }

    /// <summary>Newest first, of every source.</summary>
    public required IReadOnlyList<Heartbeat> Heartbeats { get; init; }
}
