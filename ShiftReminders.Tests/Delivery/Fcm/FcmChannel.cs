using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Fcm;

namespace ShiftReminders.Tests.Delivery.Fcm;

/// <summary>The sender under test, and the fake that it talks to.</summary>
public sealed class FcmChannel : IAsyncLifetime
{
    private readonly List<IDisposable> senders = [];

    public FakeFcmServer Fcm { get; private set; } = null!;

    public IPushSender Sender { get; private set; } = null!;

    public FcmOptions Options => new()
    {
        ProjectId = FakeFcmServer.ProjectId,
        CredentialsPath = Fcm.CredentialsPath,
        Endpoint = Fcm.Endpoint,
    };

    public async ValueTask InitializeAsync()
    {
        Fcm = await FakeFcmServer.StartAsync(keepBodies: true);
        Sender = SenderWith(_ => { });
    }

    public IPushSender SenderWith(Action<FcmOptions> change)
    {
        var options = Options;
        change(options);
        var sender = new FcmPushSender(options, TimeProvider.System);
        senders.Add(sender);
        return sender;
    }

    public Task<PushResult> SendAsync(string token, FakeReply reply)
    {
        Fcm.Script.Always(token, reply);
        return Sender.SendOneAsync(Sample.Target(token));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sender in senders)
            sender.Dispose();
        await Fcm.DisposeAsync();
    }
}
