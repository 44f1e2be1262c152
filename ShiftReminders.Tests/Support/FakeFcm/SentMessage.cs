using System.Text;
using System.Text.Json;

namespace ShiftReminders.Tests.Support.FakeFcm;

/// <summary>What the fake needs to know of a request whose fields are all in order.</summary>
internal readonly record struct SentMessage(string Target, string? CollapseKey, bool ValidateOnly)
{
    private const int MaxPayloadBytes = 4096;
    private static readonly string[] Targets = ["token", "fid", "topic", "condition"];

    /// <summary>Null: all is well.</summary>
    public static FakeReply? Read(JsonElement request, out SentMessage message)
    {
        message = default;
        if (!request.TryGetProperty("message", out var sent))
            return FakeReply.Error(400, "INVALID_ARGUMENT", "The message is not set.");

        var targets = Targets.Where(name => sent.TryGetProperty(name, out _)).ToArray();
        if (targets.Length != 1)
            return FakeReply.Error(400, "INVALID_ARGUMENT", "Exactly one of token, topic or condition is required.");

        var target = sent.GetProperty(targets[0]).GetString()!;
        if (target.Length is 0 or > 4096 || target.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return FakeReply.InvalidToken;
        if (PayloadBytes(sent) > MaxPayloadBytes)
            return FakeReply.TooBig;

        message = new SentMessage(target, CollapseKeyOf(sent), request.TryGetProperty("validate_only", out var only) && only.GetBoolean());
        return null;
    }

    private static string? CollapseKeyOf(JsonElement sent) =>
        sent.TryGetProperty("android", out var android) && android.TryGetProperty("collapse_key", out var key) ? key.GetString() : null;

    private static int PayloadBytes(JsonElement sent) =>
        BytesOf(sent, "notification", countNames: false) + BytesOf(sent, "data", countNames: true);

    private static int BytesOf(JsonElement sent, string part, bool countNames)
    {
        var bytes = 0;
        if (sent.TryGetProperty(part, out var map))
        {
            foreach (var entry in map.EnumerateObject())
                bytes += Encoding.UTF8.GetByteCount(entry.Value.GetString()!) + (countNames ? Encoding.UTF8.GetByteCount(entry.Name) : 0);
        }
        return bytes;
    }
}
