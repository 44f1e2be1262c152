using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Processors that died, stalled, or repeat themselves: the state is fenced, the record is not.</summary>
public sealed class LostClaimTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Lease_that_ran_out_is_an_attempt_and_the_reminder_is_claimed_again()
    {
        var (shift, _) = await DueReminderAsync();
        await ClaimOneAsync();
        await PassAsync(Lease);

        var again = await ClaimOneAsync("two");

        Assert.Equal(2, again.Attempt);
        Assert.Equal(1, await ColumnAsync<int>(shift, "retry_count"));
        Assert.Equal(["lost"], await App.ColumnAsync<string>("SELECT outcome FROM shift_reminders.attempts"));
    }

    [Fact]
    public async Task Reminder_that_kills_every_processor_does_not_loop()
    {
        await Owner.ExecuteAsync("UPDATE shift_reminders.rules SET max_attempts = 3");
        var (shift, _) = await DueReminderAsync();
        for (var death = 0; death < 3; death++)
        {
            await ClaimOneAsync();
            await PassAsync(Lease);
        }

        Assert.Empty(await ClaimAsync());
        Assert.Equal("failed: attempts_used_up", await StateAsync(shift));
    }

    [Fact]
    public async Task Late_result_changes_no_state_and_is_on_record()
    {
        var (shift, _) = await DueReminderAsync();
        var lost = await ClaimOneAsync();
        await PassAsync(Lease);
        var current = await ClaimOneAsync("two");

        var late = await RecordAsync(lost, "rejected");

        Assert.True(late.Fenced);
        Assert.Equal("sending", await StateAsync(shift));
        Assert.Equal(["rejected true"], await App.ColumnAsync<string>(
            "SELECT outcome || ' ' || late FROM shift_reminders.attempts"));
        Assert.Equal("sent", (await RecordAsync(current, "accepted")).State);
    }

    [Fact]
    public async Task Late_acceptance_makes_the_generation_sent_and_nothing_goes_out_again()
    {
        var (shift, person) = await DueReminderAsync();
        var lost = await ClaimOneAsync();
        await PassAsync(Lease);
        await TickAsync();
        Assert.Equal("pending: claim_lost", await StateAsync(shift));

        await RecordAsync(lost, "accepted");

        Assert.Empty(await ClaimAsync());
        Assert.Equal("sent: accepted", await StateAsync(shift));
        Assert.Equal("delivered", await MarkAsync(shift, person));
    }

    [Fact]
    public async Task Late_acceptance_after_the_end_turns_it_into_sent()
    {
        var (shift, _) = await DueReminderAsync();
        var lost = await ClaimOneAsync();
        await PassAsync(Minutes(20));
        await TickAsync();
        Assert.Equal("failed: out_of_time", await StateAsync(shift));

        await RecordAsync(lost, "accepted");

        Assert.Equal("sent: accepted", await StateAsync(shift));
    }

    [Theory]
    [InlineData("lost", true)]
    [InlineData("unknown", true)]
    [InlineData("503", false)]
    public async Task Ending_after_an_attempt_whose_answer_was_lost_says_that_it_may_have_arrived(string first, bool mayHave)
    {
        var (shift, person) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        if (first != "lost")
        {
            await RecordAsync(Results.Of(claim, first == "503" ? "transient" : first)
                .With(device => device with { HttpStatus = first == "503" ? 503 : null }));
        }
        await PassAsync(Lease);
        await Given.CheckInAsync(shift);
        await TickAsync();
        Assert.Empty(await ClaimAsync());

        Assert.Equal("skipped: checked_in", await StateAsync(shift));
        Assert.Equal(mayHave, await MarkAsync(shift, person) is not null);
        var sentence = await App.ScalarAsync<string>("SELECT sentence FROM shift_reminders.explain($1, $2, 'start_15')", shift, person);
        Assert.Equal(
            mayHave ? "The person had already checked in. It may have arrived all the same: what came of an attempt is not known."
                : "The person had already checked in.",
            sentence);
    }

    [Fact]
    public async Task Late_acceptance_of_an_earlier_generation_is_booked_there()
    {
        var (shift, _) = await DueReminderAsync();
        var lost = await ClaimOneAsync();
        await PassAsync(Lease);
        await TickAsync();
        await MoveAsync(shift, Minutes(2));
        await TickAsync();
        Assert.Equal("pending #2", await StateAsync(shift));

        await RecordAsync(lost, "accepted");

        Assert.Equal("pending #2", await StateAsync(shift));
        Assert.Equal(["sent accepted"], await App.ColumnAsync<string>("SELECT state || ' ' || reason FROM shift_reminders.generations"));
    }

    [Fact]
    public async Task Same_results_recorded_twice_change_nothing_the_second_time()
    {
        await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await RecordAsync(claim, "gone");
        const string Everything = """
            SELECT (SELECT jsonb_agg(q) FROM public.scheduled_notifications q)::text
                || (SELECT jsonb_agg(a) FROM shift_reminders.attempts a) || (SELECT jsonb_agg(c) FROM shift_reminders.channels c)
                || (SELECT jsonb_agg(d) FROM shift_reminders.dead_devices d)
            """;
        var before = await Owner.ScalarAsync<string>(Everything);
        await PassAsync(Seconds(3));

        var again = await RecordAsync(claim, "gone");

        Assert.False(again.Fenced);
        Assert.Equal("failed", again.State);
        Assert.Equal(before, await Owner.ScalarAsync<string>(Everything));
    }

    [Fact]
    public async Task Claim_token_that_never_was_changes_no_state()
    {
        var (shift, _) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await Owner.ExecuteAsync("UPDATE public.scheduled_notifications SET claim_token = gen_random_uuid()");

        Assert.True((await RecordAsync(claim, "rejected")).Fenced);
        Assert.Equal("sending", await StateAsync(shift));
        Assert.Equal(0, await Queue.ReleaseAsync([claim], Cancelled));
    }
}
