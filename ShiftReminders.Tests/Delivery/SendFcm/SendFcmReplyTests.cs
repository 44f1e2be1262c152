using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeEdgeFunction;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.SendFcm;

namespace ShiftReminders.Tests.Delivery.SendFcm;

/// <summary>What edge functions in the wild answer, and what it means for the reminder.</summary>
public sealed class SendFcmReplyTests(SendFcmChannel channel) : IClassFixture<SendFcmChannel>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("""{"success":true}""", null)]
    [InlineData("""{"ok":true}""", null)]
    [InlineData("""{"success":true,"sent":2,"failed":0,"errors":[]}""", null)]
    [InlineData("""{"success":true,"sentCount":1}""", null)]
    [InlineData("""{"success":true,"results":{"success":1,"failure":0},"messageIds":["m"]}""", null)]
    [InlineData("""{"message":"queued"}""", PushErrorCode.Unverified)]
    [InlineData("""{"error":null}""", PushErrorCode.Unverified)]
    [InlineData("{}", PushErrorCode.Unverified)]
    [InlineData("[]", PushErrorCode.Unverified)]
    [InlineData("", PushErrorCode.Unverified)]
    [InlineData("OK", PushErrorCode.Unverified)]
    [InlineData("<html>", PushErrorCode.Unverified)]
    public async Task Success_that_the_reply_does_not_prove_is_flagged(string body, PushErrorCode? code)
    {
        var result = Assert.Single(await channel.SendAsync(new EdgeReply(200, body), SendFcmShape.Token));

        Assert.Equal((PushOutcome.Accepted, code), (result.Outcome, result.ErrorCode));
        Assert.Equal(code is not null, result.Detail?.StartsWith("Accepted, unverified.", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData(200, """{"success":false,"error":"UNREGISTERED"}""", PushOutcome.Gone)]
    [InlineData(200, """{"success":true,"fcmResult":{"error":{"code":404,"details":[{"errorCode":"UNREGISTERED"}]}}}""", PushOutcome.Gone)]
    [InlineData(200, """{"ok":false,"error":"registration-token-not-registered"}""", PushOutcome.Gone)]
    [InlineData(500, """{"error":{"message":"The registration token is not a valid FCM registration token"}}""", PushOutcome.Gone)]
    [InlineData(500, """{"error":"SENDER_ID_MISMATCH"}""", PushOutcome.Mismatch)]
    [InlineData(500, """{"error":"THIRD_PARTY_AUTH_ERROR"}""", PushOutcome.PlatformCredentials)]
    [InlineData(500, """{"error":"QUOTA_EXCEEDED"}""", PushOutcome.Transient)]
    [InlineData(500, """{"error":"invalid_grant: account not found"}""", PushOutcome.ProjectCredentials)]
    [InlineData(400, """{"error":"Android message is too big"}""", PushOutcome.Rejected)]
    [InlineData(400, """{"error":"INVALID_ARGUMENT"}""", PushOutcome.Rejected)]
    [InlineData(404, """{"error":"No FCM tokens found for this user"}""", PushOutcome.Rejected)]
    [InlineData(404, """{"error":"user not found"}""", PushOutcome.Rejected)]
    [InlineData(200, """{"success":false,"message":"something odd"}""", PushOutcome.Transient)]
    [InlineData(200, """{"success":true,"sent":0,"failed":1,"errors":["UNREGISTERED"]}""", PushOutcome.Gone)]
    [InlineData(200, """{"success":true,"sent":0,"failed":0}""", PushOutcome.Rejected)]
    [InlineData(401, """{"msg":"Invalid JWT"}""", PushOutcome.ProjectCredentials)]
    [InlineData(403, "", PushOutcome.ProjectCredentials)]
    [InlineData(404, "not found", PushOutcome.ProjectCredentials)]
    [InlineData(429, "", PushOutcome.Transient)]
    [InlineData(500, "", PushOutcome.Transient)]
    [InlineData(502, "<html>", PushOutcome.Transient)]
    [InlineData(503, """{"code":"BOOT_ERROR","message":"Function failed to start"}""", PushOutcome.Transient)]
    [InlineData(504, """{"message":"idle timeout"}""", PushOutcome.Unknown)]
    [InlineData(546, """{"code":"WORKER_LIMIT"}""", PushOutcome.Unknown)]
    [InlineData(302, "", PushOutcome.ProjectCredentials)]
    [InlineData(422, """{"detail":"nonsense"}""", PushOutcome.Rejected)]
    [InlineData(200, """{"success":false,"error":"UNREGISTERED, cut off in an emoji \ud83d"}""", PushOutcome.Gone)]
    public async Task Failure_is_judged_by_its_words_and_then_by_its_status(int status, string body, PushOutcome outcome)
    {
        var result = Assert.Single(await channel.SendAsync(new EdgeReply(status, body), SendFcmShape.Token));

        Assert.Equal((outcome, (int?)status), (result.Outcome, result.HttpStatus));
        Assert.NotNull(result.Detail);
    }

    [Fact]
    public async Task Function_that_the_gateway_does_not_know_is_the_projects_fault()
    {
        var reply = new EdgeReply(404, """{"code":"NOT_FOUND","message":"Requested function was not found"}""")
        {
            Headers = { ["sb-error-code"] = "NOT_FOUND" },
        };

        var result = Assert.Single(await channel.SendAsync(reply, SendFcmShape.Token));

        Assert.Equal((PushOutcome.ProjectCredentials, PushErrorCode.NotFound), (result.Outcome, result.ErrorCode));
    }

    [Fact]
    public async Task Results_per_token_are_matched_by_index()
    {
        var reply = new EdgeReply(200, """
            {"results":[{"token":"token-1…","success":true,"message_id":"projects/p/messages/1"},
                        {"token":"token-2…","success":false,"error":"UNREGISTERED"},
                        {"token":"token-3…","success":false,"error":"quota: QUOTA_EXCEEDED"},
                        {"token":"token-4…","success":false}]}
            """);

        var results = await channel.SendAsync(reply, SendFcmShape.Tokens, devices: 4);

        Assert.Equal(
            [PushOutcome.Accepted, PushOutcome.Gone, PushOutcome.Transient, PushOutcome.Transient],
            results.Select(result => result.Outcome));
        Assert.Equal("projects/p/messages/1", results[0].ProviderMessageId);
        Assert.Equal(Sample.Targets("token-1", "token-2", "token-3", "token-4").Select(target => target.DeviceId), results.Select(result => result.DeviceId));
    }

    [Fact]
    public async Task Results_of_another_number_are_not_believed()
    {
        var reply = new EdgeReply(200, """{"success":true,"results":[{"success":false,"error":"UNREGISTERED"}]}""");

        var results = await channel.SendAsync(reply, SendFcmShape.Tokens, devices: 2);

        Assert.All(results, result => Assert.Equal((PushOutcome.Unknown, PushErrorCode.Unregistered), (result.Outcome, result.ErrorCode)));
    }

    [Fact]
    public async Task Device_said_to_be_gone_is_kept_when_the_function_chose_the_devices()
    {
        var results = await channel.SendAsync(new EdgeReply(200, """{"success":false,"error":"UNREGISTERED"}"""), SendFcmShape.Person, devices: 2);

        Assert.All(results, result => Assert.Equal((PushOutcome.Rejected, PushErrorCode.Unregistered), (result.Outcome, result.ErrorCode)));
    }

    [Fact]
    public async Task Batch_that_stopped_at_a_dead_token_is_unknown_for_all_because_the_first_ones_got_it()
    {
        var results = await channel.SendAsync(new EdgeReply(500, """{"error":"FCM failed: UNREGISTERED"}"""), SendFcmShape.Tokens, devices: 3);

        Assert.All(results, result => Assert.Equal(PushOutcome.Unknown, result.Outcome));
    }

    [Fact]
    public async Task Partly_sent_counts_as_accepted_and_says_so()
    {
        var result = Assert.Single(await channel.SendAsync(new EdgeReply(200, """{"success":true,"sent":1,"failed":2}"""), SendFcmShape.Person));

        Assert.Equal(PushOutcome.Accepted, result.Outcome);
        Assert.Contains("sent 1 and failed 2", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Own_rules_of_success_replace_the_defaults()
    {
        static void Rules(SendFcmOptions options)
        {
            options.SuccessStatuses.Add(202);
            options.Success.Add(new SendFcmRule { At = "/status/code", Expected = "\"DONE\"", Required = true });
        }

        var done = await channel.SendAsync(new EdgeReply(202, """{"status":{"code":"DONE"},"success":false}"""), SendFcmShape.Token, change: Rules);
        var other = await channel.SendAsync(new EdgeReply(202, """{"status":{"code":"LATER"}}"""), SendFcmShape.Token, change: Rules);
        var missing = await channel.SendAsync(new EdgeReply(202, """{"success":true}"""), SendFcmShape.Token, change: Rules);
        var status = await channel.SendAsync(new EdgeReply(200, """{"status":{"code":"DONE"}}"""), SendFcmShape.Token, change: Rules);

        Assert.Equal(
            [(PushOutcome.Accepted, null), (PushOutcome.Transient, PushErrorCode.UnexpectedReply), (PushOutcome.Transient, PushErrorCode.UnexpectedReply), (PushOutcome.Transient, (PushErrorCode?)PushErrorCode.UnexpectedReply)],
            new[] { done, other, missing, status }.Select(results => (results[0].Outcome, results[0].ErrorCode)));
    }

    [Fact]
    public async Task Own_words_for_an_error_come_before_ours()
    {
        var results = await channel.SendAsync(
            new EdgeReply(500, """{"error":"TOKEN_WEG UNAVAILABLE"}"""),
            SendFcmShape.Token,
            change: options => options.Errors.Add(new SendFcmErrorRule { Pattern = "token_weg", Outcome = PushOutcome.Gone }));

        Assert.Equal(PushOutcome.Gone, results[0].Outcome);
    }

    [Fact]
    public async Task Reply_beyond_the_limit_is_cut_off_and_unverified()
    {
        var body = $$"""{"success":false,"debug":"{{new string('x', 100_000)}}"}""";

        var result = Assert.Single(await channel.SendAsync(new EdgeReply(200, body), SendFcmShape.Token));

        Assert.Equal((PushOutcome.Accepted, PushErrorCode.Unverified), (result.Outcome, result.ErrorCode));
        Assert.Contains("more than 65,536 bytes", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compressed_reply_is_read_although_none_was_asked_for()
    {
        var result = Assert.Single(await channel.SendAsync(new EdgeReply { Gzip = true }, SendFcmShape.Token));

        Assert.Equal((PushOutcome.Accepted, null), (result.Outcome, result.ErrorCode));
    }

    [Fact]
    public async Task Reply_that_is_not_what_its_encoding_says_is_unverified()
    {
        var reply = new EdgeReply { Headers = { ["Content-Encoding"] = "gzip" } };

        var result = Assert.Single(await channel.SendAsync(reply, SendFcmShape.Token));

        Assert.Equal((PushOutcome.Accepted, PushErrorCode.Unverified), (result.Outcome, result.ErrorCode));
    }

    [Fact]
    public async Task Reply_that_never_comes_is_unknown()
    {
        var results = await channel.SendAsync(
            new EdgeReply { Never = true }, SendFcmShape.Person, devices: 2, change: options => options.RequestTimeout = TimeSpan.FromSeconds(2));

        Assert.All(results, result => Assert.Equal((PushOutcome.Unknown, PushErrorCode.Timeout), (result.Outcome, result.ErrorCode)));
    }

    [Fact]
    public async Task Connection_reset_after_the_call_is_unknown()
    {
        var result = Assert.Single(await channel.SendAsync(new EdgeReply { Reset = true }, SendFcmShape.Token));

        Assert.Equal((PushOutcome.Unknown, PushErrorCode.ConnectionLost), (result.Outcome, result.ErrorCode));
    }

    [Fact]
    public async Task Function_that_cannot_be_reached_is_this_replicas_own_trouble()
    {
        var result = Assert.Single(await channel.SendAsync(
            new EdgeReply(), SendFcmShape.Token, change: options => options.Url = new Uri("http://127.0.0.1:1/functions/v1/send_fcm")));

        Assert.Equal((PushOutcome.Unreachable, PushErrorCode.ConnectFailure), (result.Outcome, result.ErrorCode));
    }

    [Fact]
    public async Task Retry_after_is_passed_on()
    {
        var reply = new EdgeReply(429, "") { Headers = { ["Retry-After"] = "7" } };

        var result = Assert.Single(await channel.SendAsync(reply, SendFcmShape.Token));

        Assert.Equal(TimeSpan.FromSeconds(7), result.RetryAfter);
    }

    [Fact]
    public async Task Detail_hides_tokens_and_text_that_the_reply_quotes()
    {
        var token = "secret-token-of-a-phone";
        channel.Function.Answer = _ => new EdgeReply(500, $$"""{"error":"cannot send '{{Sample.Message.Body}}' to {{token}}"}""");

        var result = await channel.Sender(options => options.Shape = SendFcmShape.Token).SendOneAsync(Sample.Target(token));

        Assert.Equal("cannot send '[hidden]' to [hidden]", result.Detail);
    }

    [Fact]
    public async Task Cancellation_propagates()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        channel.Function.Answer = _ => new EdgeReply { Never = true };
        channel.Function.Forget();

        var sending = channel.Sender().SendAsync(Sample.Message, Sample.Targets("a"), dryRun: false, stop.Token);
        await Eventually.TrueAsync("the function is called", Patience, () => channel.Function.Calls.Count > 0);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }
}
