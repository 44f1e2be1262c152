using ShiftReminders.Tests.Delivery.Fcm;
using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders.Board;

namespace ShiftReminders.Tests.Processing;

/// <summary>FCM refuses connections, answers 503 or freezes: the page Now says so, and that it is over.</summary>
public sealed class ChannelOutageTests(TestDatabase database, FcmChannel fcm) : IClassFixture<TestDatabase>, IClassFixture<FcmChannel>, IAsyncLifetime
{
    // The time-out of a request that the outage is not to be waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async ValueTask InitializeAsync()
    {
        await database.ClearAsync();
        await database.Clock.FreezeAsync(new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Fcm_that_answers_503_is_an_outage_until_it_accepts_again()
    {
        await using var rig = Rig(fcm.SenderWith(_ => { }));
        fcm.Fcm.Script.Otherwise = FakeReply.Unavailable;
        await database.DueAsync(4);
        await rig.RunOnceAsync();
        await database.Clock.AdvanceAsync(TimeSpan.FromSeconds(10));
        await rig.RunOnceAsync();

        var verdict = await VerdictAsync();
        Assert.Equal(VerdictState.Act, verdict.State);
        Assert.Equal("One link is broken: 8 of 8 pushes through Fake have failed in 10 s", verdict.Headline);
        Assert.Equal("The service is currently unavailable. Look at the provider's status. What is still useful is tried again by itself. Nothing is due in the next hour.", verdict.Sub);

        fcm.Fcm.Script.Otherwise = FakeReply.Accepted;
        await database.Clock.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(4, (await rig.RunOnceAsync()).Sent);
        await database.Clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        await rig.RunOnceAsync();
        Assert.Equal(VerdictState.Ok, (await VerdictAsync()).State);
    }

    [Fact]
    public async Task Fcm_that_never_answers_is_an_outage_from_when_it_was_asked()
    {
        await using var rig = Rig(fcm.SenderWith(options => options.RequestTimeout = options.ConnectTimeout = Patience));
        fcm.Fcm.Script.Otherwise = FakeReply.Never;
        await database.DueAsync(4);
        await rig.RunOnceAsync();
        await database.Clock.AdvanceAsync(TimeSpan.FromSeconds(5));
        await rig.RunOnceAsync();

        var link = (await VerdictAsync()).Links[^1];
        Assert.Equal((LinkState.Broken, "Fake failing", "nothing accepted yet; failing since"), (link.State, link.Value, link.LastSuccess));
        Assert.StartsWith("no answer within 1 s.", link.Remedy, StringComparison.Ordinal);
        fcm.Fcm.Script.Otherwise = FakeReply.Accepted;
    }

    [Fact]
    public async Task Fcm_that_refuses_connections_is_an_outage_that_uses_up_no_attempt()
    {
        var nobody = new Uri($"http://127.0.0.1:{Ports.Free()}");
        await using var rig = Rig(fcm.SenderWith(options => options.Endpoint = nobody));
        await database.DueAsync(4);
        await rig.RunOnceAsync();
        await rig.RunOnceAsync();
        await database.Clock.AdvanceAsync(TimeSpan.FromSeconds(5));

        var verdict = await VerdictAsync();
        Assert.Equal("One link is broken: no processor has reached Fake for 5 s", verdict.Headline);
        Assert.StartsWith("ConnectionError: ConnectionRefused.", verdict.Sub, StringComparison.Ordinal);
        Assert.Equal("pending = 4", await database.StatesAsync());
    }

    private ProcessorRig Rig(IPushSender sender)
    {
        var rig = new ProcessorRig(database.AppDataSource, options => options.ProbeInterval = TimeSpan.FromMinutes(5));
        rig.Sender.RequestTimeout = Patience;
        rig.Sender.Answer = async (message, target, cancellationToken) => (await sender.SendAsync(message, [target], dryRun: false, cancellationToken))[0];
        rig.Sender.Probe = _ => FakePushSender.Result("probe", PushOutcome.Unreachable) with { Detail = "ConnectionError: ConnectionRefused" };
        return rig;
    }

    private async Task<BoardVerdict> VerdictAsync()
    {
        using var boards = new NowBoards(database.AppDataSource, TimeProvider.System);
        return BoardVerdict.Of(await boards.GetAsync(TestContext.Current.CancellationToken));
    }
}
