using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ShiftReminders.Tests.Support.FakeEdgeFunction;

/// <summary>A team's <c>send_fcm</c>, in whatever shape a test gives it.</summary>
public sealed class FakeEdgeFunctionServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<EdgeCall> calls = [];

    private FakeEdgeFunctionServer(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>How it answers; changed by each test.</summary>
    public Func<EdgeCall, EdgeReply> Answer { get; set; } = _ => new EdgeReply();

    public IReadOnlyCollection<EdgeCall> Calls => calls;

    public void Forget() => calls.Clear();

    public static async Task<FakeEdgeFunctionServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new FakeEdgeFunctionServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        server.Url = new Uri(new Uri(address), "/functions/v1/send_fcm");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var impatient = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(impatient.Token);
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        var call = new EdgeCall(
            context.Request.Method,
            context.Request.Path,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            text.Length == 0 ? default : JsonElement.Parse(text));
        calls.Enqueue(call);
        var reply = Answer(call);
        if (reply.Never)
            await Slowness.OfAsync("the edge function's answer", Timeout.InfiniteTimeSpan, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (reply.Never || reply.Reset)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        foreach (var (name, value) in reply.Headers)
            context.Response.Headers[name] = value;
        if (!reply.Gzip)
        {
            await context.Response.WriteAsync(reply.Body, context.RequestAborted);
            return;
        }
        context.Response.Headers.ContentEncoding = "gzip";
        await using var packed = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        await packed.WriteAsync(Encoding.UTF8.GetBytes(reply.Body), context.RequestAborted);
    }
}

public sealed record EdgeCall(string Method, string Path, IReadOnlyDictionary<string, string> Headers, JsonElement Body)
{
    public string Text(string name) => Body.GetProperty(name).GetString()!;
}

public sealed record EdgeReply(int Status = 200, string Body = """{"success":true}""")
{
    public string ContentType { get; init; } = "application/json";

    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Compressed, whether it was asked for or not.</summary>
    public bool Gzip { get; init; }

    public bool Reset { get; init; }

    public bool Never { get; init; }
}
