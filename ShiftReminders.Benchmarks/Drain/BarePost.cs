using System.Net;
using System.Text.Json;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Fcm;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>One message over the product's own connections and JSON: what is compared is everything around them.</summary>
internal sealed class BarePost(HttpClient client, Uri url) : IDisposable
{
    /// <summary>From the fake FCM's settings in the environment.</summary>
    public static async Task<BarePost> FromEnvironmentAsync()
    {
        var client = new HttpClient(ProviderHandler.Create(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10), 1024));
        var account = FcmCredentials.Read(Setting("Fcm__CredentialsPath")).Account!;
        client.DefaultRequestHeaders.Authorization = new("Bearer", await account.GetAccessTokenForRequestAsync());
        return new BarePost(client, new Uri(new Uri(Setting("Fcm__Endpoint")), $"/v1/projects/{Setting("Fcm__ProjectId")}/messages:send"));
    }

    public static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

    /// <summary>FCM's answer is not looked at beyond its status.</summary>
    public async Task SendAsync(string nid, string token)
    {
        using var response = await ExchangeAsync(Message(nid), token);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The same with FCM's answer read, for those that keep it.</summary>
    public async Task<SentDevice> SendAsync(PushMessage message, string token)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var response = await ExchangeAsync(message, token);
        response.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return new SentDevice
        {
            Outcome = "accepted",
            Http = (int)response.StatusCode,
            Milliseconds = (int)TimeProvider.System.GetElapsedTime(started).TotalMilliseconds,
            MessageId = answer.RootElement.GetProperty("name").GetString(),
        };
    }

    /// <summary>One phone after the other.</summary>
    public async Task<List<SentDevice>> SendAsync(PushMessage message, IReadOnlyList<(string Device, string Token, string? Platform)> devices)
    {
        var sent = new List<SentDevice>(devices.Count);
        foreach (var (device, token, platform) in devices)
            sent.Add((await SendAsync(message, token)) with { Device = device, Platform = platform });
        return sent;
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> ExchangeAsync(PushMessage message, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new PooledJsonContent(
                () => FcmRequestJson.Write(message, ("token", token), null, TimeProvider.System.GetUtcNow(), validateOnly: false), message.Window),
        };
        return await client.SendAsync(request);
    }

    // As large as the product's, field by field.
    internal static PushMessage Message(string nid) => new()
    {
        NotificationId = nid,
        Generation = 1,
        Title = "Your shift starts at 09:00",
        Body = "Remember to check in when you arrive. Store 42",
        Data = new Dictionary<string, string>(4)
        {
            ["notification_id"] = nid,
            ["schedule_id"] = nid.Split('-', 3)[1],
            ["notify_type"] = "start_15",
            ["due"] = "2026-11-23T08:45:00Z",
        },
        Window = PushWindow.Lasting(TimeSpan.FromMinutes(15), TimeProvider.System),
    };
}
