using ShiftReminders.Web.Reminders.Board;

namespace ShiftReminders.Tests.Reminders;

/// <summary>The headline of Now is the answer, and names the first broken link of the chain with its remedy.</summary>
public sealed class BoardVerdictTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 8, 46, 0, TimeSpan.Zero);

    private static NowBoard Fine => new()
    {
        At = At,
        Cron = new() { Available = true, LastCronAt = Ago(20), Last = new("cron", Ago(20), null, 3), LastGoodAt = Ago(20) },
        Queue = new() { Pending = 37 },
        Processors = [new("web-1", "web-1", "1.0", "Fcm:p", Ago(1), Alive: true)],
        Channels = [new() { Channel = "Fcm:p", Used = true, Since = Ago(900), AcceptedAt = Ago(2), LatencyMs = 71 }],
        NextHour = new() { Reminders = 214, People = 210 },
    };

    [Fact]
    public void Whole_chain_is_fine_and_says_what_is_due()
    {
        var verdict = BoardVerdict.Of(Fine);

        Assert.Equal("Everything is fine: 214 due in the next hour", verdict.Headline);
        Assert.Equal("Everyone they are for has a phone registered.", verdict.Sub);
        Assert.Equal((VerdictState.Ok, 0), (verdict.State, verdict.Points.Count));
        Assert.All(verdict.Links, link => Assert.Equal(LinkState.Good, link.State));
        Assert.Equal(["ticking", "37 pending", "1 alive", "Fcm 71 ms"], verdict.Links.Select(link => link.Value));
    }

    [Fact]
    public void Silent_cron_with_a_watchdog_is_a_warning_that_says_reminders_go_out()
    {
        var verdict = BoardVerdict.Of(Fine with
        {
            Cron = Fine.Cron with { LastCronAt = Ago(240), Last = new("watchdog", Ago(30), null, 0) },
            NextHour = Fine.NextHour with { Unreachable = 3 },
        });

        Assert.Equal("Reminders go out, but pg_cron has been silent for 4 min", verdict.Headline);
        Assert.Equal("The watchdog enqueues in its place, so nobody misses a reminder while a processor lives. Look at the job on Cron: switch it on, or restart the database. "
            + "214 due in the next hour, 3 people cannot be reached.", verdict.Sub);
    }

    [Fact]
    public void Watchdog_is_the_scheduler_where_there_is_no_pg_cron() => Assert.Equal(
        "Everything is fine: 214 due in the next hour",
        BoardVerdict.Of(Fine with { Cron = Fine.Cron with { Available = false, LastCronAt = null, Last = new("watchdog", Ago(30), null, 0) } }).Headline);

    [Fact]
    public void Cron_that_has_not_had_its_first_minute_yet_is_starting_and_then_silent()
    {
        static BoardVerdict After(int seconds) => BoardVerdict.Of(Fine with
        {
            Cron = Fine.Cron with { LastCronAt = null, FirstAt = Ago(seconds), Last = new("watchdog", Ago(30), null, 0) },
        });

        Assert.Equal((LinkState.Good, "starting"), (After(119).Links[0].State, After(119).Links[0].Value));
        Assert.Equal("Everything is fine: 214 due in the next hour", After(119).Headline);
        Assert.Equal("Reminders go out, but pg_cron has never run the enqueue", After(121).Headline);
    }

    [Fact]
    public void Broken_link_behind_a_waiting_queue_is_the_headline()
    {
        var verdict = BoardVerdict.Of(Fine with
        {
            Queue = new() { Pending = 90, Waiting = 80, OldestWaitingAt = Ago(300) },
            Processors = [new("web-1", "web-1", "1.0", "Fcm:p", Ago(400), Alive: false)],
        });

        Assert.Equal("One link is broken: no processor has been alive for 7 min", verdict.Headline);
        Assert.Equal([LinkState.Good, LinkState.Broken, LinkState.Broken, LinkState.Good], verdict.Links.Select(link => link.State));
        Assert.All(verdict.Links, link => Assert.Equal(link.State == LinkState.Good, link.Remedy is null));
    }

    [Fact]
    public void Queue_that_waits_behind_a_whole_chain_is_the_headline() => Assert.Equal(
        "One link is broken: 80 due reminders wait, the oldest for 5 min",
        BoardVerdict.Of(Fine with { Queue = new() { Pending = 90, Waiting = 80, OldestWaitingAt = Ago(300) } }).Headline);

    [Fact]
    public void Broken_link_comes_before_an_earlier_impaired_one() => Assert.StartsWith(
        "One link is broken: Fcm has refused our credentials for 10 min",
        BoardVerdict.Of(Fine with
        {
            Cron = Fine.Cron with { LastCronAt = Ago(240) },
            Channels = [Troubled(new() { Kind = "refused", IsDown = true, Since = Ago(600), Reason = "401 from the token endpoint" })],
        }).Headline,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(true, "nothing has been queued for 5 min")]
    [InlineData(false, "the enqueue reports an error")]
    public void Enqueue_that_stopped_and_one_that_fails_are_told_apart(bool stopped, string problem)
    {
        var last = stopped ? new BoardTick("cron", Ago(300), null, 0) : new BoardTick("cron", Ago(20), "no such column", 0);

        Assert.Equal($"One link is broken: {problem}", BoardVerdict.Of(Fine with { Cron = Fine.Cron with { Last = last } }).Headline);
    }

    [Fact]
    public void Paused_platform_says_that_the_others_go_on()
    {
        var channel = Fine.Channels[0] with { Platforms = [new("ios", "APNs key refused", Ago(120))] };

        var verdict = BoardVerdict.Of(Fine with { Channels = [channel] });

        Assert.Equal(VerdictState.Look, verdict.State);
        Assert.Equal("Reminders go out, but ios devices have been left out for 2 min", verdict.Headline);
    }

    [Fact]
    public void Pause_is_the_answer_while_it_lasts()
    {
        var verdict = BoardVerdict.Of(Fine with { Pause = new("anna@example.test") });

        Assert.Equal("Reminders are paused by anna@example.test: nothing is sent", verdict.Headline);
        Assert.Equal(("paused", LinkState.Warning), (verdict.Links[0].Value, verdict.Links[0].State));
    }

    [Theory]
    [InlineData("failing", null, true, "One link is broken: 14 of 14 pushes through Fcm have failed in 2 min", "Fcm failing")]
    [InlineData("failing", null, false, "Reminders go out, but 14 of 14 pushes through Fcm have failed in 2 min", "Fcm fails in part")]
    [InlineData("failing", "ios", true, "Reminders go out, but 14 of 14 pushes through Fcm on ios have failed in 2 min", "Fcm on ios failing")]
    [InlineData("unreachable", null, true, "One link is broken: no processor has reached Fcm for 2 min", "Fcm unreachable")]
    [InlineData("unreachable", null, false, "Reminders go out, but 14 of 14 processors have not reached Fcm for 2 min", "Fcm unreachable")]
    [InlineData("silent", null, false, "Reminders go out, but Fcm has not answered 14 pushes for 2 min", "Fcm silent")]
    public void Outage_of_the_channel_says_how_many_since_when(string kind, string? platform, bool down, string headline, string value)
    {
        var trouble = new BoardTrouble { Kind = kind, Platform = platform, IsDown = down, Since = Ago(120), Failed = 14, Attempts = 14, Reason = "UNAVAILABLE" };

        var verdict = BoardVerdict.Of(Fine with { Channels = [Troubled(trouble)] });

        Assert.Equal((headline, value), (verdict.Headline, verdict.Links[^1].Value));
    }

    [Theory]
    [InlineData(1, 400, 0, 20, VerdictState.Ok)]
    [InlineData(4, 400, 0, 20, VerdictState.Look)]
    [InlineData(1, 400, 1, 20, VerdictState.Look)]
    [InlineData(6, 400, 5, 60, VerdictState.Look)]
    [InlineData(6, 400, 5, 50, VerdictState.Act)]
    public void Reminders_that_reached_nobody_count_with_their_share_and_since_when(int lost, int ended, int lately, int endedLately, VerdictState state)
    {
        var verdict = BoardVerdict.Of(Fine with
        {
            History = new() { Lost = new() { Reminders = lost, Ended = ended, Lately = lately, EndedLately = endedLately, FirstAt = Ago(7200) } },
        });

        var point = Assert.Single(verdict.Points);
        Assert.Equal((state, state, PointSubject.Lost, Ago(7200)), (verdict.State, point.State, point.Subject, point.Since));
        Assert.StartsWith($"{lost} of 400 reminders reached nobody (", point.Words, StringComparison.Ordinal);
        Assert.Equal(state == VerdictState.Ok, verdict.Headline.StartsWith("Everything is fine", StringComparison.Ordinal));
    }

    [Fact]
    public void What_nothing_explains_and_whom_no_phone_reaches_is_counted_and_the_worst_comes_first()
    {
        var verdict = BoardVerdict.Of(Fine with
        {
            NextHour = Fine.NextHour with { Unreachable = 2 },
            History = new() { Unaccounted = [new(new(2026, 11, 23), 1, 1), new(new(2026, 11, 22), 0, 0)] },
        });

        Assert.Equal(VerdictState.Act, verdict.State);
        Assert.Equal("Reminders go out, but 1 reminder of today is unaccounted for", verdict.Headline);
        Assert.Equal(["1 reminder of today is unaccounted for", "2 people of the next hour cannot be reached"], verdict.Points.Select(point => point.Words));
    }

    [Fact]
    public void Outdated_board_says_since_when_nothing_is_known()
    {
        var verdict = BoardVerdict.Of(Fine).Outdated("13:14:06", "The database does not answer.");

        Assert.Equal((VerdictState.Unknown, "State unknown since 13:14:06"), (verdict.State, verdict.Headline));
        Assert.Equal("The database does not answer. What stands below is as of then.", verdict.Sub);
    }

    [Fact]
    public void Reminders_that_wait_for_their_next_attempt_are_told_from_those_that_nobody_takes()
    {
        var link = BoardVerdict.Of(Fine with { Queue = new() { Pending = 9, Waiting = 9, Retrying = 9, OldestDueAt = Ago(300) } }).Links[1];

        Assert.Equal((LinkState.Good, "9 failed and will be tried again, due since"), (link.State, link.LastSuccess));
    }

    private static BoardChannel Troubled(BoardTrouble trouble) => Fine.Channels[0] with { Troubles = [trouble] };

    private static DateTimeOffset Ago(double seconds) => At.AddSeconds(-seconds);
}
