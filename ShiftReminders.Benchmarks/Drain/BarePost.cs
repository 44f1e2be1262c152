using System.Net;
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

    public async Task SendAsync(string nid, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new PooledJsonContent(
                FcmRequestJson.Write(Message(nid), ("token", token), null, TimeProvider.System.GetUtcNow(), validateOnly: false)),
        };
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => client.Dispose();

    internal static PushMessage Message(string nid) => new()
    {
        NotificationId = nid,
        Generation = 1,
        Title = "Your shift starts at 09:00",
        Body = "Remember to check in when you arrive. Store 42",
        Data = new Dictionary<string, string> { ["notification_id"] = nid, ["notify_type"] = "start_15" },
        TimeToLive = TimeSpan.FromMinutes(10),
    };
}
