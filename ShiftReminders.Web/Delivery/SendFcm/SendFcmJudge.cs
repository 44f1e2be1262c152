using System.Text;
using System.Text.Json;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>Judges what the function answered. Its HTTP 200 alone proves nothing.</summary>
internal sealed class SendFcmJudge(SendFcmOptions options)
{
    private static readonly string[] ErrorTexts =
        ["/error/message", "/error", "/fcmResult/error/message", "/message", "/errors/0/message", "/errors/0", "/details", "/msg"];

    // sendEach of the Firebase SDKs answers "responses", Expo "data".
    private static readonly string[] UsualResults = ["/results", "/responses", "/data"];

    private readonly SendFcmErrors errors = new(options.Errors);
    private readonly SendFcmSuccess success = new(options);

    /// <summary>One verdict per target, in the targets' order.</summary>
    public IReadOnlyList<Verdict> Of(ProviderReply reply, int targets)
    {
        if (reply.Fault != TransportFault.None)
            return Same(OfFault(reply), targets);

        using var document = Parse(reply);
        if (document is not null && ResultsIn(document.RootElement, targets) is { } results)
            return [.. results.EnumerateArray().Select(result => WithReply(OfResult(result), reply))];

        var whole = document is null ? OfUnreadable(reply) : OfReadable(document.RootElement, reply);
        return Same(WithReply(Unattributed(whole, targets), reply), targets);
    }

    private static Verdict OfFault(in ProviderReply reply) => reply.Fault switch
    {
        TransportFault.NotConnected => new(PushOutcome.Unreachable, PushErrorCode.ConnectFailure, reply.FaultText),
        TransportFault.NotWritten => Verdict.TooLate,
        TransportFault.Timeout => new(PushOutcome.Unknown, PushErrorCode.Timeout, reply.FaultText) { HttpStatus = reply.Status },
        _ => new(PushOutcome.Unknown, PushErrorCode.ConnectionLost, reply.FaultText) { HttpStatus = reply.Status },
    };

    private Verdict OfReadable(JsonElement body, in ProviderReply reply)
    {
        if (!success.Allows(reply.Status)) return OfFailure(body, reply);
        var said = success.Read(body);
        return said switch
        {
            { Sent: > 0, Failed: > 0 } => Accepted(said) with { Detail = $"The function says that it sent {said.Sent} and failed {said.Failed}." },
            { Sent: > 0 } => Accepted(said),
            { Contradict: true } => OfContradiction(body, reply),
            { No: true } or { Failed: > 0 } => OfFailure(body, reply),
            { Sent: 0 } => new(PushOutcome.Rejected, Detail: "The function says that it sent to nobody: it knows no device of this person."),
            { Yes: true } => Accepted(said),
            _ => OfSilence(body, reply),
        };
    }

    private static Verdict Accepted(in SendFcmWords said) => new(PushOutcome.Accepted) { MessageId = said.MessageId };

    /// <summary>It claims success and names an error. The error tells more; where its words are not known, nobody can tell.</summary>
    private Verdict OfContradiction(JsonElement body, in ProviderReply reply)
    {
        var detail = $"The reply contradicts itself. It claims success, and it says: {TextOf(body) ?? JsonText.Raw(body)}";
        return (errors.Of(JsonText.Raw(body)) ?? new Verdict(PushOutcome.Unknown, PushErrorCode.UnexpectedReply)) with { Detail = detail };
    }

    /// <summary>A reply of a text alone often is the error, under a status that hides it.</summary>
    private Verdict OfSilence(JsonElement body, in ProviderReply reply) =>
        TextOf(body) is { } text && (errors.Of(text) is not null || SendFcmErrors.Begins(text))
            ? OfFailure(body, reply)
            : Unverified("The reply does not say whether anything was sent.");

    private Verdict OfFailure(JsonElement body, in ProviderReply reply)
    {
        var verdict = errors.Of(JsonText.Raw(body)) ?? SendFcmStatus.Of(reply, readable: true);
        return verdict with { Detail = TextOf(body) ?? $"HTTP {reply.Status} with a reply that names no error" };
    }

    private Verdict OfUnreadable(in ProviderReply reply)
    {
        var words = $"HTTP {reply.Status} with {reply.Bytes.Length:N0} bytes that are not JSON";
        if (reply.Truncated)
            words = $"HTTP {reply.Status} with more than {options.MaxReplyBytes:N0} bytes";
        if (success.Allows(reply.Status))
            return Unverified($"{words}.");
        var verdict = errors.Of(Encoding.UTF8.GetString(reply.Bytes)) ?? SendFcmStatus.Of(reply, readable: false);
        return verdict with { Detail = words };
    }

    private static Verdict Unverified(string why) =>
        new(PushOutcome.Accepted, PushErrorCode.Unverified, $"Accepted, unverified. {why}");

    private Verdict OfResult(JsonElement result)
    {
        var said = success.ReadResult(result);
        if (said is { Yes: true, No: false }) return Accepted(said);

        var verdict = errors.Of(JsonText.Raw(result)) ?? new Verdict(PushOutcome.Transient, PushErrorCode.UnexpectedReply);
        return verdict with { Detail = TextOf(result) ?? "The function names no error for this device." };
    }

    private JsonElement? ResultsIn(JsonElement body, int targets)
    {
        if (options.Shape == SendFcmShape.Person) return null;
        IEnumerable<string> pointers = options.Results is { } own ? [own] : options.Shape == SendFcmShape.Tokens ? UsualResults : [];
        return pointers.Select(pointer => JsonPointer.Find(body, pointer))
            .FirstOrDefault(found => found is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == targets);
    }

    /// <summary>A device is forgotten only when the reply is about that device and no other.</summary>
    private Verdict Unattributed(Verdict verdict, int targets)
    {
        if (verdict.Outcome is not (PushOutcome.Gone or PushOutcome.Mismatch))
            return verdict;
        if (options.Shape == SendFcmShape.Person)
            return verdict with { Outcome = PushOutcome.Rejected };
        // A function that stops at the first dead token has sent to those before it.
        return targets == 1 ? verdict : verdict with { Outcome = PushOutcome.Unknown };
    }

    private static Verdict WithReply(Verdict verdict, in ProviderReply reply) =>
        verdict with { HttpStatus = reply.Status, RetryAfter = reply.RetryAfter };

    private static Verdict[] Same(Verdict verdict, int targets) => [.. Enumerable.Repeat(verdict, targets)];

    private static string? TextOf(JsonElement body) => ErrorTexts
        .Select(pointer => JsonPointer.Find(body, pointer))
        .FirstOrDefault(found => found is { ValueKind: JsonValueKind.String }) is { } text ? JsonText.Of(text) : null;

    private static JsonDocument? Parse(in ProviderReply reply)
    {
        try
        {
            return reply.Body is null || reply.Truncated ? null : JsonDocument.Parse(WithoutMark(reply.Body.Memory));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Some write a byte order mark in front of their JSON, which the parser takes for an error.
    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;
}
