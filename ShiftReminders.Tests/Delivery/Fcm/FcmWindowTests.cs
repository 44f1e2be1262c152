using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Tests.Delivery.Fcm;

/// <summary>Nothing is handed over when its time is up, and its time to live is that of the moment at which it leaves.</summary>
public sealed class FcmWindowTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FcmChannel channel = new();
    private readonly FakeTimeProvider clock = new();
    private readonly CancellationTokenSource closing = new();

    private FakeFcmServer Fcm => channel.Fcm;

    public ValueTask InitializeAsync() => channel.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        closing.Dispose();
        return channel.DisposeAsync();
    }

    [Fact]
    public async Task Push_that_expires_while_the_access_token_is_fetched_is_not_handed_over()
    {
        var (sending, token) = await WhileTheTokenIsFetchedAsync();

        clock.Advance(TimeSpan.FromSeconds(101));
        token.SetResult();

        Assert.Equal(PushOutcome.NotAttempted, (await sending).Outcome);
        Assert.Equal(0, Fcm.Requests);
    }

    [Fact]
    public async Task Push_whose_window_closes_while_the_access_token_is_fetched_goes_back_at_once()
    {
        var (sending, token) = await WhileTheTokenIsFetchedAsync();

        await closing.CancelAsync();

        Assert.Equal(PushOutcome.NotAttempted, (await sending).Outcome);
        token.SetResult();
    }

    [Fact]
    public async Task Time_that_the_access_token_took_is_taken_off_the_time_to_live()
    {
        var (sending, token) = await WhileTheTokenIsFetchedAsync();

        clock.Advance(TimeSpan.FromSeconds(20));
        token.SetResult();

        Assert.Equal(PushOutcome.Accepted, (await sending).Outcome);
        Assert.Equal("80s", TimeToLiveOf("token-1"));
    }

    [Fact]
    public async Task Time_that_a_free_connection_took_is_taken_off_the_time_to_live()
    {
        var (sending, first) = await WhileTheOnlyConnectionIsBusyAsync();

        clock.Advance(TimeSpan.FromSeconds(20));
        await first.CancelAsync();

        Assert.Equal(PushOutcome.Accepted, (await sending).Outcome);
        Assert.Equal("80s", TimeToLiveOf("token-1"));
    }

    [Fact]
    public async Task Push_that_expires_while_it_waits_for_a_connection_is_not_handed_over()
    {
        var (sending, first) = await WhileTheOnlyConnectionIsBusyAsync();

        clock.Advance(TimeSpan.FromSeconds(101));
        await first.CancelAsync();

        Assert.Equal(PushOutcome.NotAttempted, (await sending).Outcome);
        Assert.Equal(1, Fcm.Requests);
    }

    [Fact]
    public async Task Push_that_waits_for_a_connection_goes_back_at_once_when_its_window_closes()
    {
        var (sending, first) = await WhileTheOnlyConnectionIsBusyAsync();

        await closing.CancelAsync();

        Assert.Equal(PushOutcome.NotAttempted, (await sending).Outcome);
        await first.CancelAsync();
    }

    [Fact]
    public async Task Answer_is_waited_for_no_longer_than_the_push_is_of_use()
    {
        await channel.Sender.SendOneAsync(Sample.Target("token-warm"));
        Fcm.Script.Always("token-1", FakeReply.Never);

        var result = await channel.Sender.SendOneAsync(
            Sample.Target(), Sample.Message with { Window = PushWindow.Lasting(TimeSpan.FromSeconds(1), TimeProvider.System) });

        Assert.Equal((PushOutcome.Unknown, PushErrorCode.Timeout), (result.Outcome, result.ErrorCode));
        Assert.True(result.Latency < TimeSpan.FromSeconds(8), $"{result.Latency}");
    }

    private async Task<(Task<PushResult> Sending, TaskCompletionSource Token)> WhileTheTokenIsFetchedAsync()
    {
        var token = new TaskCompletionSource();
        Fcm.AccessTokens.Held = token.Task;
        var sending = channel.Sender.SendOneAsync(Sample.Target(), UsefulFor100Seconds());
        await Eventually.TrueAsync("the token is asked for", Patience, () => Fcm.AccessTokens.Requests > 0);
        return (sending, token);
    }

    private async Task<(Task<PushResult> Sending, CancellationTokenSource First)> WhileTheOnlyConnectionIsBusyAsync()
    {
        var sender = channel.SenderWith(options => options.MaxConnections = 1);
        var first = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Fcm.Script.Always("token-busy", FakeReply.Never);
        _ = sender.SendAsync(Sample.Message, Sample.Targets("token-busy"), dryRun: false, first.Token);
        await Eventually.TrueAsync("the connection is busy", Patience, () => Fcm.Requests == 1);
        return (sender.SendOneAsync(Sample.Target(), UsefulFor100Seconds()), first);
    }

    private PushMessage UsefulFor100Seconds()
    {
        var end = clock.GetTimestamp() + (long)(100.9 * clock.TimestampFrequency);
        return Sample.Message with { Window = new PushWindow(clock, end, end, closing.Token) };
    }

    private string? TimeToLiveOf(string token) => JsonElement.Parse(Fcm.Received.Single(push => push.Token == token).Json!)
        .GetProperty("message").GetProperty("android").GetProperty("ttl").GetString();
}
