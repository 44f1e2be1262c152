using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ShiftReminders.Tests.Support.FakeFcm;

namespace ShiftReminders.Tests.Delivery.Fcm;

/// <summary>The fake is as strict as the real one, or green tests would prove nothing.</summary>
public sealed class FakeFcmTests(FcmChannel channel) : IClassFixture<FcmChannel>
{
    [Theory]
    [InlineData("""{"message":{"token":"t","colour":"red"}}""", "Unknown name \\u0022colour\\u0022")]
    [InlineData("""{"message":{"token":"t"},"dry_run":true}""", "Unknown name \\u0022dry_run\\u0022")]
    [InlineData("""{"message":{"token":"t","android":{"notification":{"channelid":"x"}}}}""", "Unknown name")]
    [InlineData("""{"message":{"token":"t","data":{"schedule_id":42}}}""", "message.data[0].value")]
    [InlineData("""{"message":{"token":"t","data":{"from":"x"}}}""", "Invalid data payload key")]
    [InlineData("""{"message":{"token":"t","data":{"google.x":"x"}}}""", "Invalid data payload key")]
    [InlineData("""{"message":{"token":"t","android":{"ttl":900}}}""", "message.android.ttl")]
    [InlineData("""{"message":{"token":"t","android":{"ttl":"900"}}}""", "message.android.ttl")]
    [InlineData("""{"message":{"token":"t","android":{"ttl":"-1s"}}}""", "Invalid TTL")]
    [InlineData("""{"message":{"token":"t","android":{"ttl":"2419201s"}}}""", "Invalid TTL")]
    [InlineData("""{"message":{"token":"t","android":{"priority":"urgent"}}}""", "message.android.priority")]
    [InlineData("""{"message":{"token":"t","apns":{"headers":{"apns-priority":10}}}}""", "apns.headers")]
    [InlineData("""{"message":{"token":"t","topic":"x"}}""", "Exactly one")]
    [InlineData("""{"message":{}}""", "Exactly one")]
    [InlineData("""{}""", "not set")]
    [InlineData("""{"message":""", "Invalid JSON payload")]
    [InlineData("""{"message":{"token":""}}""", "not a valid FCM registration token")]
    public async Task Request_that_fcm_would_refuse_is_refused(string json, string expected)
    {
        var (status, body) = await PostAsync(json);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payload_beyond_4096_bytes_is_too_big()
    {
        var (status, body) = await PostAsync("""{"message":{"token":"t","data":{"k":"…"}}}""".Replace("…", new string('x', 4096), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("too big", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer fake-access-token-999999")]
    [InlineData("Bearer ya29.something")]
    public async Task Request_without_a_token_of_its_own_is_unauthenticated(string? authorization)
    {
        var (status, body) = await PostAsync("""{"message":{"token":"t"}}""", authorization);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("UNAUTHENTICATED", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assertion_signed_by_another_key_gets_no_token()
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ["assertion"] = "e30.e30." + new string('A', 342),
        });

        using var response = await http.PostAsync(new Uri(channel.Fcm.Endpoint, "/token"), form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string json, string? authorization = "")
    {
        await channel.Sender.SendOneAsync(Sample.Target("issues-an-access-token"));
        using var http = new HttpClient();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        authorization = authorization?.Length == 0 ? "Bearer fake-access-token-1" : authorization;
        http.DefaultRequestHeaders.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        var url = new Uri(channel.Fcm.Endpoint, $"/v1/projects/{FakeFcmServer.ProjectId}/messages:send");
        using var response = await http.PostAsync(url, content, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
