using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace ShiftReminders.Tests.Support.FakeFcm;

/// <summary>The fields of FCM's request that the fake knows; the real service refuses every other one by its path.</summary>
internal static class FcmSchema
{
    private const double LongestTtlSeconds = 2_419_200;

    private static readonly Check Text = (json, path) =>
        json.ValueKind == JsonValueKind.String ? null : WrongType(path, "TYPE_STRING", json);

    private static readonly Check Flag = (json, path) =>
        json.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : WrongType(path, "TYPE_BOOL", json);

    private static readonly Check AnyObject = (json, path) =>
        json.ValueKind == JsonValueKind.Object ? null : WrongType(path, "google.protobuf.Struct", json);

    public static FakeReply? Fault(JsonElement request) => Request(request, "");

    private delegate FakeReply? Check(JsonElement json, string path);

    private static readonly Check Request = Fields(new()
    {
        ["validate_only"] = Flag,
        ["message"] = Fields(new()
        {
            ["name"] = Text,
            ["token"] = Text,
            ["fid"] = Text,
            ["topic"] = Text,
            ["condition"] = Text,
            ["data"] = Data,
            ["notification"] = Fields(new() { ["title"] = Text, ["body"] = Text, ["image"] = Text }),
            ["fcm_options"] = Fields(new() { ["analytics_label"] = Text }),
            ["android"] = Fields(new()
            {
                ["collapse_key"] = Text,
                ["priority"] = OneOf("normal", "high", "NORMAL", "HIGH"),
                ["ttl"] = Duration,
                ["restricted_package_name"] = Text,
                ["data"] = Data,
                ["direct_boot_ok"] = Flag,
                ["notification"] = Fields(new()
                {
                    ["title"] = Text,
                    ["body"] = Text,
                    ["icon"] = Text,
                    ["color"] = Text,
                    ["sound"] = Text,
                    ["tag"] = Text,
                    ["click_action"] = Text,
                    ["channel_id"] = Text,
                    ["default_sound"] = Flag,
                }),
            }),
            ["apns"] = Fields(new() { ["headers"] = ApnsHeaders, ["payload"] = AnyObject, ["live_activity_token"] = Text }),
            ["webpush"] = Fields(new() { ["headers"] = StringMap, ["data"] = Data, ["notification"] = AnyObject }),
        }),
    });

    private static Check Fields(Dictionary<string, Check> fields)
    {
        var known = fields.ToFrozenDictionary();
        return (json, path) =>
        {
            if (json.ValueKind != JsonValueKind.Object)
                return WrongType(path, "object", json);
            foreach (var field in json.EnumerateObject())
            {
                if (!known.TryGetValue(field.Name, out var check))
                    return Unknown(field.Name, path);
                if (check(field.Value, path.Length == 0 ? field.Name : $"{path}.{field.Name}") is { } fault)
                    return fault;
            }
            return null;
        };
    }

    private static Check OneOf(params string[] values) => (json, path) =>
        json.ValueKind == JsonValueKind.String && values.Contains(json.GetString())
            ? null
            : Invalid(path, $"Invalid value at '{path}' (type.googleapis.com/google.firebase.fcm.v1.AndroidMessagePriority), {json.GetRawText()}");

    private static FakeReply? StringMap(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return WrongType(path, "map", json);
        var index = 0;
        foreach (var entry in json.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                return WrongType($"{path}[{index}].value", "TYPE_STRING", entry.Value);
            index++;
        }
        return null;
    }

    private static FakeReply? Data(JsonElement json, string path)
    {
        if (StringMap(json, path) is { } fault)
            return fault;
        foreach (var entry in json.EnumerateObject())
        {
            if (entry.Name is "from" or "gcm" || entry.Name.StartsWith("google", StringComparison.Ordinal))
                return Invalid(path, $"Invalid data payload key: {entry.Name}");
        }
        return null;
    }

    private static FakeReply? Duration(JsonElement json, string path)
    {
        var text = json.ValueKind == JsonValueKind.String ? json.GetString()! : "";
        var isNumber = text.EndsWith('s') && double.TryParse(
            text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        if (!isNumber)
            return Invalid(path, $"Invalid value at '{path}' (type.googleapis.com/google.protobuf.Duration), Field '{path}', Illegal duration format; duration must end with 's'");

        var seconds = double.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture);
        return seconds is >= 0 and <= LongestTtlSeconds
            ? null
            : Invalid(path, $"Invalid TTL: must be between 0 and {LongestTtlSeconds} seconds");
    }

    private static FakeReply? ApnsHeaders(JsonElement json, string path)
    {
        if (StringMap(json, path) is { } fault)
            return fault;
        return json.TryGetProperty("apns-collapse-id", out var id) && System.Text.Encoding.UTF8.GetByteCount(id.GetString()!) > 64
            ? Invalid(path, "apns-collapse-id must not exceed 64 bytes")
            : null;
    }

    private static FakeReply Unknown(string name, string path)
    {
        var at = path.Length == 0 ? "" : $" at '{path}'";
        var text = $"Invalid JSON payload received. Unknown name \"{name}\"{at}: Cannot find field.";
        return FakeReply.Error(400, "INVALID_ARGUMENT", text, FakeReply.Violation(path, text));
    }

    private static FakeReply WrongType(string path, string type, JsonElement json) =>
        Invalid(path, $"Invalid value at '{path}' ({type}), {json.GetRawText()}");

    private static FakeReply Invalid(string path, string text) =>
        FakeReply.Error(400, "INVALID_ARGUMENT", text, FakeReply.Violation(path, text));
}
