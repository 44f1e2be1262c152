using Microsoft.Extensions.Time.Testing;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Processing;

namespace ShiftReminders.Tests.Processing;

/// <summary>When a claimed reminder may be handed over, and what becomes of it when it may not.</summary>
public sealed class HandOverTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await database.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_cannot_be_handed_over_within_the_lease_is_given_back_without_costing_an_attempt()
    {
        await database.DueAsync(6);
        var clock = new FakeTimeProvider();
        await using var rig = Rig(
            options =>
            {
                options.Concurrency = 1;
                options.Lease = TimeSpan.FromSeconds(20);
            },
            clock);
        rig.Sender.RequestTimeout = TimeSpan.FromSeconds(1);
        // One request takes longer than what is left to the others.
        rig.Sender.Answer = (_, target, _) =>
        {
            clock.Advance(TimeSpan.FromSeconds(18));
            return Task.FromResult(FakePushSender.Accepted(target));
        };

        var pass = await StopAfterFirstClaimAsync(rig);

        Assert.Equal((6, 1, 5), (pass.Claimed, pass.Sent, pass.Released));
        Assert.Equal(5, await database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM public.scheduled_notifications WHERE state = 'pending' AND reason IS NULL AND retry_count = 0"));
    }

    [Fact]
    public async Task No_more_is_claimed_than_could_be_sent_if_every_request_took_all_its_time()
    {
        await database.DueAsync(10);
        await using var rig = Rig(options => options.Concurrency = 1);

        var pass = await StopAfterFirstClaimAsync(rig);

        // Half of what one request of 15 s at a time gets through in the 70 s of the lease that are usable.
        Assert.Equal(2, pass.Claimed);
    }

    [Fact]
    public async Task Nothing_is_handed_over_after_its_expiry()
    {
        await database.DueAsync(3);
        await database.OwnerDataSource.ExecuteAsync(
            "UPDATE public.scheduled_notifications SET expires_at = shift_reminders.clock() + interval '30 seconds'");
        var clock = new FakeTimeProvider();
        await using var rig = Rig(options => options.Concurrency = 1, clock);
        rig.Sender.RequestTimeout = TimeSpan.FromSeconds(1);
        rig.Sender.Answer = (_, target, _) =>
        {
            clock.Advance(TimeSpan.FromSeconds(31));
            return Task.FromResult(FakePushSender.Accepted(target));
        };

        var pass = await rig.RunOnceAsync();

        Assert.Single(rig.Sender.HandedOver);
        Assert.Equal((1, 2), (pass.Sent, pass.Released));
        Assert.True(rig.Sender.HandedOver.Single().Message.TimeToLive <= TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Reminder_counts_as_accepted_when_its_first_device_accepted_and_not_when_its_slowest_ended()
    {
        await database.DueAsync(1, devices: 2);
        var clock = new FakeTimeProvider();
        await using var rig = new ProcessorRig(database.AppDataSource, clock: clock);
        var answered = 0;
        rig.Sender.Answer = (_, target, _) =>
        {
            var latency = TimeSpan.FromSeconds(answered++ == 0 ? 1 : 12);
            clock.Advance(latency);
            return Task.FromResult(FakePushSender.Accepted(target) with { Latency = latency });
        };

        await rig.RunOnceAsync();

        Assert.Equal(TimeSpan.FromSeconds(12), await database.OwnerDataSource.ScalarAsync<TimeSpan>(
            "SELECT processed_at - accepted_at FROM public.scheduled_notifications"));
    }

    [Fact]
    public async Task Rate_limit_holds_and_devices_beyond_the_window_stay_unattempted()
    {
        // 120 a minute: two at once, then one every half second; the window closes after 1.7 s.
        await database.DueAsync(1, devices: 20);
        await using var rig = Rig(options =>
        {
            options.RateLimit = 120;
            options.Lease = TimeSpan.FromSeconds(2);
        });
        rig.Sender.RequestTimeout = TimeSpan.FromMilliseconds(100);

        var pass = await rig.RunOnceAsync();

        var handedOver = rig.Sender.HandedOver.Sum(call => call.Targets.Count);
        Assert.InRange(handedOver, 2, 6);
        Assert.Equal(1, pass.Retrying);
        Assert.Equal(20 - handedOver, await database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM shift_reminders.attempts, jsonb_array_elements(devices) d WHERE d->>'outcome' = 'not_attempted'"));
    }

    [Fact]
    public async Task Rate_limit_is_shared_with_the_other_processors()
    {
        await database.DueAsync(1);
        await database.OwnerDataSource.ExecuteAsync(
            """
            INSERT INTO shift_reminders.processors (name, host, version, channel, started_at, last_seen_at)
            SELECT 'other-' || n, 'h', 'v', 'Fake', now(), now() FROM generate_series(1, 3) n
            """);
        await using var rig = Rig(options => options.RateLimit = 24_000);

        await rig.RunOnceAsync();

        Assert.Equal(100, rig.Rate.PerSecond);
    }

    [Fact]
    public async Task Answer_that_does_not_come_before_the_lease_ends_is_recorded_as_unknown()
    {
        await database.DueAsync(1);
        await using var rig = Rig(options => options.Lease = TimeSpan.FromSeconds(1));
        rig.Sender.RequestTimeout = TimeSpan.FromMilliseconds(100);
        rig.Sender.Answer = async (_, target, cancellationToken) =>
        {
            await Slowness.OfAsync("the answer", Timeout.InfiniteTimeSpan, cancellationToken);
            return FakePushSender.Accepted(target);
        };

        await rig.RunOnceAsync();

        Assert.Equal("unknown", await database.OwnerDataSource.ScalarAsync<string>(
            "SELECT devices->0->>'outcome' FROM shift_reminders.attempts"));
    }

    [Fact]
    public async Task Template_that_cannot_be_written_fails_its_reminder_by_name_and_keeps_the_device()
    {
        await database.DueAsync(2);
        await database.OwnerDataSource.ExecuteAsync(
            "ALTER TABLE shift_reminders.rule_texts DROP CONSTRAINT rule_texts_known_placeholders");
        await database.OwnerDataSource.ExecuteAsync("UPDATE shift_reminders.rule_texts SET body = 'Hi {nmae}'");
        await using var rig = Rig();

        var pass = await rig.RunOnceAsync();
        await database.OwnerDataSource.ExecuteAsync("UPDATE shift_reminders.rule_texts SET body = 'Hi {name}'");

        Assert.Equal(2, pass.Failed);
        Assert.Empty(rig.Sender.HandedOver);
        Assert.Equal("failed: rejected = 2", await database.StatesAsync());
        Assert.Contains("{nmae}", await database.OwnerDataSource.ScalarAsync<string>(
            "SELECT min(last_error) FROM public.scheduled_notifications"), StringComparison.Ordinal);
        Assert.Equal(0, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.dead_devices"));
    }

    [Fact]
    public async Task Shift_with_an_end_beyond_the_calendar_is_delivered_with_the_rest()
    {
        await database.DueAsync(3);
        await database.OwnerDataSource.ExecuteAsync(
            "UPDATE public.duty_schedules SET end_at = '250000-01-01' WHERE id = (SELECT min(id) FROM public.duty_schedules)");
        await using var rig = Rig();

        var pass = await rig.RunOnceAsync();

        Assert.Equal(3, pass.Sent);
    }

    // What is given back is due at once; a second claim would only repeat the first.
    private static async Task<PassResult> StopAfterFirstClaimAsync(ProcessorRig rig)
    {
        using var stop = new CancellationTokenSource();
        var answer = rig.Sender.Answer;
        rig.Sender.Answer = async (message, target, cancellationToken) =>
        {
            await stop.CancelAsync();
            return await answer(message, target, cancellationToken);
        };
        return await rig.Processor.RunOnceAsync(stop.Token);
    }

    private ProcessorRig Rig(Action<ProcessorOptions>? configure = null, TimeProvider? clock = null) => new(database.AppDataSource, configure, clock);
}
