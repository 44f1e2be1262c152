using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Tests.Delivery.Fcm;

/// <summary>Every reply that FCM is known to give, over the wire, and what it means for the reminder.</summary>
public sealed class FcmReplyTests(FcmChannel channel) : IClassFixture<FcmChannel>
{
    public static TheoryData<string, PushOutcome, PushErrorCode?, int?> Replies => new()
    {
        { nameof(FakeReply.Accepted), PushOutcome.Accepted, null, 200 },
        { nameof(FakeReply.Unregistered), PushOutcome.Gone, PushErrorCode.Unregistered, 404 },
        { nameof(FakeReply.UnregisteredFid), PushOutcome.Gone, PushErrorCode.Unregistered, 404 },
        { nameof(FakeReply.BareNotFound), PushOutcome.ProjectCredentials, PushErrorCode.NotFound, 404 },
        { nameof(FakeReply.InvalidToken), PushOutcome.Gone, PushErrorCode.InvalidArgument, 400 },
        { nameof(FakeReply.InvalidTokenField), PushOutcome.Gone, PushErrorCode.InvalidArgument, 400 },
        { nameof(FakeReply.InvalidMessage), PushOutcome.Rejected, PushErrorCode.InvalidArgument, 400 },
        { nameof(FakeReply.TooBig), PushOutcome.Rejected, PushErrorCode.InvalidArgument, 400 },
        { nameof(FakeReply.SenderIdMismatch), PushOutcome.Mismatch, PushErrorCode.SenderIdMismatch, 403 },
        { nameof(FakeReply.QuotaExceeded), PushOutcome.Transient, PushErrorCode.QuotaExceeded, 429 },
        { nameof(FakeReply.Unavailable), PushOutcome.Transient, PushErrorCode.Unavailable, 503 },
        { nameof(FakeReply.Internal), PushOutcome.Transient, PushErrorCode.Internal, 500 },
        { nameof(FakeReply.GatewayTimeout), PushOutcome.Transient, PushErrorCode.HttpError, 504 },
        { nameof(FakeReply.ThirdPartyAuthError), PushOutcome.PlatformCredentials, PushErrorCode.ThirdPartyAuthError, 401 },
        { nameof(FakeReply.Unauthenticated), PushOutcome.ProjectCredentials, PushErrorCode.Unauthenticated, 401 },
        { nameof(FakeReply.PermissionDenied), PushOutcome.ProjectCredentials, PushErrorCode.PermissionDenied, 403 },
        { nameof(FakeReply.HtmlBadGateway), PushOutcome.Transient, PushErrorCode.HttpError, 502 },
        { nameof(FakeReply.HtmlSuccess), PushOutcome.Unknown, PushErrorCode.UnexpectedReply, 200 },
        { nameof(FakeReply.EmptySuccess), PushOutcome.Unknown, PushErrorCode.UnexpectedReply, 200 },
        { nameof(FakeReply.EmptyError), PushOutcome.Transient, PushErrorCode.Internal, 500 },
        { nameof(FakeReply.Reset), PushOutcome.Unknown, PushErrorCode.ConnectionLost, null },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task Reply_of_fcm_becomes_its_outcome(string name, PushOutcome outcome, PushErrorCode? code, int? status)
    {
        var result = await channel.SendAsync($"token-{name}", ReplyNamed(name));

        Assert.Equal((outcome, code, status), (result.Outcome, result.ErrorCode, result.HttpStatus));
        Assert.Equal(PushTarget.DeviceIdOf($"token-{name}"), result.DeviceId);
        Assert.Equal(outcome == PushOutcome.Accepted, result.Detail is null);
        Assert.True(result.Latency > TimeSpan.Zero);
    }

    [Fact]
    public void Every_scripted_reply_has_a_row_here()
    {
        var rows = Replies.Select(row => row.Data.Item1).Append(nameof(FakeReply.Never)).Order();

        Assert.Equal(rows, typeof(FakeReply).GetProperties().Where(property => property.GetMethod!.IsStatic)
            .Select(property => property.Name).Order());
    }

    [Fact]
    public async Task Acceptance_carries_the_name_of_the_message()
    {
        var result = await channel.SendAsync("token-named", FakeReply.Accepted);

        Assert.StartsWith($"projects/{FakeFcmServer.ProjectId}/messages/", result.ProviderMessageId);
    }

    [Fact]
    public async Task Reply_that_never_comes_is_unknown_after_the_request_timeout()
    {
        var sender = channel.SenderWith(options => options.RequestTimeout = TimeSpan.FromSeconds(2));
        channel.Fcm.Script.Always("token-never", FakeReply.Never);

        var result = await sender.SendOneAsync(Sample.Target("token-never"));

        Assert.Equal((PushOutcome.Unknown, PushErrorCode.Timeout), (result.Outcome, result.ErrorCode));
        Assert.True(result.Latency >= TimeSpan.FromMilliseconds(1900));
    }

    [Theory]
    [InlineData(401, PushOutcome.ProjectCredentials)]
    [InlineData(403, PushOutcome.ProjectCredentials)]
    [InlineData(404, PushOutcome.ProjectCredentials)]
    [InlineData(302, PushOutcome.ProjectCredentials)]
    [InlineData(413, PushOutcome.Rejected)]
    [InlineData(429, PushOutcome.Transient)]
    [InlineData(503, PushOutcome.Transient)]
    [InlineData(400, PushOutcome.Unknown)]
    public async Task Html_page_of_a_proxy_is_judged_by_its_status_and_forgets_no_token(int status, PushOutcome outcome)
    {
        var result = await channel.SendAsync($"token-html-{status}", FakeReply.HtmlBadGateway with { Status = status });

        Assert.Equal(outcome, result.Outcome);
        Assert.DoesNotContain("<", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":"plain text"}""")]
    [InlineData("""{"error":{"code":"not a number","details":"not a list","status":7}}""")]
    [InlineData("""{"error":{"details":[null,7,"x",{"@type":5,"errorCode":[]}]}}""")]
    [InlineData("""{"error":{"code":404,"mess""")]
    [InlineData("""{"error":{"code":503,"message":"cut off in an emoji \ud83d"}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task Malformed_error_body_is_judged_by_its_status(string body)
    {
        var result = await channel.SendAsync(
            $"token-malformed-{body.GetHashCode(StringComparison.Ordinal)}", new FakeReply { Status = 503, Body = body });

        Assert.Equal((PushOutcome.Transient, PushErrorCode.Unavailable), (result.Outcome, result.ErrorCode));
    }

    [Fact]
    public async Task Fcm_error_of_another_type_is_not_taken_for_one()
    {
        var impostor = FakeReply.Error(404, "NOT_FOUND", "No such thing.", new Dictionary<string, object>
        {
            ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo",
            ["errorCode"] = "UNREGISTERED",
        });

        var result = await channel.SendAsync("token-impostor", impostor);

        Assert.Equal(PushOutcome.ProjectCredentials, result.Outcome);
    }

    [Fact]
    public async Task Retry_after_in_seconds_is_passed_on()
    {
        var result = await channel.SendAsync("token-seconds", FakeReply.QuotaExceeded.WithRetryAfter("60"));

        Assert.Equal(TimeSpan.FromSeconds(60), result.RetryAfter);
    }

    [Fact]
    public async Task Retry_after_as_a_date_becomes_the_time_left()
    {
        var at = TimeProvider.System.GetUtcNow().AddMinutes(2).ToString("R");

        var result = await channel.SendAsync("token-date", FakeReply.Unavailable.WithRetryAfter(at));

        Assert.InRange(result.RetryAfter!.Value, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(121));
    }

    [Fact]
    public async Task Retry_after_in_the_past_or_in_nonsense_asks_for_no_wait()
    {
        var past = await channel.SendAsync("token-past", FakeReply.Unavailable.WithRetryAfter("Mon, 23 Nov 1998 07:00:00 GMT"));
        var nonsense = await channel.SendAsync("token-nonsense", FakeReply.Unavailable.WithRetryAfter("soon"));

        Assert.Equal(TimeSpan.Zero, past.RetryAfter);
        Assert.Null(nonsense.RetryAfter);
    }

    [Theory]
    [InlineData("2147483647")]
    [InlineData("86400")]
    [InlineData("99999999999999")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task Retry_after_that_cannot_be_meant_is_not_believed(string value)
    {
        var result = await channel.SendAsync($"token-absurd-{value}", FakeReply.Unavailable.WithRetryAfter(value));

        Assert.Null(result.RetryAfter);
    }

    [Fact]
    public async Task Endless_body_is_cut_off()
    {
        var result = await channel.SendAsync("token-endless", new FakeReply { Body = new string('x', 5_000_000) });

        Assert.Equal((PushOutcome.Unknown, PushErrorCode.UnexpectedReply), (result.Outcome, result.ErrorCode));
    }

    private static FakeReply ReplyNamed(string name) => (FakeReply)typeof(FakeReply).GetProperty(name)!.GetValue(null)!;
}
