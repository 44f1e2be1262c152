using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Circuits;

/// <summary>A browser without the browser: loads a page, opens its circuit, and answers whatever the circuit asks for.</summary>
internal sealed partial class OpenPage : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource closing = new();
    private readonly SemaphoreSlim sending = new(1, 1);
    private int drawn;
    private Task answering = Task.CompletedTask;

    /// <summary>How often the server has drawn something on this page.</summary>
    public int Drawn => Volatile.Read(ref drawn);

    /// <summary>What went wrong, as the server says it.</summary>
    public string? Complaint { get; private set; }

    public static async Task<OpenPage> OpenAsync(PortalClient signedIn, Uri portal, string path)
    {
        var html = await signedIn.Http.GetStringAsync(path);
        var page = new OpenPage();
        page.socket.Options.SetRequestHeader("Cookie", signedIn.Cookies.GetCookieHeader(portal));
        page.socket.Options.SetRequestHeader("Origin", portal.GetLeftPart(UriPartial.Authority));
        await page.socket.ConnectAsync(new UriBuilder(portal) { Scheme = "ws", Path = "/_blazor" }.Uri, CancellationToken.None);
        await page.socket.SendAsync(Encoding.UTF8.GetBytes(BlazorPack.Handshake), WebSocketMessageType.Text, true, CancellationToken.None);
        _ = await page.ReceiveAsync();
        page.answering = page.AnswerAsync();
        var state = StateMarker().Match(html).Groups[1].Value;
        await page.SendAsync(BlazorPack.Call("0", "StartCircuit", portal.ToString(), new Uri(portal, path).ToString(), "[]", state));
        await page.SendAsync(BlazorPack.Call(null, "UpdateRootComponents", Operations(html), state));
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        sending.Dispose();
        closing.Dispose();
    }

    private static string Operations(string html)
    {
        var markers = ComponentMarker().Matches(html).Select(match => JsonNode.Parse(match.Groups[1].Value)!)
            .Where(marker => marker["type"]?.GetValue<string>() == "server");
        var operations = markers.Select((marker, index) => new JsonObject { ["type"] = "add", ["ssrComponentId"] = index + 1, ["marker"] = marker.DeepClone() });
        return new JsonObject { ["batchId"] = 1, ["operations"] = new JsonArray([.. operations]) }.ToJsonString();
    }

    private async Task AnswerAsync()
    {
        while (!closing.IsCancellationRequested && socket.State == WebSocketState.Open)
        {
            foreach (var message in BlazorPack.Read(await ReceiveAsync()))
            {
                if (message is [1L, _, _, string method, List<object?> arguments, ..]) await AnswerAsync(method, arguments);
                else if (message is [3L, _, _, 1L, string error]) Complaint = error;
                else if (message is [7L, string reason, ..]) Complaint = reason;
            }
        }
    }

    private async Task AnswerAsync(string method, List<object?> arguments)
    {
        switch (method, arguments)
        {
            case ("JS.RenderBatch", [long batch, ..]):
                Interlocked.Increment(ref drawn);
                await SendAsync(BlazorPack.Call(null, "OnRenderCompleted", batch, null));
                break;
            case ("JS.BeginInvokeJS", [long handle and not 0, ..]):
                await SendAsync(BlazorPack.Call(null, "EndInvokeJSFromDotNet", handle, true, JsonSerializer.Serialize(new object?[] { handle, true, null })));
                break;
            case ("JS.Error", [string error, ..]):
                Complaint = error;
                break;
        }
    }

    private async Task SendAsync(byte[] call)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(call, WebSocketMessageType.Binary, true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task<byte[]> ReceiveAsync()
    {
        using var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), closing.Token);
            frame.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return part.MessageType == WebSocketMessageType.Binary ? frame.ToArray() : [];
    }

    [GeneratedRegex("<!--Blazor-Server-Component-State:([^>]*?)-->")]
    private static partial Regex StateMarker();

    [GeneratedRegex("<!--Blazor:(\\{.*?\\})-->")]
    private static partial Regex ComponentMarker();
}
