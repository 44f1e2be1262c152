using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ShiftReminders.Tests.Support.FakeFcm;

/// <summary>
/// FCM on loopback: as strict as the real one, scriptable per token, and remembering what it took. Reached by any
/// process through its address; <see cref="Settings"/> are those that point the app at it.
/// </summary>
public sealed class FakeFcmServer : IAsyncDisposable
{
    public const string ProjectId = "shift-reminders-fake";

    private readonly WebApplication app;
    private readonly MessagesEndpoint messages;
    private readonly string credentialsPath = Path.Combine(Path.GetTempPath(), $"fake-fcm-{Guid.NewGuid():N}.json");

    private FakeFcmServer(WebApplication app, MessagesEndpoint messages, TokenEndpoint tokens)
    {
        this.app = app;
        this.messages = messages;
        AccessTokens = tokens;
    }

    /// <summary>HTTP/1.1.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>HTTP/2 without TLS: the client must ask for exactly that version.</summary>
    public Uri Http2Endpoint { get; private set; } = null!;

    public FakeFcmScript Script => messages.Script;

    public TokenEndpoint AccessTokens { get; }

    /// <summary>What phones got, in order of arrival; not what was only validated.</summary>
    public IReadOnlyCollection<ReceivedPush> Received => messages.Received;

    /// <summary>Every request for a message, whatever became of it.</summary>
    public int Requests => messages.Requests;

    public int Validated => messages.Validated;

    /// <summary>The most requests that were being answered at one time.</summary>
    public int MostInFlight => messages.MostInFlight;

    /// <summary>The HTTP versions seen.</summary>
    public IReadOnlyCollection<string> Protocols => messages.Protocols;

    /// <summary>A service-account file whose token_uri is this fake. Deleted with it.</summary>
    public string CredentialsPath => credentialsPath;

    /// <summary>The environment of an app that is to deliver to this fake.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Delivery__Channel"] = "Fcm",
        ["Fcm__ProjectId"] = ProjectId,
        ["Fcm__CredentialsPath"] = CredentialsPath,
        ["Fcm__Endpoint"] = Endpoint.ToString(),
    };

    /// <summary>The same over HTTP/2 without TLS, as FCM itself would be spoken to.</summary>
    public IReadOnlyDictionary<string, string> Http2Settings => new Dictionary<string, string>(Settings)
    {
        ["Fcm__Endpoint"] = Http2Endpoint.ToString(),
        ["Fcm__HttpVersionPolicy"] = nameof(HttpVersionPolicy.RequestVersionExact),
    };

    /// <param name="keepBodies">Remember each whole request, for tests of its content; too much for a benchmark.</param>
    public static async Task<FakeFcmServer> StartAsync(bool keepBodies = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        var app = builder.Build();
        var tokens = new TokenEndpoint();
        var server = new FakeFcmServer(app, new MessagesEndpoint(ProjectId, tokens, keepBodies), tokens);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Announce();
        return server;
    }

    public void Forget() => messages.Forget();

    public async ValueTask DisposeAsync()
    {
        using var impatient = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(impatient.Token);
        await app.DisposeAsync();
        File.Delete(credentialsPath);
    }

    private static void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 100;
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
    }

    private void Announce()
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>()
            .Addresses.Select(address => new Uri(address)).ToArray();
        (Endpoint, Http2Endpoint) = (addresses[0], addresses[1]);
        File.WriteAllText(credentialsPath, ServiceAccountFile.Json(ProjectId, new Uri(Endpoint, "/token")));
    }

    private Task AnswerAsync(HttpContext context) =>
        context.Request.Path == "/token" ? AccessTokens.AnswerAsync(context) : messages.AnswerAsync(context);
}
