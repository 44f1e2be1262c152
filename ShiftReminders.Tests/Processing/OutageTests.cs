using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Processing;

namespace ShiftReminders.Tests.Processing;

/// <summary>The channel, the database or the process itself goes away in the middle of the work.</summary>
public sealed class OutageTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await database.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Refused_project_stops_the_handing_over_burns_no_attempt_and_comes_back_by_a_probe()
    {
        await database.DueAsync(30);
        await using var rig = Rig(options =>
        {
            options.Concurrency = 1;
            options.ProbeInterval = TimeSpan.Zero;
        });
        rig.Sender.RequestTimeout = TimeSpan.FromSeconds(1);
        rig.Sender.Answer = (_, target, _) => Task.FromResult(Refused(target.DeviceId));
        rig.Sender.Probe = _ => Refused("probe");

        var refused = await rig.RunOnceAsync();
        var down = await rig.RunOnceAsync();
        rig.Sender.Answer = (_, target, _) => Task.FromResult(FakePushSender.Accepted(target));
        rig.Sender.Probe = _ => FakePushSender.Result("probe", PushOutcome.Accepted);
        var up = await UnheldAsync(rig);

        Assert.Equal((30, 1, 29), (refused.Claimed, refused.Retrying, refused.Released));
        Assert.Equal(0, down.Claimed);
        Assert.Contains("401", down.HeldBack, StringComparison.Ordinal);
        Assert.Equal(30, up.Sent);
        Assert.Equal(0, await database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM public.scheduled_notifications WHERE retry_count > 0"));
    }

    [Fact]
    public async Task Refused_platform_waits_while_the_other_goes_on_until_a_probe_of_it_succeeds()
    {
        await database.DueAsync(2, platform: "ios");
        await database.DueAsync(2, platform: "android");
        await using var rig = Rig(options => options.ProbeInterval = TimeSpan.Zero);
        rig.Sender.Answer = (_, target, _) => Task.FromResult(target.Platform == "ios"
            ? FakePushSender.Result(target.DeviceId, PushOutcome.PlatformCredentials) with { ErrorCode = PushErrorCode.ThirdPartyAuthError }
            : FakePushSender.Accepted(target));

        var first = await rig.RunOnceAsync();
        rig.Sender.Answer = (_, target, _) => Task.FromResult(FakePushSender.Accepted(target));
        PushTarget? probed = null;
        rig.Sender.Probe = target => FakePushSender.Result((probed = target)!.DeviceId, PushOutcome.Accepted);
        var second = new PassResult();
        await Eventually.TrueAsync("a probe of iOS succeeded", TimeSpan.FromSeconds(10), async () => (second = await rig.RunOnceAsync()).Claimed > 0);

        Assert.Equal((2, 2), (first.Sent, first.Retrying));
        Assert.Equal("ios", probed?.Platform);
        Assert.Equal(2, second.Sent);
    }

    [Fact]
    public async Task Probe_that_hangs_delays_no_delivery()
    {
        await database.DueAsync(1, platform: "ios");
        await using var rig = Rig(options => options.ProbeInterval = TimeSpan.Zero);
        rig.Sender.Answer = (_, target, _) => Task.FromResult(target.Platform == "ios"
            ? FakePushSender.Result(target.DeviceId, PushOutcome.PlatformCredentials) with { ErrorCode = PushErrorCode.ThirdPartyAuthError }
            : FakePushSender.Accepted(target));
        var never = new TaskCompletionSource();
        rig.Sender.ProbesHeld = never.Task;
        await rig.RunOnceAsync();
        await rig.RunOnceAsync();
        await Eventually.TrueAsync("iOS is being probed", TimeSpan.FromSeconds(10), () => rig.Sender.Probes > 0);
        await database.DueAsync(3, platform: "android");

        var pass = await rig.RunOnceAsync();

        Assert.Equal(3, pass.Sent);
        Assert.Equal(1, rig.Sender.Probes);
        never.SetResult();
    }

    [Fact]
    public async Task Replica_that_cannot_reach_the_channel_gives_back_what_it_holds_and_others_take_it()
    {
        await database.DueAsync(30);
        await using var cutOff = Rig(options =>
        {
            options.Concurrency = 4;
            options.ProbeInterval = TimeSpan.Zero;
        });
        cutOff.Sender.RequestTimeout = TimeSpan.FromSeconds(1);
        cutOff.Sender.Answer = (_, target, _) => Task.FromResult(CutOff(target.DeviceId));
        cutOff.Sender.Probe = _ => CutOff("probe");
        await using var other = Rig();

        var first = await cutOff.RunOnceAsync();
        var second = await cutOff.RunOnceAsync();
        var others = await other.RunOnceAsync();

        Assert.True(first.Claimed > 0);
        Assert.Equal(first.Claimed, first.Released);
        Assert.Equal((0, "oauth2 could not be reached"), (second.Claimed, second.HeldBack));
        Assert.Equal(new PassResult { Claimed = 30, Sent = 30 }, others);
        Assert.Equal(0, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.channels WHERE state = 'down'"));
        Assert.Equal(30, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.attempts"));
    }

    [Fact]
    public async Task Replica_that_reaches_the_channel_again_goes_on_by_itself()
    {
        await database.DueAsync(5);
        await using var rig = Rig(options => options.ProbeInterval = TimeSpan.Zero);
        rig.Sender.Answer = (_, target, _) => Task.FromResult(CutOff(target.DeviceId));
        await rig.RunOnceAsync();
        rig.Sender.Answer = (_, target, _) => Task.FromResult(FakePushSender.Accepted(target));

        var up = await UnheldAsync(rig);

        Assert.Equal(5, up.Sent);
        Assert.Contains(rig.Log.Entries, entry => entry.Text.StartsWith("This processor cannot reach Fake: oauth2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Outcome_is_recorded_when_the_database_comes_back()
    {
        await database.DueAsync(40);
        await using var rig = Rig(options => options.Concurrency = 40);
        var answer = new TaskCompletionSource();
        rig.Sender.Answer = async (_, target, _) =>
        {
            await answer.Task;
            return FakePushSender.Accepted(target);
        };
        var run = rig.RunOnceAsync();
        await Eventually.TrueAsync("all are handed over", TimeSpan.FromSeconds(10), () => rig.Sender.InFlight == 40);

        await database.CutOffAppAsync();
        answer.SetResult();
        await Eventually.TrueAsync(
            "recording has failed", TimeSpan.FromSeconds(10),
            () => rig.Log.Entries.Any(entry => entry.Text.StartsWith("The database does not answer", StringComparison.Ordinal)));
        await database.LetAppInAsync();

        Assert.Equal(new PassResult { Claimed = 40, Sent = 40 }, await run);
        Assert.Equal(40, rig.Sender.HandedOver.Count);
        Assert.Equal("sent: accepted = 40", await database.StatesAsync());
    }

    [Fact]
    public async Task Row_that_another_session_holds_is_recorded_when_it_lets_go_and_delays_no_other()
    {
        await database.DueAsync(10);
        await using var rig = Rig();
        var answer = new TaskCompletionSource();
        rig.Sender.Answer = async (_, target, _) =>
        {
            await answer.Task;
            return FakePushSender.Accepted(target);
        };
        var run = rig.RunOnceAsync();
        await Eventually.TrueAsync("all are handed over", TimeSpan.FromSeconds(10), () => rig.Sender.InFlight == 10);

        await using (var connection = await database.OwnerDataSource.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var other = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = connection.CreateCommand();
            hold.CommandText = "SELECT id FROM public.scheduled_notifications ORDER BY id LIMIT 1 FOR UPDATE";
            await hold.ExecuteScalarAsync(TestContext.Current.CancellationToken);
            answer.SetResult();
            await Eventually.TrueAsync(
                "the nine others are on record", TimeSpan.FromSeconds(10),
                async () => await database.StatesAsync() == "sending = 1, sent: accepted = 9");
        }

        Assert.Equal(10, (await run).Sent);
    }

    [Fact]
    public async Task Shutdown_finishes_what_is_on_its_way_and_gives_the_rest_back()
    {
        await database.DueAsync(50);
        await using var rig = Rig(options => options.Concurrency = 4);
        rig.Sender.RequestTimeout = TimeSpan.FromSeconds(1);
        var answer = new TaskCompletionSource();
        rig.Sender.Answer = async (_, target, _) =>
        {
            await answer.Task;
            return FakePushSender.Accepted(target);
        };
        var run = rig.RunOnceAsync();
        await Eventually.TrueAsync("four are on their way", TimeSpan.FromSeconds(10), () => rig.Sender.InFlight == 4);

        var drain = rig.Line.DrainAsync(TimeSpan.FromSeconds(20));
        answer.SetResult();
        await drain;

        Assert.Equal((4, 46), ((await run).Sent, (await run).Released));
        Assert.Equal("pending = 46, sent: accepted = 4", await database.StatesAsync());
    }

    [Fact]
    public async Task Shutdown_records_what_was_not_answered_in_time_as_unknown()
    {
        await database.DueAsync(1);
        await using var rig = Rig();
        rig.Sender.Answer = async (_, target, cancellationToken) =>
        {
            await Slowness.OfAsync("the answer", Timeout.InfiniteTimeSpan, cancellationToken);
            return FakePushSender.Accepted(target);
        };
        var run = rig.RunOnceAsync();
        await Eventually.TrueAsync("it is on its way", TimeSpan.FromSeconds(10), () => rig.Sender.InFlight == 1);

        await rig.Line.DrainAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(1, (await run).Retrying);
        Assert.Equal("pending: retry = 1", await database.StatesAsync());
    }

    private static async Task<PassResult> UnheldAsync(ProcessorRig rig)
    {
        var pass = new PassResult();
        await Eventually.TrueAsync(
            "nothing holds the queue back", TimeSpan.FromSeconds(10), async () => (pass = await rig.RunOnceAsync()).HeldBack is null);
        return pass;
    }

    private static PushResult CutOff(string device) => FakePushSender.Result(device, PushOutcome.Unreachable) with
    {
        ErrorCode = PushErrorCode.CredentialsUnavailable,
        Detail = "oauth2 could not be reached",
    };

    private static PushResult Refused(string device) => FakePushSender.Result(device, PushOutcome.ProjectCredentials) with
    {
        ErrorCode = PushErrorCode.Unauthenticated,
        HttpStatus = 401,
        Detail = "HTTP 401",
    };

    private ProcessorRig Rig(Action<ProcessorOptions>? configure = null) => new(database.AppDataSource, configure);
}
