using System.Text.Json;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>The rules by which a reply means success.</summary>
internal sealed class SendFcmSuccess(SendFcmOptions options)
{
    private static readonly IReadOnlyList<SendFcmRule> DefaultRules =
    [
        new() { At = "/success" },
        new() { At = "/ok" },
        new() { At = "/error", Expected = "null" },
        new() { At = "/fcmResult/error", Expected = "null" },
    ];

    private static readonly IReadOnlyList<string> DefaultSent = ["/sent", "/sentCount", "/success_count", "/results/success"];
    private static readonly IReadOnlyList<string> DefaultFailed = ["/failed", "/failedCount", "/failure_count", "/results/failure"];

    private readonly (SendFcmRule Rule, JsonElement Expected)[] rules =
    [
        .. (options.Success.Count > 0 ? options.Success : DefaultRules).Select(rule => (rule, JsonElement.Parse(rule.Expected))),
    ];

    public bool Allows(int? status) => options.SuccessStatuses.Count > 0
        ? status is { } code && options.SuccessStatuses.Contains(code)
        : status is >= 200 and <= 299;

    /// <summary>True: the reply says so. False: it says nothing either way. Null: it says otherwise.</summary>
    public bool? Judge(JsonElement body)
    {
        var proven = false;
        foreach (var (rule, expected) in rules)
        {
            if (JsonPointer.Find(body, rule.At) is not { } found)
            {
                if (rule.Required)
                    return null;
                continue;
            }
            if (!JsonText.AreEqual(found, expected))
                return null;
            // That there is no error is not yet a word of success.
            proven |= expected.ValueKind != JsonValueKind.Null;
        }
        return proven;
    }

    public (int? Sent, int? Failed) CountsIn(JsonElement body) => (
        Count(body, options.SentCounts.Count > 0 ? options.SentCounts : DefaultSent),
        Count(body, options.FailedCounts.Count > 0 ? options.FailedCounts : DefaultFailed));

    private static int? Count(JsonElement body, IReadOnlyList<string> pointers)
    {
        foreach (var pointer in pointers)
        {
            if (JsonPointer.Find(body, pointer) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt32(out var count))
                return count;
        }
        return null;
    }
}
