using System.Net;
using System.Net.Sockets;
using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Tests.Delivery.Fcm;

/// <summary>What the network does to a push.</summary>
public sealed class FcmConnectionTests(FcmChannel channel) : IClassFixture<FcmChannel>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Refused_connection_is_this_replicas_own_trouble()
    {
        var sender = channel.SenderWith(options => options.Endpoint = ClosedPort());

        var result = await sender.SendOneAsync(Sample.Target());

        Assert.Equal((PushOutcome.Unreachable, PushErrorCode.ConnectFailure), (result.Outcome, result.ErrorCode));
        Assert.Contains("ConnectionRefused", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_that_nobody_answers_is_this_replicas_own_trouble()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        // Accepted by the kernel, and the TLS greeting is never answered.
        var silent = new Uri($"https://{listener.LocalEndPoint}");
        var sender = channel.SenderWith(options =>
        {
            options.Endpoint = silent;
            options.ConnectTimeout = TimeSpan.FromMilliseconds(200);
        });

        var result = await sender.SendOneAsync(Sample.Target());

        Assert.Equal((PushOutcome.Unreachable, PushErrorCode.ConnectFailure), (result.Outcome, result.ErrorCode));
    }

    [Fact]
    public async Task Unresolvable_host_is_this_replicas_own_trouble()
    {
        var sender = channel.SenderWith(options => options.Endpoint = new Uri("http://fcm.invalid"));

        var result = await sender.SendOneAsync(Sample.Target());

        Assert.Equal((PushOutcome.Unreachable, PushErrorCode.ConnectFailure), (result.Outcome, result.ErrorCode));
    }

    [Fact]
    public async Task Push_that_was_written_is_not_sent_a_second_time_by_itself()
    {
        var before = channel.Fcm.Requests;

        await channel.SendAsync("token-reset-once", FakeReply.Reset);

        Assert.Equal(before + 1, channel.Fcm.Requests);
    }

    [Fact]
    public async Task Lost_answer_leaves_the_outcome_unknown_although_the_phone_got_it()
    {
        var result = await channel.SendAsync("token-lost-answer", FakeReply.Reset.ButDelivered());

        Assert.Equal(PushOutcome.Unknown, result.Outcome);
        Assert.Contains(channel.Fcm.Received, push => push.Token == "token-lost-answer");
    }

    [Fact]
    public async Task Cancellation_propagates_instead_of_looking_like_a_failure()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        channel.Fcm.Script.Always("token-cancelled", FakeReply.Never);
        var before = channel.Fcm.Requests;

        var sending = channel.Sender.SendAsync(Sample.Message, Sample.Targets("token-cancelled"), dryRun: false, stop.Token);
        await Eventually.TrueAsync("FCM is asked", Patience, () => channel.Fcm.Requests > before);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Http2_without_tls_is_spoken_when_asked_for_exactly()
    {
        var sender = channel.SenderWith(options =>
        {
            options.Endpoint = channel.Fcm.Http2Endpoint;
            options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        });
        channel.Fcm.Script.Always("token-h2-reset", FakeReply.Reset);

        var accepted = await sender.SendOneAsync(Sample.Target("token-h2"));
        var reset = await sender.SendOneAsync(Sample.Target("token-h2-reset"));

        Assert.Equal((PushOutcome.Accepted, PushOutcome.Unknown), (accepted.Outcome, reset.Outcome));
        Assert.Contains("HTTP/2", channel.Fcm.Protocols);
    }

    [Fact]
    public async Task More_http2_requests_than_one_connection_carries_are_in_flight_together()
    {
        var sender = channel.SenderWith(options =>
        {
            options.Endpoint = channel.Fcm.Http2Endpoint;
            options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var targets = Sample.Targets([.. Enumerable.Range(0, 150).Select(i => $"h2-{i}")]);
        foreach (var target in targets)
            channel.Fcm.Script.Always(target.Token, FakeReply.Never);

        var sending = targets.Select(target => sender.SendAsync(Sample.Message, [target], dryRun: false, stop.Token)).ToList();
        await Eventually.TrueAsync("more than 100 are in flight", Patience, () => channel.Fcm.MostInFlight > 100);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(sending));
    }

    private static Uri ClosedPort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new Uri($"http://{socket.LocalEndpoint}");
    }
}
