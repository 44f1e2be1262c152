using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Tests.Delivery.Fcm;

/// <summary>Whether a push would be accepted, without any phone showing one.</summary>
public sealed class FcmProbeTests(FcmChannel channel) : IClassFixture<FcmChannel>
{
    [Fact]
    public async Task Healthy_project_accepts_the_probe_and_no_phone_shows_it()
    {
        var result = await channel.Sender.ProbeAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal((PushOutcome.Accepted, ""), (result.Outcome, result.DeviceId));
        Assert.Empty(channel.Fcm.Received);
    }

    [Fact]
    public async Task Platform_with_a_bad_key_refuses_the_probe_of_its_device()
    {
        channel.Fcm.Script.Always("token-ios", FakeReply.ThirdPartyAuthError);

        var result = await channel.Sender.ProbeAsync(Sample.Target("token-ios", "ios"), TestContext.Current.CancellationToken);

        Assert.Equal(PushOutcome.PlatformCredentials, result.Outcome);
    }

    [Fact]
    public async Task Platform_in_order_accepts_the_probe_of_its_device()
    {
        var result = await channel.Sender.ProbeAsync(Sample.Target("token-web", "web"), TestContext.Current.CancellationToken);

        Assert.Equal((PushOutcome.Accepted, PushTarget.DeviceIdOf("token-web")), (result.Outcome, result.DeviceId));
        Assert.Empty(channel.Fcm.Received);
    }
}
