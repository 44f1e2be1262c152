using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Tests.Database;

/// <summary>When a channel that does not take what it is given is an outage, and when it is not.</summary>
public sealed class ChannelTroubleTests(TestDatabase database) : QueueTest(database)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await BeatAsync();
    }

    [Theory]
    [InlineData("transient")]
    [InlineData("unknown")]
    public async Task Channel_that_fails_every_push_is_down_after_five_seconds(string outcome)
    {
        await DueAsync(4);
        await RecordAllAsync(await ClaimAsync(), outcome);
        Assert.Empty(await TroubleAsync());

        await LaterAsync(Seconds(5));

        Assert.Equal([$"failing down 4 of 4 since 12:00:00: The test says {outcome}."], await TroubleAsync());
        Assert.Equal((1, 0, 1.0), await MetricsAsync());
        Assert.Equal($"false Test failed 4 of 4 pushes since 2026-06-15 11:59:59 UTC, never accepted one: The test says {outcome}.", await CheckAsync());
    }

    [Fact]
    public async Task Push_that_was_not_answered_in_time_fails_from_when_it_was_handed_over()
    {
        await DueAsync(4);
        var claims = await ClaimAsync();
        await LaterAsync(Seconds(15));
        await Queue.RecordAsync("one", Channel, [.. claims.Select(claim =>
            Results.Of(claim, "unknown").With(device => device with { Latency = Seconds(15) }))], Cancelled);

        Assert.Equal(["failing down 4 of 4 since 12:00:00: The test says unknown."], await TroubleAsync());
    }

    [Fact]
    public async Task Outage_keeps_its_beginning_however_long_it_lasts()
    {
        for (var minute = 0; minute < 12; minute++)
        {
            await DueAsync(2);
            await RecordAllAsync(await ClaimAsync(), "transient");
            await LaterAsync(Minutes(1));
        }

        Assert.Contains("since 12:00:00", Assert.Single(await TroubleAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outage_is_over_when_something_is_accepted_and_nothing_fails_for_thirty_seconds()
    {
        await DueAsync(6);
        await RecordAllAsync(await ClaimAsync(), "transient");
        await LaterAsync(Seconds(20));
        await RecordAllAsync(await ClaimAsync(), "accepted");
        await LaterAsync(Seconds(9));
        Assert.Equal(["failing impaired 6 of 12 since 12:00:00: The test says transient."], await TroubleAsync());

        await LaterAsync(Seconds(1));

        Assert.Empty(await TroubleAsync());
        Assert.Equal("true no outage of a channel is known", await CheckAsync());
    }

    [Fact]
    public async Task Push_that_fails_alone_is_no_outage()
    {
        await DueAsync(1);
        await RecordAllAsync(await ClaimAsync(), "transient");
        await LaterAsync(Minutes(1));

        Assert.Empty(await TroubleAsync());
    }

    [Fact]
    public async Task Phone_that_fails_time_and_again_is_no_outage()
    {
        var (shift, _) = await DueReminderAsync();
        for (var attempt = 0; attempt < 4; attempt++)
        {
            await RecordAllAsync(await ClaimAsync(), "unknown");
            await LaterAsync(Seconds(60));
        }

        Assert.Equal(4, await ColumnAsync<int>(shift, "retry_count"));
        Assert.Empty(await TroubleAsync());
    }

    [Fact]
    public async Task Stutter_of_less_than_five_seconds_is_no_outage()
    {
        await DueAsync(20);
        await RecordAllAsync(await ClaimAsync(), "transient");
        await LaterAsync(Seconds(4.9));

        Assert.Empty(await TroubleAsync());
    }

    [Fact]
    public async Task Phones_that_are_gone_and_texts_that_are_refused_are_no_outage()
    {
        await DueAsync(8);
        var claims = await ClaimAsync();
        await RecordAllAsync(claims[..4], "gone");
        await RecordAllAsync(claims[4..], "rejected");
        await LaterAsync(Seconds(10));

        Assert.Empty(await TroubleAsync());
    }

    [Fact]
    public async Task Night_without_reminders_is_no_outage_and_ends_one_that_nobody_can_see_any_more()
    {
        await DueAsync(3);
        await RecordAllAsync(await ClaimAsync(), "transient");
        await LaterAsync(Minutes(6));

        Assert.Empty(await TroubleAsync());
    }

    [Fact]
    public async Task Channel_that_fails_a_fifth_is_impaired_and_one_that_fails_less_is_not()
    {
        await DueAsync(30);
        var claims = await ClaimAsync();
        await RecordAllAsync(claims[..5], "transient");
        await RecordAllAsync(claims[5..25], "accepted");
        await LaterAsync(Seconds(5));

        Assert.Equal(["failing impaired 5 of 25 since 12:00:00: The test says transient."], await TroubleAsync());
        Assert.Equal((0, 1, 0.2), await MetricsAsync());
        Assert.StartsWith("true Test failed 5 of 25 pushes", await CheckAsync(), StringComparison.Ordinal);

        await RecordAllAsync(claims[25..], "accepted");
        Assert.Empty(await TroubleAsync());
    }

    [Fact]
    public async Task Platform_that_fails_alone_is_named_and_the_channel_is_not_down()
    {
        await DueAsync(5, "ios");
        await DueAsync(5, "android");
        foreach (var claim in await ClaimAsync())
            await RecordAllAsync([claim], claim.Platforms[0] == "ios" ? "transient" : "accepted");
        await LaterAsync(Seconds(5));

        Assert.Equal(["failing down on ios 5 of 5 since 12:00:00: The test says transient."], await TroubleAsync());
        Assert.Equal((0, 1, 0.5), await MetricsAsync());
    }

    [Fact]
    public async Task Nothing_is_counted_while_all_is_well()
    {
        await DueAsync(20);
        await RecordAllAsync(await ClaimAsync(), "accepted");

        Assert.Equal(0L, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.channel_results"));
    }

    [Fact]
    public async Task Channel_that_does_not_answer_is_silent_after_ten_seconds()
    {
        await DueAsync(3);
        await ClaimAsync();
        await PassAsync(Seconds(9));
        await BeatAsync();
        Assert.Empty(await TroubleAsync());

        await PassAsync(Seconds(1));
        await BeatAsync();

        Assert.Equal(["silent impaired  of 3 since 12:00:00"], await TroubleAsync());
    }

    [Fact]
    public async Task Processor_that_died_does_not_make_its_channel_silent()
    {
        await DueAsync(3);
        await ClaimAsync();
        await PassAsync(Seconds(5));
        await BeatAsync();
        await PassAsync(Seconds(24));
        await BeatAsync("two");

        Assert.Empty(await TroubleAsync());
    }

    [Fact]
    public async Task Channel_that_no_processor_reaches_is_down_and_one_that_some_reach_is_impaired()
    {
        await BeatAsync(trouble: "fcm.example.test could not be reached: ConnectionRefused");
        await BeatAsync("two");
        await PassAsync(Seconds(5));
        Assert.Equal(
            ["unreachable impaired 1 of 2 since 12:00:00: fcm.example.test could not be reached: ConnectionRefused"], await TroubleAsync());

        await BeatAsync("two", "no route");
        await PassAsync(Seconds(5));
        Assert.StartsWith("unreachable down 2 of 2 since 12:00:05", Assert.Single(await TroubleAsync()), StringComparison.Ordinal);

        await BeatAsync();
        await BeatAsync("two");
        Assert.Empty(await TroubleAsync());
    }

    [Fact]
    public async Task Reminder_that_waits_for_its_next_attempt_waits_and_is_due()
    {
        await DueAsync(2);
        await RecordAllAsync(await ClaimAsync(), "transient");
        await PassAsync(Seconds(3));

        Assert.Equal("2 2 12:00:00 none", await App.ScalarAsync<string>(
            """
            SELECT concat_ws(' ', q->>'waiting', q->>'retrying', to_char((q->>'oldest_due_at')::timestamptz AT TIME ZONE 'UTC', 'HH24:MI:SS'), coalesce(q->>'oldest_waiting_at', 'none'))
            FROM (SELECT shift_reminders.now_board(false)->'queue' AS q) b
            """));
        Assert.Equal("3 0 2", await App.ScalarAsync<string>(
            "SELECT concat_ws(' ', oldest_due_seconds, oldest_unclaimed_seconds, retrying) FROM shift_reminders.queue_metrics()"));
    }

    /// <summary>Time passes, and the processor lives.</summary>
    private async Task LaterAsync(TimeSpan time)
    {
        await PassAsync(time);
        await BeatAsync();
    }

    private async Task DueAsync(int people, string platform = "android")
    {
        for (var person = 0; person < people; person++) await DueReminderAsync(platform);
    }

    private async Task RecordAllAsync(IReadOnlyList<ClaimedReminder> claims, string outcome) => await Queue.RecordAsync(
        "one", Channel, [.. claims.Select(claim => Results.Of(claim, [.. claim.DeviceIds.Select(_ => outcome)]))], Cancelled);

    private async Task BeatAsync(string worker = "one", string? trouble = null) =>
        await App.ExecuteAsync("SELECT shift_reminders.processor_beat($1, 'here', '1.0', $2, $3)", worker, Channel, trouble);

    private async Task<string[]> TroubleAsync() => [.. await Owner.ColumnAsync<string>(
        """
        SELECT concat(t.kind, CASE WHEN t.is_down THEN ' down' ELSE ' impaired' END, ' on ' || t.platform, ' ', t.failed, ' of ', t.attempts,
          ' since ', to_char(date_trunc('second', t.since + interval '0.5 seconds') AT TIME ZONE 'UTC', 'HH24:MI:SS'), ': ' || t.reason)
        FROM shift_reminders.channel_trouble(shift_reminders.clock()) t
        """)];

    private async Task<(int Failing, int Impaired, double Share)> MetricsAsync() => (
        await App.ScalarAsync<int>("SELECT channels_failing FROM shift_reminders.queue_metrics()"),
        await App.ScalarAsync<int>("SELECT channels_impaired FROM shift_reminders.queue_metrics()"),
        await App.ScalarAsync<double>("SELECT failed_share FROM shift_reminders.queue_metrics()"));

    private Task<string?> CheckAsync() =>
        App.ScalarAsync<string>("SELECT ok || ' ' || finding FROM shift_reminders.check_database() WHERE subject = 'deliveries'");
}
