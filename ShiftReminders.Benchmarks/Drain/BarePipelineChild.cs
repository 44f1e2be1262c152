using System.Net;
using Npgsql;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Fcm;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>The bare pipeline in a process of its own; drains once per line of its input.</summary>
internal static class BarePipelineChild
{
    public static async Task RunAsync()
    {
        await using var database = NpgsqlDataSource.Create(Setting("BARE_CONNECTION"));
        using var client = await ClientAsync();
        var url = new Uri(new Uri(Setting("Fcm__Endpoint")), $"/v1/projects/{Setting("Fcm__ProjectId")}/messages:send");
        var pipeline = new BarePipeline(
            database, (nid, token) => PostAsync(client, url, nid, token), int.Parse(Setting("BARE_CONCURRENCY"), null));
        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is not null)
        {
            await pipeline.DrainAsync();
            await Console.Out.WriteLineAsync("drained");
        }
    }

    // The product's own connections and JSON: what is compared is everything around them.
    private static async Task<HttpClient> ClientAsync()
    {
        var handler = ProviderHandler.Create(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10), 1024);
        var client = new HttpClient(handler);
        var account = FcmCredentials.Read(Setting("Fcm__CredentialsPath")).Account!;
        client.DefaultRequestHeaders.Authorization = new("Bearer", await account.GetAccessTokenForRequestAsync());
        return client;
    }

    private static async Task PostAsync(HttpClient client, Uri url, string nid, string token)
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

    private static PushMessage Message(string nid) => new()
    {
        NotificationId = nid,
        Generation = 1,
        Title = "Your shift starts at 09:00",
        Body = "Remember to check in when you arrive. Store 42",
        Data = new Dictionary<string, string> { ["notification_id"] = nid, ["notify_type"] = "start_15" },
        TimeToLive = TimeSpan.FromMinutes(10),
    };

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
}
