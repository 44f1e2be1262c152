using System.Text;
using System.Text.Json;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>Judges what the function answered. Its HTTP 200 alone proves nothing.</summary>
internal sealed class SendFcmJudge(SendFcmOptions options)
{
    private static readonly string[] ErrorTexts =
        ["/error/message", "/error", "/fcmResult/error/message", "/message", "/errors/0/message", "/errors/0", "/details", "/msg"];

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
        var counts = success.CountsIn(body);
        if (success.Allows(reply.Status) && counts.Sent > 0)
        {
            var partly = counts.Failed > 0 ? $"The function says that it sent {counts.Sent} and failed {counts.Failed}." : null;
            return new Verdict(PushOutcome.Accepted, Detail: partly);
        }
        if (success.Allows(reply.Status) && success.Judge(body) is { } proven && counts.Failed is null or 0)
        {
            if (counts.Sent == 0)
                return new Verdict(PushOutcome.Rejected, Detail: "The function says that it sent to nobody: it knows no device of this person.");
            return proven ? new Verdict(PushOutcome.Accepted) : Unverified("The reply does not say whether anything was sent.");
        }
        return OfFailure(body, reply);
    }

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
        var success = JsonPointer.Find(result, options.ResultSuccess)?.ValueKind ?? result.ValueKind;
        if (success == JsonValueKind.True)
            return new Verdict(PushOutcome.Accepted) { MessageId = JsonPointer.Find(result, options.ResultMessageId) is { } id ? JsonText.Of(id) : null };

        var verdict = errors.Of(JsonText.Raw(result)) ?? new Verdict(PushOutcome.Transient, PushErrorCode.UnexpectedReply);
        return verdict with { Detail = TextOf(result) ?? "The function names no error for this device." };
    }

    private JsonElement? ResultsIn(JsonElement body, int targets)
    {
        var pointer = options.Results ?? (options.Shape == SendFcmShape.Tokens ? "/results" : null);
        return pointer is not null && JsonPointer.Find(body, pointer) is { ValueKind: JsonValueKind.Array } list
            && list.GetArrayLength() == targets && options.Shape != SendFcmShape.Person ? list : null;
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
            return reply.Body is null || reply.Truncated ? null : JsonDocument.Parse(reply.Body.Memory);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
