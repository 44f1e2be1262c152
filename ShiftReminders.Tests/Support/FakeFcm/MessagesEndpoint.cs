using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ShiftReminders.Tests.Support.FakeFcm;

/// <summary><c>POST /v1/projects/{project}/messages:send</c>.</summary>
internal sealed class MessagesEndpoint(string projectId, TokenEndpoint tokens, bool keepBodies)
{
    private readonly PathString path = $"/v1/projects/{projectId}/messages:send";
    private readonly ConcurrentDictionary<string, bool> protocols = new();
    private ConcurrentQueue<ReceivedPush> received = new();
    private int requests;
    private int validated;
    private int inFlight;
    private int mostInFlight;

    public FakeFcmScript Script { get; } = new();

    public IReadOnlyCollection<ReceivedPush> Received => received;

    public IReadOnlyCollection<string> Protocols => (IReadOnlyCollection<string>)protocols.Keys;

    public int Requests => Volatile.Read(ref requests);

    public int Validated => Volatile.Read(ref validated);

    public int MostInFlight => Volatile.Read(ref mostInFlight);

    public void Forget()
    {
        received = new();
        requests = validated = mostInFlight = 0;
    }

    public async Task AnswerAsync(HttpContext context)
    {
        var together = Interlocked.Increment(ref inFlight);
        if (together > mostInFlight)
            mostInFlight = together;
        try
        {
            Interlocked.Increment(ref requests);
            protocols.TryAdd(context.Request.Protocol, true);
            await JudgeAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    private async Task JudgeAsync(HttpContext context)
    {
        if (Precheck(context) is { } refused)
        {
            await WriteAsync(context, refused);
            return;
        }

        // A request may leave out its length: then it ends where it ends.
        var result = await context.Request.BodyReader.ReadAtLeastAsync(
            (int)(context.Request.ContentLength ?? int.MaxValue), context.RequestAborted);
        FakeReply? fault;
        var message = default(SentMessage);
        string? json = null;
        try
        {
            using var document = JsonDocument.Parse(result.Buffer);
            fault = FcmSchema.Fault(document.RootElement) ?? SentMessage.Read(document.RootElement, out message);
            json = keepBodies ? Encoding.UTF8.GetString(result.Buffer) : null;
        }
        catch (JsonException unreadable)
        {
            fault = FakeReply.Error(400, "INVALID_ARGUMENT", $"Invalid JSON payload received. {unreadable.Message}");
        }
        context.Request.BodyReader.AdvanceTo(result.Buffer.End);
        await (fault is not null ? WriteAsync(context, fault) : ConcludeAsync(context, message, json));
    }

    private FakeReply? Precheck(HttpContext context)
    {
        if (context.Request.Path != path || context.Request.Method != HttpMethods.Post)
            return FakeReply.BareNotFound;
        if (!tokens.IsValid(context.Request.Headers.Authorization))
            return FakeReply.Unauthenticated;
        return context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true
            ? null
            : FakeReply.Error(400, "INVALID_ARGUMENT", "Content-Type must be application/json");
    }

    private async Task ConcludeAsync(HttpContext context, SentMessage message, string? json)
    {
        var reply = Script.For(message.Target);
        // Before the wait: a phone has what FCM was given, also when nobody is left to hear of it.
        if (reply.Accepts || reply.DeliversAnyway)
            Record(message, json);
        if (reply.Latency > TimeSpan.Zero)
            await Slowness.OfAsync("FCM's answer", reply.Latency, context.RequestAborted);
        switch (reply.End)
        {
            case FakeReply.Ending.Reset:
                context.Abort();
                return;
            case FakeReply.Ending.Never:
                await Slowness.OfAsync("FCM's answer", Timeout.InfiniteTimeSpan, context.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case FakeReply.Ending.Answer:
            default:
                await (reply.Accepts ? WriteAcceptedAsync(context, message) : WriteAsync(context, reply));
                return;
        }
    }

    private void Record(SentMessage message, string? json)
    {
        if (message.ValidateOnly)
            Interlocked.Increment(ref validated);
        else
            received.Enqueue(new ReceivedPush(message.Target, message.CollapseKey, TimeProvider.System.GetUtcNow()) { Json = json });
    }

    private Task WriteAcceptedAsync(HttpContext context, SentMessage message)
    {
        var id = message.ValidateOnly ? "fake_message_id" : Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        return WriteAsync(context, new FakeReply { Body = $"{{\"name\":\"projects/{projectId}/messages/{id}\"}}" });
    }

    private static async Task WriteAsync(HttpContext context, FakeReply reply)
    {
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        if (reply.RetryAfter is { } retryAfter)
            context.Response.Headers.RetryAfter = retryAfter;
        var body = Encoding.UTF8.GetBytes(reply.Body ?? "");
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
