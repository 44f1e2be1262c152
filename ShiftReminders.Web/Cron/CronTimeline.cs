namespace ShiftReminders.Web.Cron;

/// <summary>A line of the run history.</summary>
public abstract record CronEntry(DateTimeOffset At);

public sealed record RunEntry(DateTimeOffset At, CronRun Run) : CronEntry(At);

/// <summary>The enqueue was run by the watchdog or by hand.</summary>
public sealed record HeartbeatEntry(DateTimeOffset At, Heartbeat Heartbeat) : CronEntry(At);

/// <summary>Runs that should have been.</summary>
/// <param name="At">The last of them.</param>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many; at most <see cref="CronTimeline.MostMissing"/> are counted.</param>
/// <param name="Instead">What the watchdog did meanwhile.</param>
public sealed record GapEntry(DateTimeOffset At, DateTimeOffset First, int Count, IReadOnlyList<Heartbeat> Instead) : CronEntry(At)
{
    public int QueuedInstead => Instead.Sum(beat => beat.Added + beat.Rearmed);
}

/// <summary>Puts runs, other heartbeats and the runs that never were into one line of time. Pure.</summary>
public static class CronTimeline
{
    public const int MostMissing = 10_000;

    // A run starts a moment after its tick, and a busy server lets it wait; before this it is not missing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Counted from the tick before: the watchdog starts with the app, not with the full minute.
    private static readonly CronSchedule WatchdogTicks = CronSchedule.After(TimeSpan.FromMinutes(1));

    /// <param name="page">What was read.</param>
    /// <param name="schedule">Of the job whose runs must not miss; null: nothing is expected.</param>
    /// <param name="zone">In which the schedule is read.</param>
    /// <param name="until">For the newest page the present, up to which runs are expected; null for an older page.</param>
    public static IReadOnlyList<CronEntry> Of(CronSlice page, CronSchedule? schedule, TimeZoneInfo zone, DateTimeOffset? until)
    {
        // A run without a start (it is starting, or a restart cut it off) keeps its place beside the run before it.
        List<CronEntry> entries = [.. Started(page.Runs)];
        var gaps = schedule is null ? [] : Gaps(page, schedule, zone, until).ToList();
        entries.AddRange(gaps);
        var told = gaps.SelectMany(gap => gap.Instead).Select(beat => beat.Id).ToHashSet();
        entries.AddRange(page.Heartbeats.Where(beat => beat.Source != "cron" && !told.Contains(beat.Id))
            .Select(beat => new HeartbeatEntry(beat.StartedAt, beat)));
        return [.. entries.OrderByDescending(entry => entry.At)];
    }

    /// <summary>The same where pg_cron's own history is not there: the heartbeats are all there is.</summary>
    public static IReadOnlyList<CronEntry> OfHeartbeats(IReadOnlyList<Heartbeat> beats, DateTimeOffset until)
    {
        var gaps = Between([.. beats.Select(beat => beat.StartedAt)], WatchdogTicks, TimeZoneInfo.Utc, until, []);
        return [.. beats.Select(beat => (CronEntry)new HeartbeatEntry(beat.StartedAt, beat)).Concat(gaps).OrderByDescending(entry => entry.At)];
    }

    private static IEnumerable<RunEntry> Started(IReadOnlyList<CronRun> runs)
    {
        var last = runs.FirstOrDefault(run => run.StartedAt is not null)?.StartedAt ?? DateTimeOffset.MinValue;
        foreach (var run in runs)
        {
            last = run.StartedAt ?? last;
            yield return new RunEntry(last, run);
        }
    }

    private static IEnumerable<GapEntry> Gaps(CronSlice page, CronSchedule schedule, TimeZoneInfo zone, DateTimeOffset? until)
    {
        var starts = page.Runs.Concat(page.Older is null ? [] : [page.Older])
            .Where(run => run.Jobname == CronJob.EnqueueName && run.StartedAt is not null)
            .Select(run => run.StartedAt!.Value);
        return Between([.. starts], schedule, zone, until, [.. page.Heartbeats.Where(beat => beat.Source == "watchdog")]);
    }

    private static IEnumerable<GapEntry> Between(
        IReadOnlyList<DateTimeOffset> newestFirst, CronSchedule schedule, TimeZoneInfo zone, DateTimeOffset? until, IReadOnlyList<Heartbeat> watchdog)
    {
        var next = until - Patience;
        foreach (var start in newestFirst)
        {
            if (next is { } end && Missing(start, end, schedule, zone) is ({ } first, var last, var count))
                yield return new GapEntry(last, first, count, [.. watchdog.Where(beat => beat.StartedAt > start && beat.StartedAt < end + Patience)]);
            // The run that did start answers the tick of its own minute, however late it was.
            next = schedule.Every is { } every ? start - every / 2 : start.AddTicks(-(start.Ticks % TimeSpan.TicksPerMinute));
        }
    }

    private static (DateTimeOffset? First, DateTimeOffset Last, int Count) Missing(
        DateTimeOffset start, DateTimeOffset end, CronSchedule schedule, TimeZoneInfo zone)
    {
        (DateTimeOffset? first, DateTimeOffset last, int count) = (null, default, 0);
        for (var tick = schedule.Next(start, zone); tick < end && count < MostMissing; tick = schedule.Next(tick.Value, zone))
        {
            first ??= tick;
            last = tick.Value;
            count++;
        }
        return (first, last, count);
    }
}
