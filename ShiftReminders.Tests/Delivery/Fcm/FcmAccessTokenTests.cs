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
        Assert.Contains("invalid_grant", result.Detail, StringComparison.Ordinal);
        Assert.Contains(Fcm.Endpoint.Authority, result.Detail, StringComparison.Ordinal);
        Assert.Equal(0, Fcm.Requests);
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
