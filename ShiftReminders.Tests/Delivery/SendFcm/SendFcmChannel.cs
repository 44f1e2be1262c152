using ShiftReminders.Tests.Support.FakeEdgeFunction;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.SendFcm;

namespace ShiftReminders.Tests.Delivery.SendFcm;

/// <summary>The sender under test, and the edge function that it calls.</summary>
public sealed class SendFcmChannel : IAsyncLifetime
{
    public const string LegacyKey = "eyJhbGciOiJIUzI1NiJ9.service.role";

    private readonly List<IDisposable> senders = [];

    public FakeEdgeFunctionServer Function { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Function = await FakeEdgeFunctionServer.StartAsync();

    public IPushSender Sender(Action<SendFcmOptions>? change = null)
    {
        var options = new SendFcmOptions { Url = Function.Url, ServiceRoleKey = LegacyKey };
        change?.Invoke(options);
        Assert.True(new SendFcmOptionsValidator().Validate(null, options).Succeeded);
        var sender = new SendFcmPushSender(options, TimeProvider.System);
        senders.Add(sender);
        return sender;
    }

    public async Task<IReadOnlyList<PushResult>> SendAsync(
        EdgeReply reply, SendFcmShape shape, int devices = 1, Action<SendFcmOptions>? change = null)
    {
        Function.Answer = _ => reply;
        var sender = Sender(options =>
        {
            options.Shape = shape;
            change?.Invoke(options);
        });
        var targets = Sample.Targets([.. Enumerable.Range(1, devices).Select(i => $"token-{i}")]);
        return await sender.SendAsync(Sample.Message, targets, dryRun: false, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sender in senders)
            sender.Dispose();
        await Function.DisposeAsync();
    }
}
