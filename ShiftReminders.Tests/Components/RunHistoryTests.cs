using Bunit;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Cron;
using ShiftReminders.Web.Cron;

namespace ShiftReminders.Tests.Components;

public sealed class RunHistoryTests : PortalContext
{
    [Fact]
    public void Gap_says_how_many_runs_are_missing_when_and_what_ran_instead()
    {
        var gap = new GapEntry(At(46), At(43), 4, [Beat("watchdog", 50), Beat("watchdog", 2)]);

        Assert.Equal("4 runs are missing: 08:43–08:46. The watchdog ran instead 2 times (52 queued).", Rows(gap).Single());
    }

    [Fact]
    public void Pause_of_a_moment_is_not_told_in_milliseconds()
    {
        var overview = new CronOverview
        {
            Standing = new CronStanding { Standing = "active", TimeZone = "GMT", At = At(46).AddMilliseconds(13) },
            Jobs = [],
            Pause = new OpenPause { StartedAt = At(46), StartedBy = "anna@example.test", Why = "moving house" },
        };

        Assert.Equal("Reminders have been paused for less than a minute", TickHeadline.Of(overview, page: null, At(46)));
    }

    [Theory]
    [InlineData(43, true)]
    [InlineData(45, false)]
    public void Silence_of_pg_cron_is_told_with_what_to_do_once_two_runs_are_missing(int lastTick, bool told)
    {
        var overview = new CronOverview
        {
            Standing = new CronStanding { Standing = "active", TimeZone = "GMT", At = At(46), LastTickAt = At(lastTick) },
            Jobs = [],
        };

        Assert.Equal(told, TickHeadline.SilentFor(overview.Standing) is not null);
        Assert.Equal(told, Render<CronNotices>(p => p.Add(c => c.Overview, overview)).Markup.Contains("restart the database", StringComparison.Ordinal));
    }

    [Fact]
    public void Gap_that_nothing_filled_says_so() =>
        Assert.Equal("1 run is missing: 08:43. Nothing ran instead.", Rows(new GapEntry(At(43), At(43), 1, [])).Single());

    [Fact]
    public void Running_run_has_no_end_and_breaks_nothing()
    {
        var row = Rows(new RunEntry(At(46), Run() with { Status = "running", EndedAt = null, Queued = null })).Single();

        Assert.Contains("running", row, StringComparison.Ordinal);
        Assert.Contains("12 s so far", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_cut_off_by_a_restart_has_neither_start_nor_end()
    {
        var row = Rows(new RunEntry(At(46), Run() with { Status = "failed", StartedAt = null, EndedAt = null, Message = "server restarted" })).Single();

        Assert.Contains("not yet", row, StringComparison.Ordinal);
        Assert.Contains("server restarted", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_by_hand_says_so_with_what_it_queued()
    {
        var row = Rows(new HeartbeatEntry(At(46), Beat("manual", 3))).Single();

        Assert.Contains("by hand", row, StringComparison.Ordinal);
        Assert.Contains("3", row, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "pg_cron is not installed")]
    [InlineData("not permitted", "No permission")]
    [InlineData("active", "has not run anything yet")]
    public void Empty_history_tells_its_causes_apart(string standing, string words) => Assert.Contains(
        words,
        Render<HistoryEmpty>(p => p.Add(h => h.Everything, "/cron").Add(h => h.Standing, new CronStanding { Standing = standing, TimeZone = "GMT", At = At(46) })).Markup,
        StringComparison.Ordinal);

    [Fact]
    public void Sparkline_says_in_words_what_it_draws()
    {
        var line = Render<DurationSparkline>(p => p.Add(s => s.Runs, [Run(), Run() with { Status = "failed" }, Run() with { EndedAt = null }]));

        Assert.Equal("Durations of the last 2 runs: 31 ms median, 31 ms max, 1 failed", line.Find("svg").GetAttribute("aria-label"));
    }

    private static DateTimeOffset At(int minute) => new(2026, 11, 23, 7, minute, 0, TimeSpan.Zero);

    private static CronRun Run() => new()
    {
        Runid = 48211,
        Jobid = 1,
        Jobname = CronJob.EnqueueName,
        Status = "succeeded",
        StartedAt = At(46),
        EndedAt = At(46).AddMilliseconds(31),
        Queued = 37,
    };

    private static Heartbeat Beat(string source, int added) => new()
    {
        Id = added,
        Source = source,
        StartedAt = At(45),
        FinishedAt = At(45).AddMilliseconds(9),
        Added = added,
        Rearmed = 0,
        Expired = 0,
        Paused = false,
        Busy = false,
    };

    private List<string> Rows(CronEntry entry) =>
        [.. RenderInBerlin<HistoryTable>(p => p.Add(h => h.Entries, [entry]).Add(h => h.Now, Time.GetUtcNow())).FindAll("tbody tr").Select(row => row.TextContent.Trim())];
}
