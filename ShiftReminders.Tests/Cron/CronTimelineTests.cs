using ShiftReminders.Web.Cron;

namespace ShiftReminders.Tests.Cron;

public sealed class CronTimelineTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    private static readonly CronSchedule EveryMinute = CronSchedule.TryParse("* * * * *")!;

    [Fact]
    public void Runs_of_every_minute_leave_no_gap() =>
        Assert.All(Timeline([Run(47), Run(46), Run(45)], until: At(47.5)), entry => Assert.IsType<RunEntry>(entry));

    [Fact]
    public void Missing_minutes_are_one_gap_with_what_ran_in_their_place()
    {
        var entries = Timeline([Run(47), Run(42)], [Beat("watchdog", 44.1, 50), Beat("watchdog", 45.1, 2)], At(47.2));

        var gap = Assert.Single(entries.OfType<GapEntry>());
        Assert.Equal((At(43), At(46), 4, 52), (gap.First, gap.At, gap.Count, gap.QueuedInstead));
        Assert.Equal([typeof(RunEntry), typeof(GapEntry), typeof(RunEntry)], entries.Select(entry => entry.GetType()));
    }

    [Fact]
    public void Silence_up_to_now_is_a_gap_at_the_top()
    {
        var entries = Timeline([Run(42)], until: At(46.9));

        Assert.Equal((At(43), At(46), 4), entries[0] is GapEntry gap ? (gap.First, gap.At, gap.Count) : default);
    }

    [Fact]
    public void Tick_that_is_only_just_due_is_not_missing_yet() =>
        Assert.Empty(Timeline([Run(42)], until: At(43.3)).OfType<GapEntry>());

    [Fact]
    public void Run_that_started_late_in_its_minute_answers_its_own_tick() =>
        Assert.Empty(Timeline([Run(44), Run(43.9), Run(42)], until: At(44.2)).OfType<GapEntry>());

    [Fact]
    public void Gap_across_a_pages_end_is_told_on_the_page_before()
    {
        var page = new CronSlice { Runs = [Run(47)], Older = Run(42), Heartbeats = [] };

        Assert.Equal(4, CronTimeline.Of(page, EveryMinute, TimeZoneInfo.Utc, At(47.2)).OfType<GapEntry>().Single().Count);
    }

    [Fact]
    public void Run_by_hand_keeps_its_own_line() =>
        Assert.Equal("manual", Assert.Single(Timeline([Run(43), Run(42)], [Beat("manual", 42.5, 3), Beat("cron", 43, 0)], At(43.2)).OfType<HeartbeatEntry>()).Heartbeat.Source);

    [Fact]
    public void Run_without_a_start_or_an_end_breaks_nothing()
    {
        var starting = Run(0) with { Runid = 99, StartedAt = null, EndedAt = null, Status = "starting" };
        var running = Run(43) with { EndedAt = null, Status = "running" };

        var entries = Timeline([starting, running, Run(42)], until: At(43.2));

        Assert.Equal([99L, 4300L, 4200L], entries.OfType<RunEntry>().Select(entry => entry.Run.Runid));
        Assert.Empty(entries.OfType<GapEntry>());
        Assert.True(running.IsOpen);
        Assert.Null(running.Took);
    }

    [Fact]
    public void Year_of_silence_is_counted_up_to_a_bound() =>
        Assert.Equal(CronTimeline.MostMissing, Timeline([Run(42)], until: At(42).AddYears(1)).OfType<GapEntry>().Single().Count);

    [Fact]
    public void Other_jobs_runs_do_not_fill_a_gap() =>
        Assert.Single(Timeline([Run(44), Run(43) with { Jobname = "host_cleanup" }, Run(42)], until: At(44.2)).OfType<GapEntry>());

    [Fact]
    public void Without_pg_cron_the_heartbeats_are_the_history()
    {
        var entries = CronTimeline.OfHeartbeats([Beat("watchdog", 45, 0), Beat("watchdog", 42, 0)], At(45.2));

        Assert.Equal([typeof(HeartbeatEntry), typeof(GapEntry), typeof(HeartbeatEntry)], entries.Select(entry => entry.GetType()));
        Assert.Equal(2, ((GapEntry)entries[1]).Count);
    }

    [Fact]
    public void Watchdog_that_ticks_between_the_full_minutes_misses_none() => Assert.Empty(
        CronTimeline.OfHeartbeats([Beat("watchdog", 45.9, 0), Beat("watchdog", 44.9, 0)], At(46.8)).OfType<GapEntry>());

    private static IReadOnlyList<CronEntry> Timeline(CronRun[] runs, Heartbeat[]? beats = null, DateTimeOffset? until = null) =>
        CronTimeline.Of(new CronSlice { Runs = runs, Heartbeats = beats ?? [] }, EveryMinute, TimeZoneInfo.Utc, until);

    private static DateTimeOffset At(double minute) => Morning.AddMinutes(minute);

    private static CronRun Run(double minute) => new()
    {
        Runid = (long)(minute * 100),
        Jobid = 1,
        Jobname = CronJob.EnqueueName,
        Status = "succeeded",
        StartedAt = At(minute).AddMilliseconds(4),
        EndedAt = At(minute).AddMilliseconds(9),
    };

    private static Heartbeat Beat(string source, double minute, int added) => new()
    {
        Id = (long)(minute * 100),
        Source = source,
        StartedAt = At(minute),
        FinishedAt = At(minute).AddMilliseconds(5),
        Added = added,
        Rearmed = 0,
        Expired = 0,
        Paused = false,
        Busy = false,
    };
}
