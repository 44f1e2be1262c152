using System.Text.Json;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>What a reply says about success: by the rules of the settings, or else in the words that are known.</summary>
internal sealed class SendFcmSuccess(SendFcmOptions options)
{
    private readonly (SendFcmRule Rule, JsonElement Expected)[] rules =
        [.. options.Success.Select(rule => (rule, JsonElement.Parse(rule.Expected)))];

    public bool Allows(int? status) => options.SuccessStatuses.Count > 0
        ? status is { } code && options.SuccessStatuses.Contains(code)
        : status is >= 200 and <= 299;

    public SendFcmWords Read(JsonElement body)
    {
        var words = SendFcmWords.In(body);
        return (rules.Length > 0 ? ByRules(body, words) : words) with
        {
            Sent = options.SentCounts.Count > 0 ? Count(body, options.SentCounts) : words.Sent,
            Failed = options.FailedCounts.Count > 0 ? Count(body, options.FailedCounts) : words.Failed,
        };
    }

    /// <summary>What one result of a list says about its device.</summary>
    public SendFcmWords ReadResult(JsonElement result)
    {
        var words = SendFcmWords.In(result) with
        {
            MessageId = JsonPointer.Find(result, options.ResultMessageId) is { } id ? Http.JsonText.Of(id) : null,
        };
        if (JsonPointer.Find(result, options.ResultSuccess) is not { } said) return words;
        return words with { Yes = SendFcmWords.IsTrue(said), No = words.No || !SendFcmWords.IsTrue(said) };
    }

    private SendFcmWords ByRules(JsonElement body, in SendFcmWords words)
    {
        var proven = false;
        foreach (var (rule, expected) in rules)
        {
            var found = JsonPointer.Find(body, rule.At);
            if (found is null && !rule.Required) continue;
            if (found is null || !JsonText.AreEqual(found.Value, expected)) return words with { Yes = false, No = true };
            // That there is no error is not yet a word of success.
            proven |= expected.ValueKind != JsonValueKind.Null;
        }
        return words with { Yes = proven, No = false };
    }

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
