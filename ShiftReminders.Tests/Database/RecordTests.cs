using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What came back from the channel, and what becomes of the reminder then: the design's table, row by row.</summary>
public sealed class RecordTests(TestDatabase database) : QueueTest(database)
{
    [Theory]
    [InlineData("sent: accepted", "accepted")]
    [InlineData("sent: accepted", "accepted", "accepted")]
    [InlineData("sent: partial", "accepted", "gone")]
    [InlineData("sent: partial", "rejected", "accepted", "mismatch")]
    [InlineData("pending: retry", "accepted", "transient")]
    [InlineData("pending: retry", "transient")]
    [InlineData("pending: retry", "unknown")]
    [InlineData("pending: retry", "gone", "unknown")]
    [InlineData("pending", "not_attempted")]
    [InlineData("failed: unregistered", "gone")]
    [InlineData("failed: unregistered", "gone", "gone")]
    [InlineData("failed: rejected", "rejected")]
    [InlineData("failed: rejected", "gone", "rejected")]
    [InlineData("failed: sender_mismatch", "mismatch")]
    [InlineData("failed: unregistered", "mismatch", "gone")]
    [InlineData("pending: platform_paused", "platform_credentials")]
    [InlineData("pending: platform_paused", "accepted", "platform_credentials")]
    [InlineData("pending: channel_down", "project_credentials")]
    [InlineData("pending: channel_down", "accepted", "project_credentials")]
    public async Task Results_of_the_devices_decide_the_state(string expected, params string[] outcomes)
    {
        var (shift, person) = await DueReminderAsync();
        for (var device = 1; device < outcomes.Length; device++)
            await Given.DeviceAsync(person);

        var recorded = await RecordAsync(await ClaimOneAsync(), outcomes);

        Assert.Equal(expected, await StateAsync(shift));
        Assert.False(recorded.Fenced);
        Assert.Equal(expected, recorded.Reason is null ? recorded.State : $"{recorded.State}: {recorded.Reason}");
        Assert.Equal(recorded.State == "pending", recorded.RetryIn is not null);
        Assert.Equal((long)outcomes.Length, await Owner.ScalarAsync<int>(
            "SELECT jsonb_array_length(devices) FROM shift_reminders.attempts"));
    }

    [Fact]
    public async Task Retry_goes_only_to_the_devices_that_still_need_it_and_to_new_ones()
    {
        var (shift, person) = await DueReminderAsync();
        await Given.DeviceAsync(person);
        await Given.DeviceAsync(person);
        var first = await ClaimOneAsync();
        await RecordAsync(first, "accepted", "transient", "rejected");
        var fresh = await Given.DeviceAsync(person);
        await PassAsync(Seconds(10));

        var second = await ClaimOneAsync();

        Assert.Equal(new[] { first.Tokens[1], fresh }.Order(), second.Tokens.Order());
        Assert.Equal(2, second.Attempt);
        await RecordAsync(second, "accepted", "accepted");
        Assert.Equal("sent: partial", await StateAsync(shift));
    }

    [Theory]
    [InlineData(0, 4, 6)]
    [InlineData(1, 12, 18)]
    [InlineData(2, 36, 54)]
    [InlineData(3, 96, 144)]
    public async Task Retries_back_off_with_jitter(int failuresBefore, int atLeast, int atMost)
    {
        await Owner.ExecuteAsync("UPDATE shift_reminders.rules SET grace = interval '1 hour'");
        await DueReminderAsync();
        for (var failure = 0; failure < failuresBefore; failure++)
        {
            await RecordAsync(await ClaimOneAsync(), "transient");
            await PassAsync(Minutes(3));
        }

        var recorded = await RecordAsync(await ClaimOneAsync(), "transient");

        Assert.InRange(recorded.RetryIn!.Value, Seconds(atLeast), Seconds(atMost));
    }

    [Fact]
    public async Task Channel_that_asks_for_a_pause_gets_it()
    {
        await DueReminderAsync();
        var asked = Results.Of(await ClaimOneAsync(), "transient")
            .With(device => device with { RetryAfter = Minutes(4), HttpStatus = 503 });

        Assert.Equal(Minutes(4), (await RecordAsync(asked)).RetryIn);
    }

    [Fact]
    public async Task Exhausted_quota_waits_a_minute_though_nobody_asked()
    {
        await DueReminderAsync();
        var quota = Results.Of(await ClaimOneAsync(), "transient").With(device => device with { HttpStatus = 429 });

        Assert.InRange((await RecordAsync(quota)).RetryIn!.Value, Seconds(60), Seconds(70));
    }

    [Fact]
    public async Task Last_try_is_moved_before_it_is_too_late_and_not_dropped()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "transient");
        await RepeatAsync(3, Minutes(1));
        await PassAsync(Minutes(11));
        await RecordAsync(await ClaimOneAsync(), "transient");

        Assert.Equal("pending: retry", await StateAsync(shift));
        Assert.Equal(await TimeAsync(shift, "expires_at") - Seconds(5), await TimeAsync(shift, "next_attempt_at"));
        await PassAsync(Minutes(15) - Seconds(5) - await SinceNoonAsync());
        Assert.Equal("sent", (await RecordAsync(await ClaimOneAsync(), "accepted")).State);
    }

    [Fact]
    public async Task Channel_that_asks_for_a_longer_pause_than_the_reminder_is_useful_is_asked_once_more_at_its_end()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(Results.Of(await ClaimOneAsync(), "transient").With(device => device with { RetryAfter = TimeSpan.FromDays(20_000) }));

        Assert.Equal(await TimeAsync(shift, "expires_at") - Seconds(5), await TimeAsync(shift, "next_attempt_at"));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task Outage_does_not_use_up_the_attempts_before_it_is_too_late(int attempts)
    {
        await Owner.ExecuteAsync("UPDATE shift_reminders.rules SET max_attempts = $1", attempts);
        var (shift, _) = await DueReminderAsync();
        var tries = 1;
        while ((await RecordAsync(await ClaimOneAsync(), "transient")).State == "pending")
        {
            await Clock.FreezeAsync(await TimeAsync(shift, "next_attempt_at"));
            tries++;
        }

        Assert.InRange(tries, Math.Min(attempts, 8), attempts);
        Assert.Equal(Minutes(15) - Seconds(5), await SinceNoonAsync());
        Assert.Equal("failed: out_of_time", await StateAsync(shift));
    }

    [Fact]
    public async Task First_acceptance_after_an_outage_wakes_what_waits_for_its_next_try()
    {
        var (shift, _) = await DueReminderAsync();
        var (asked, _) = await DueReminderAsync();
        await RepeatAsync(2, Minutes(1));
        var failed = await ClaimAsync();
        await RecordAsync(Results.Of(failed.Single(claim => claim.ScheduleId == shift), "transient"));
        await RecordAsync(Results.Of(failed.Single(claim => claim.ScheduleId == asked), "transient")
            .With(device => device with { RetryAfter = Minutes(5) }));
        await PassAsync(Seconds(11));
        Assert.Empty(await ClaimAsync());
        var (fresh, _) = await DueReminderAsync();

        await RecordAsync(await ClaimOneAsync(), "accepted");

        Assert.Equal("sent: accepted", await StateAsync(fresh));
        Assert.Equal(shift, (await ClaimOneAsync()).ScheduleId);
    }

    [Fact]
    public async Task Acceptance_in_the_midst_of_others_wakes_nobody()
    {
        var (first, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "transient");
        await PassAsync(Seconds(2));
        await DueReminderAsync();

        await RecordAsync(await ClaimOneAsync(), "accepted");

        Assert.Equal("sent: accepted", await StateAsync(first));
        Assert.Empty(await ClaimAsync());
    }

    [Theory]
    [InlineData("failed: out_of_time", "transient")]
    [InlineData("sent: partial", "accepted", "transient")]
    [InlineData("expired: channel_down", "project_credentials")]
    public async Task Retry_that_would_come_too_late_is_not_waited_for(string expected, params string[] outcomes)
    {
        var (shift, person) = await DueReminderAsync();
        if (outcomes.Length > 1)
            await Given.DeviceAsync(person);
        await PassAsync(Minutes(15) - Seconds(1));

        await RecordAsync(await ClaimOneAsync(), outcomes);

        Assert.Equal(expected, await StateAsync(shift));
    }

    [Fact]
    public async Task Attempts_are_used_up_at_the_rules_number()
    {
        await Owner.ExecuteAsync("UPDATE shift_reminders.rules SET max_attempts = 1");
        var (shift, _) = await DueReminderAsync();

        await RecordAsync(await ClaimOneAsync(), "transient");

        Assert.Equal("failed: attempts_used_up", await StateAsync(shift));
        Assert.Equal("The test says transient.", await ColumnAsync<string>(shift, "last_error"));
    }

    [Theory]
    [InlineData(null, "rejected")]
    [InlineData(null, "gone")]
    [InlineData("delivered", "accepted")]
    [InlineData("in_flight", "unknown")]
    [InlineData(null, "transient")]
    public async Task Mark_stays_exactly_where_something_may_have_been_delivered(string? expected, string outcome)
    {
        var (shift, person) = await DueReminderAsync();

        await RecordAsync(await ClaimOneAsync(), outcome);

        Assert.Equal(expected, await MarkAsync(shift, person));
    }

    [Fact]
    public async Task Server_fault_after_the_request_was_taken_may_have_delivered_and_keeps_the_mark()
    {
        var (shift, person) = await DueReminderAsync();
        var fault = Results.Of(await ClaimOneAsync(), "transient").With(device => device with { HttpStatus = 500 });

        await RecordAsync(fault);

        Assert.Equal("in_flight", await MarkAsync(shift, person));
    }

    [Fact]
    public async Task Person_who_checks_in_between_two_attempts_has_got_it_where_a_device_accepted()
    {
        var (shift, person) = await DueReminderAsync();
        await Given.DeviceAsync(person);
        await RecordAsync(await ClaimOneAsync(), "accepted", "transient");
        await Given.CheckInAsync(shift);
        await PassAsync(Seconds(10));

        Assert.Empty(await ClaimAsync());
        Assert.Equal("sent: partial", await StateAsync(shift));
    }

    [Fact]
    public async Task Batch_is_recorded_in_one_call_each_by_its_own_results()
    {
        var (first, _) = await DueReminderAsync();
        var (second, _) = await DueReminderAsync();
        var (third, _) = await DueReminderAsync();
        var claims = (await ClaimAsync()).ToDictionary(claim => claim.ScheduleId);

        var recorded = await Queue.RecordAsync(
            "one",
            Channel,
            [Results.Of(claims[third], "rejected"), Results.Of(claims[first], "accepted"), Results.Of(claims[second], "transient")],
            Cancelled);

        Assert.Equal(3, recorded.Count);
        Assert.Equal("sent: accepted", await StateAsync(first));
        Assert.Equal("pending: retry", await StateAsync(second));
        Assert.Equal("failed: rejected", await StateAsync(third));
    }

    /// <summary>Fails all that is claimed, a number of times.</summary>
    private async Task RepeatAsync(int times, TimeSpan apart)
    {
        for (var time = 0; time < times; time++)
        {
            foreach (var claim in await ClaimAsync()) await RecordAsync(claim, "transient");
            await PassAsync(apart);
        }
    }

    private async Task<TimeSpan> SinceNoonAsync() => new DateTimeOffset(await App.ScalarAsync<DateTime>("SELECT shift_reminders.clock()")) - Noon;
}
