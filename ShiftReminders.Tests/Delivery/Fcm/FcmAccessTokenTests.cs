using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Tests.Delivery.Fcm;

/// <summary>The service account's bearer token: fetched once, renewed when refused, and blamed on nobody's device.</summary>
public sealed class FcmAccessTokenTests : IAsyncLifetime
{
    private readonly FcmChannel channel = new();

    private FakeFcmServer Fcm => channel.Fcm;

    public ValueTask InitializeAsync() => channel.InitializeAsync();

    public ValueTask DisposeAsync() => channel.DisposeAsync();

    [Fact]
    public async Task Many_pushes_share_one_access_token()
    {
        var targets = Sample.Targets([.. Enumerable.Range(0, 100).Select(i => $"token-{i}")]);

        await channel.Sender.SendAsync(Sample.Message, targets, dryRun: false, TestContext.Current.CancellationToken);

        Assert.Equal(1, Fcm.AccessTokens.Issued);
    }

    [Fact]
    public async Task Refused_access_token_is_renewed_once_for_all_and_nobody_notices()
    {
        await channel.Sender.SendOneAsync(Sample.Target());
        Fcm.AccessTokens.RevokeIssued();
        var targets = Sample.Targets([.. Enumerable.Range(0, 40).Select(i => $"token-{i}")]);

        var results = await channel.Sender.SendAsync(Sample.Message, targets, dryRun: false, TestContext.Current.CancellationToken);

        Assert.All(results, result => Assert.Equal(PushOutcome.Accepted, result.Outcome));
        Assert.Equal(2, Fcm.AccessTokens.Issued);
    }

    [Fact]
    public async Task Access_token_refused_again_after_renewal_is_the_projects_fault()
    {
        Fcm.AccessTokens.RefuseAll();

        var first = await channel.Sender.SendOneAsync(Sample.Target());
        var second = await channel.Sender.SendOneAsync(Sample.Target());

        Assert.Equal((PushOutcome.ProjectCredentials, PushErrorCode.Unauthenticated), (first.Outcome, first.ErrorCode));
        Assert.Equal(first.Outcome, second.Outcome);
        Assert.Equal(2, Fcm.AccessTokens.Issued);
    }

    [Fact]
    public async Task Platforms_key_refused_by_apple_does_not_renew_the_access_token()
    {
        await channel.SendAsync("token-ios", FakeReply.ThirdPartyAuthError);

        Assert.Equal(1, Fcm.AccessTokens.Issued);
    }

    [Fact]
    public async Task Service_account_refused_by_its_issuer_is_named_and_nothing_is_sent()
    {
        Fcm.AccessTokens.Refusal = "invalid_grant";

        var result = await channel.Sender.SendOneAsync(Sample.Target());

        Assert.Equal((PushOutcome.ProjectCredentials, PushErrorCode.CredentialsUnavailable), (result.Outcome, result.ErrorCode));
        Assert.Contains("refused the service account: 400 invalid_grant (Invalid JWT Signature.)", result.Detail, StringComparison.Ordinal);
        Assert.Contains(Fcm.Endpoint.Authority, result.Detail, StringComparison.Ordinal);
        Assert.Equal(0, Fcm.Requests);
    }

    [Fact]
    public async Task Issuer_that_hangs_once_costs_one_wait_and_the_next_push_asks_anew()
    {
        var sender = channel.SenderWith(options => options.RequestTimeout = TimeSpan.FromSeconds(1));
        Fcm.AccessTokens.Held = new TaskCompletionSource().Task;
        var hung = await sender.SendOneAsync(Sample.Target());
        Fcm.AccessTokens.Held = Task.CompletedTask;

        var next = await sender.SendOneAsync(Sample.Target());

        Assert.Equal((PushOutcome.Unreachable, PushErrorCode.CredentialsUnavailable), (hung.Outcome, hung.ErrorCode));
        Assert.EndsWith("could not be reached: no answer in time", hung.Detail, StringComparison.Ordinal);
        Assert.Equal(PushOutcome.Accepted, next.Outcome);
        Assert.Equal(2, Fcm.AccessTokens.Requests);
    }

    [Fact]
    public async Task Issuer_that_is_away_is_not_missed_while_the_token_serves()
    {
        await channel.Sender.SendOneAsync(Sample.Target());
        Fcm.AccessTokens.GatewayStatus = 502;

        var result = await channel.Sender.SendOneAsync(Sample.Target());

        Assert.Equal(PushOutcome.Accepted, result.Outcome);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(429)]
    [InlineData(404)]
    public async Task Gateway_before_the_issuer_is_unreachable_and_refuses_nobody(int status)
    {
        Fcm.AccessTokens.GatewayStatus = status;

        var result = await channel.Sender.SendOneAsync(Sample.Target());

        Assert.Equal((PushOutcome.Unreachable, PushErrorCode.CredentialsUnavailable), (result.Outcome, result.ErrorCode));
        Assert.Contains($"could not be reached: it answered with HTTP {status}", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Machine_whose_clock_is_wrong_is_told_so_and_stops_no_other()
    {
        Fcm.AccessTokens.Refusal = "invalid_grant";
        Fcm.AccessTokens.RefusalDescription =
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.";

        var result = await channel.Sender.SendOneAsync(Sample.Target());

        Assert.Equal(PushOutcome.Unreachable, result.Outcome);
        Assert.Contains("this machine's clock is wrong", result.Detail, StringComparison.Ordinal);
        Assert.Contains("Check your iat and exp values", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Issuer_that_recovers_brings_the_channel_back()
    {
        Fcm.AccessTokens.Refusal = "invalid_grant";
        var before = await channel.Sender.ProbeAsync(null, TestContext.Current.CancellationToken);
        Fcm.AccessTokens.Refusal = null;

        var after = await channel.Sender.ProbeAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal((PushOutcome.ProjectCredentials, PushOutcome.Accepted), (before.Outcome, after.Outcome));
    }

    [Fact]
    public async Task Wrong_project_forgets_no_token()
    {
        var sender = channel.SenderWith(options => options.ProjectId = "another-project");

        var result = await sender.SendOneAsync(Sample.Target());

        Assert.Equal((PushOutcome.ProjectCredentials, PushErrorCode.NotFound), (result.Outcome, result.ErrorCode));
        Assert.Equal("Fcm:another-project", sender.Channel);
    }
}
