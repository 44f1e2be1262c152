using System.Text.Json;
using System.Text.RegularExpressions;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>
/// What a reply says for and against success, in the words of the SDKs and services whose answers edge functions pass on.
/// The table in Delivery/README.md lists them, with where each comes from.
/// </summary>
internal readonly partial record struct SendFcmWords
{
    // A reply, the list in it, one result, what that result wraps: no vocabulary goes deeper.
    private const int MaxDepth = 4;

    private static readonly string[] Flags = ["success", "ok"];
    private static readonly string[] States = ["status", "state"];
    private static readonly string[] Errors = ["error", "errors"];
    private static readonly string[] Names = ["name", "messageId", "message_id"];
    private static readonly string[] SentCounts = ["sent", "sentCount", "successCount", "success_count", "success", "recipients"];
    private static readonly string[] FailedCounts = ["failed", "failedCount", "failureCount", "failure_count", "failure"];
    private static readonly string[] Wrappers = ["results", "responses", "data", "result", "response", "fcmResult"];

    /// <summary>Something in it claims success.</summary>
    public bool Yes { get; init; }

    /// <summary>Something in it denies success.</summary>
    public bool No { get; init; }

    /// <summary>How many devices were reached. Null: it does not say.</summary>
    public int? Sent { get; init; }

    /// <summary>How many devices were not reached. Null: it does not say.</summary>
    public int? Failed { get; init; }

    public string? MessageId { get; init; }

    public bool Contradict => Yes && (No || Failed > 0);

    public static SendFcmWords In(JsonElement reply) => In(reply, depth: 0);

    /// <summary>Truth as JavaScript sees it, but that the texts "false" and "0" are not true.</summary>
    public static bool IsTrue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Number => !value.TryGetDouble(out var number) || number != 0,
        JsonValueKind.String => JsonText.Of(value).Trim() is { Length: > 0 } text && !Untrue().IsMatch(text),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => false,
    };

    private static SendFcmWords In(JsonElement reply, int depth) => reply.ValueKind switch
    {
        JsonValueKind.Object when depth < MaxDepth => OfObject(reply, depth),
        JsonValueKind.Array when depth < MaxDepth => OfList(reply, depth),
        JsonValueKind.True => new() { Yes = true },
        JsonValueKind.False => new() { No = true },
        _ => default,
    };

    private static SendFcmWords OfObject(JsonElement reply, int depth)
    {
        var words = new SendFcmWords();
        foreach (var property in reply.EnumerateObject())
            words = words.And(OfProperty(JsonText.NameOf(property), property.Value, depth));
        return words;
    }

    private static SendFcmWords OfProperty(string name, JsonElement value, int depth)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0)
        {
            if (Has(SentCounts, name)) return new() { Sent = count };
            if (Has(FailedCounts, name)) return new() { Failed = count };
        }
        if (Has(Flags, name)) return IsTrue(value) ? new() { Yes = true } : new() { No = true };
        if (Has(Errors, name)) return new() { No = IsTrue(value) };
        if (Has(States, name)) return OfState(value);
        if (Has(Names, name)) return OfName(name, value);
        return Has(Wrappers, name) ? In(value, depth + 1) : default;
    }

    // Each result of a list reached one device, or did not.
    private static SendFcmWords OfList(JsonElement list, int depth)
    {
        var results = list.EnumerateArray().Select(result => In(result, depth + 1)).ToList();
        var sent = results.Count(result => result is { Yes: true, No: false } or { Sent: > 0 });
        var failed = results.Count(result => result.No);
        return sent + failed == 0 ? default : new()
        {
            Sent = sent,
            Failed = failed,
            MessageId = results.Count == 1 ? results[0].MessageId : null,
        };
    }

    private static SendFcmWords OfState(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? new() { Yes = StateOfSuccess().IsMatch(JsonText.Of(value)), No = StateOfFailure().IsMatch(JsonText.Of(value)) }
        : default;

    // A person's name is none of a message: FCM's is a path.
    private static SendFcmWords OfName(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && JsonText.Of(value) is { Length: > 0 } text
            && (!name.Equals("name", StringComparison.OrdinalIgnoreCase) || text.StartsWith("projects/", StringComparison.Ordinal))
            ? new() { Yes = true, MessageId = text }
            : default;

    // The outer count is the function's own; the inner one belongs to what it passes on.
    private SendFcmWords And(in SendFcmWords other) => new()
    {
        Yes = Yes || other.Yes,
        No = No || other.No,
        Sent = Sent ?? other.Sent,
        Failed = Failed ?? other.Failed,
        MessageId = MessageId ?? other.MessageId,
    };

    private static bool Has(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex("^(false|0|no|null|undefined|none)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Untrue();

    [GeneratedRegex("^(ok|success|successful|succeeded|sent|accepted|delivered|fulfilled)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex StateOfSuccess();

    [GeneratedRegex("^(error|errored|fail|failed|failure|rejected|invalid|undelivered)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex StateOfFailure();
}
