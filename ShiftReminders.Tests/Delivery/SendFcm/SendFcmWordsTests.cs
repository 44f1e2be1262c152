using ShiftReminders.Tests.Support.FakeEdgeFunction;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.SendFcm;

namespace ShiftReminders.Tests.Delivery.SendFcm;

/// <summary>The words of the SDKs and services whose answers edge functions pass on, all under HTTP 200.</summary>
public sealed class SendFcmWordsTests(SendFcmChannel channel) : IClassFixture<SendFcmChannel>
{
    [Theory]
    [InlineData("Firebase SDK, one message", """ "projects/demo/messages/1" """, PushErrorCode.Unverified)]
    [InlineData("Firebase SDK, sendEach", """{"responses":[{"success":true,"messageId":"projects/x/messages/1"}],"successCount":1,"failureCount":0}""", null)]
    [InlineData("Firebase SDK, sendEach in part", """{"responses":[{"success":true},{"success":false,"error":{"code":"messaging/internal-error"}}],"successCount":1,"failureCount":1}""", null)]
    [InlineData("FCM HTTP v1", """{"name":"projects/demo/messages/1"}""", null)]
    [InlineData("a person's name", """{"name":"Anna"}""", PushErrorCode.Unverified)]
    [InlineData("FCM legacy", """{"multicast_id":1,"success":1,"failure":0,"canonical_ids":0,"results":[{"message_id":"0:1"}]}""", null)]
    [InlineData("Expo", """{"data":[{"status":"ok","id":"1"}]}""", null)]
    [InlineData("OneSignal", """{"id":"x","recipients":1}""", null)]
    [InlineData("settled promises", """[{"status":"fulfilled","value":{"name":"projects/x/messages/1"}}]""", null)]
    [InlineData("state", """{"status":"ok"}""", null)]
    [InlineData("truth as text", """{"success":"true"}""", null)]
    [InlineData("truth as a number", """{"ok":1}""", null)]
    [InlineData("an error that is empty", """{"success":true,"error":""}""", null)]
    [InlineData("errors that are none", """{"success":true,"errors":[]}""", null)]
    [InlineData("capital letters", """{"Success":true}""", null)]
    [InlineData("wrapped", """{"data":{"success":true}}""", null)]
    [InlineData("byte order mark", "\uFEFF{\"success\":true}", null)]
    [InlineData("nothing", "null", PushErrorCode.Unverified)]
    public async Task Reply_that_claims_success_is_believed(string from, string body, PushErrorCode? code)
    {
        var result = await OneAsync(body);

        Assert.Equal((from, PushOutcome.Accepted, code), (from, result.Outcome, result.ErrorCode));
    }

    [Theory]
    [InlineData("Firebase SDK, sendEach", """{"responses":[{"success":false,"error":{"code":"messaging/registration-token-not-registered"}}],"successCount":0,"failureCount":1}""", PushOutcome.Gone)]
    [InlineData("FCM HTTP v1", """{"error":{"code":404,"status":"NOT_FOUND","details":[{"errorCode":"UNREGISTERED"}]}}""", PushOutcome.Gone)]
    [InlineData("FCM legacy", """{"multicast_id":1,"success":0,"failure":1,"canonical_ids":0,"results":[{"error":"NotRegistered"}]}""", PushOutcome.Gone)]
    [InlineData("Expo", """{"data":[{"status":"error","message":"not registered","details":{"error":"DeviceNotRegistered"}}]}""", PushOutcome.Gone)]
    [InlineData("OneSignal, nobody", """{"id":"","errors":["All included players are not subscribed"]}""", PushOutcome.Rejected)]
    [InlineData("OneSignal, unknown person", """{"id":"x","errors":{"invalid_aliases":{"external_id":["u"]}}}""", PushOutcome.Rejected)]
    [InlineData("OneSignal, no recipients", """{"id":"x","recipients":0}""", PushOutcome.Rejected)]
    [InlineData("settled promises", """{"results":[{"status":"rejected","reason":{"code":"messaging/registration-token-not-registered"}}]}""", PushOutcome.Gone)]
    [InlineData("settled promises without a reason", """[{"status":"rejected","reason":{}}]""", PushOutcome.Transient)]
    [InlineData("state", """{"status":"error","message":"boom"}""", PushOutcome.Transient)]
    [InlineData("untruth as text", """{"success":"false","message":"x"}""", PushOutcome.Transient)]
    [InlineData("capital letters", """{"Success":false}""", PushOutcome.Transient)]
    [InlineData("wrapped", """{"data":{"success":false,"error":"x"}}""", PushOutcome.Transient)]
    [InlineData("errors alone", """{"errors":["boom"]}""", PushOutcome.Transient)]
    [InlineData("nobody, in words", """{"message":"No tokens found for user"}""", PushOutcome.Rejected)]
    [InlineData("failure, in words", """{"message":"Failed to send notification"}""", PushOutcome.Transient)]
    [InlineData("nobody, in numbers", """{"success":true,"sent":0}""", PushOutcome.Rejected)]
    public async Task Reply_that_denies_success_is_a_failure(string from, string body, PushOutcome outcome)
    {
        var result = await OneAsync(body);

        Assert.Equal((from, outcome), (from, result.Outcome));
        Assert.NotNull(result.Detail);
    }

    [Theory]
    [InlineData("""{"success":true,"error":"something odd"}""")]
    [InlineData("""{"success":true,"status":"error"}""")]
    [InlineData("""{"success":false,"success":true}""")]
    [InlineData("""{"ok":true,"successCount":0,"failureCount":2}""")]
    public async Task Reply_that_contradicts_itself_is_no_success_and_may_have_been_delivered(string body)
    {
        var result = await OneAsync(body);

        Assert.Equal((PushOutcome.Unknown, PushErrorCode.UnexpectedReply), (result.Outcome, result.ErrorCode));
        Assert.StartsWith("The reply contradicts itself.", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"responses":[{"success":true,"message_id":"a"},{"success":false,"error":{"code":"messaging/registration-token-not-registered"}}]}""")]
    [InlineData("""{"data":[{"status":"ok"},{"status":"error","details":{"error":"DeviceNotRegistered"}}]}""")]
    [InlineData("""{"results":[{"message_id":"0:1"},{"error":"NotRegistered"}]}""")]
    public async Task Results_of_each_vocabulary_are_matched_by_index(string body)
    {
        var results = await channel.SendAsync(new EdgeReply(200, body), SendFcmShape.Tokens, devices: 2);

        Assert.Equal([PushOutcome.Accepted, PushOutcome.Gone], results.Select(result => result.Outcome));
    }

    private async Task<PushResult> OneAsync(string body) =>
        Assert.Single(await channel.SendAsync(new EdgeReply(200, body), SendFcmShape.Token));
}
