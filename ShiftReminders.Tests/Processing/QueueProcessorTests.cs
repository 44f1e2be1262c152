using Microsoft.Extensions.Logging;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Processing;

namespace ShiftReminders.Tests.Processing;

/// <summary>What becomes of due reminders, on a real database, with a channel that does what the test says.</summary>
public sealed class QueueProcessorTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await database.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Due_reminders_are_handed_over_once_per_device_and_recorded_as_sent()
    {
        await database.DueAsync(1_234, devices: 2);
        await using var rig = Rig(options => options.BatchSize = 100);

        var pass = await rig.RunOnceAsync();

        Assert.Equal(new PassResult { Claimed = 1_234, Sent = 1_234 }, pass);
        Assert.Equal("sent: accepted = 1234", await database.StatesAsync());
        Assert.Equal(2_468, rig.Sender.HandedOver.SelectMany(call => call.Targets).Select(target => target.Token).Distinct().Count());
        Assert.Equal(1_234, rig.Sender.HandedOver.Count);
        Assert.Equal(1_234, await database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM public.notification_pushes p WHERE shift_reminders.mark_state(p) = 'delivered'"));
    }

    [Fact]
    public async Task Message_carries_its_identity_its_expiry_and_the_data_for_a_deep_link()
    {
        var person = await database.Given.ReachablePersonAsync();
        var shift = await database.Given.ShiftAsync(person, TimeSpan.FromMinutes(14), timeZone: "Europe/Berlin");
        await database.OwnerDataSource.EnqueueAsync();
        await using var rig = Rig();

        await rig.RunOnceAsync();

        var message = Assert.Single(rig.Sender.HandedOver).Message;
        Assert.Equal($"shift-{shift}-{person}-start_15", message.NotificationId);
        Assert.Equal(1, message.Generation);
        Assert.InRange(message.TimeToLive, TimeSpan.FromMinutes(13.5), TimeSpan.FromMinutes(14));
        Assert.Equal(["due", "generation", "notification_id", "notify_type", "schedule_id", "what"], message.Data.Keys.Order());
        Assert.Equal($"{shift}", message.Data["schedule_id"]);
        Assert.Equal(("start_15", "1", "reminder"), (message.Data["notify_type"], message.Data["generation"], message.Data["what"]));
        Assert.EndsWith("Z", message.Data["due"], StringComparison.Ordinal);
        Assert.Matches(@"^Your shift starts at \d\d:\d\d$", message.Title);
    }

    [Fact]
    public async Task Reminder_is_partial_when_one_of_its_devices_is_gone()
    {
        await database.DueAsync(1, devices: 2);
        await using var rig = Rig();
        rig.Sender.Answer = (_, target, _) => Task.FromResult(IsSecond(target)
            ? FakePushSender.Result(target.DeviceId, PushOutcome.Gone) with { ErrorCode = PushErrorCode.Unregistered, HttpStatus = 404 }
            : FakePushSender.Accepted(target));

        var pass = await rig.RunOnceAsync();

        Assert.Equal(1, pass.Sent);
        Assert.Equal("sent: partial = 1", await database.StatesAsync());
        Assert.Equal(["accepted", "gone"], await database.OwnerDataSource.ColumnAsync<string>(
            "SELECT d->>'outcome' FROM shift_reminders.attempts, jsonb_array_elements(devices) d ORDER BY 1"));
    }

    [Fact]
    public async Task Transient_failure_is_tried_again_on_that_device_only_and_wakes_the_queue_for_it()
    {
        await database.DueAsync(1, devices: 2);
        await using var rig = Rig();
        rig.Sender.Answer = (_, target, _) => Task.FromResult(IsSecond(target)
            ? FakePushSender.Result(target.DeviceId, PushOutcome.Transient) with { ErrorCode = PushErrorCode.Unavailable, HttpStatus = 503 }
            : FakePushSender.Accepted(target));
        var first = await rig.RunOnceAsync();
        rig.Sender.Answer = (_, target, _) => Task.FromResult(FakePushSender.Accepted(target));
        await database.OwnerDataSource.ExecuteAsync("UPDATE public.scheduled_notifications SET next_attempt_at = now()");

        var second = await rig.RunOnceAsync();

        Assert.Equal(1, first.Retrying);
        Assert.InRange(Assert.Single(rig.WakeUps.Delays), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10));
        Assert.Equal(1, second.Sent);
        Assert.True(IsSecond(Assert.Single(rig.Sender.HandedOver.Last().Targets)));
        Assert.Equal("sent: accepted = 1", await database.StatesAsync());
    }

    [Fact]
    public async Task Deliveries_never_exceed_the_concurrency()
    {
        await database.DueAsync(100);
        await using var rig = Rig(options => options.Concurrency = 7);
        rig.Sender.Answer = async (_, target, cancellationToken) =>
        {
            await Slowness.OfAsync("the answer", TimeSpan.FromMilliseconds(10), cancellationToken);
            return FakePushSender.Accepted(target);
        };

        await rig.RunOnceAsync();

        Assert.Equal(7, rig.Sender.MostInFlight);
        Assert.Equal("sent: accepted = 100", await database.StatesAsync());
    }

    [Fact]
    public async Task Slow_device_does_not_keep_the_others_off_the_record()
    {
        await database.DueAsync(50);
        await using var rig = Rig();
        var answer = new TaskCompletionSource<PushResult>();
        var slow = new TaskCompletionSource<PushTarget>();
        rig.Sender.Answer = (_, target, _) =>
            slow.TrySetResult(target) ? answer.Task : Task.FromResult(FakePushSender.Accepted(target));

        var run = rig.RunOnceAsync();
        await Eventually.TrueAsync(
            "49 of 50 are on record", TimeSpan.FromSeconds(10),
            async () => (await database.StatesAsync()).Contains("sent: accepted = 49", StringComparison.Ordinal));
        answer.SetResult(FakePushSender.Accepted(await slow.Task));

        Assert.Equal(50, (await run).Sent);
    }

    [Fact]
    public async Task Sender_that_throws_costs_its_reminder_an_attempt_and_no_other_reminder_anything()
    {
        await database.DueAsync(20);
        await using var rig = Rig();
        var thrown = 0;
        rig.Sender.Answer = (_, target, _) => Interlocked.Exchange(ref thrown, 1) == 0
            ? throw new InvalidOperationException("broken")
            : Task.FromResult(FakePushSender.Accepted(target));

        var pass = await rig.RunOnceAsync();

        Assert.Equal((19, 1), (pass.Sent, pass.Retrying));
        Assert.Equal("pending: retry = 1, sent: accepted = 19", await database.StatesAsync());
        Assert.Equal("unknown", await database.OwnerDataSource.ScalarAsync<string>(
            "SELECT outcome FROM shift_reminders.attempts WHERE outcome <> 'accepted'"));
    }

    [Fact]
    public async Task Every_reminder_gets_one_structured_log_line_without_token_or_text()
    {
        await database.DueAsync(3, devices: 2);
        await using var rig = Rig();

        await rig.RunOnceAsync();

        var lines = rig.Log.Entries.Where(entry => entry.Values.ContainsKey("notification_id")).ToArray();
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line =>
        {
            Assert.Equal(LogLevel.Information, line.Level);
            Assert.Equal((2, "sent"), (line.Values["token_count"], line.Values["status"]));
            Assert.IsType<long>(line.Values["schedule_id"]);
            Assert.IsType<Guid>(line.Values["user_id"]);
        });
        Assert.All(rig.Log.Entries, entry =>
        {
            Assert.DoesNotContain("token-", entry.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Your shift", entry.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Paused_queue_is_left_alone()
    {
        await database.DueAsync(1);
        await database.OwnerDataSource.ExecuteAsync(
            "INSERT INTO shift_reminders.pauses (started_at, started_by, why) VALUES (now(), 'test', 'test')");
        await using var rig = Rig();

        var pass = await rig.RunOnceAsync();

        Assert.Equal(new PassResult { HeldBack = "paused" }, pass);
        Assert.Empty(rig.Sender.HandedOver);
    }

    private static bool IsSecond(PushTarget target) => target.Token.EndsWith("-2", StringComparison.Ordinal);

    private ProcessorRig Rig(Action<ProcessorOptions>? configure = null) => new(database.AppDataSource, configure);
}
