using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>Writes <c>{"message":{…},"validate_only":…}</c> straight into rented memory.</summary>
internal static class FcmRequestJson
{
    private const int MaxApnsCollapseIdBytes = 64;
    private static readonly TimeSpan LongestTimeToLive = TimeSpan.FromSeconds(2_419_200);

    // The body is JSON over HTTP, never part of a page: text in any script stays two or three bytes a letter.
    private static readonly JsonWriterOptions Writing =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? threadsWriter;

    /// <param name="message">What to show.</param>
    /// <param name="recipient">The name of the target's field, <c>token</c> or <c>topic</c>, and its value.</param>
    /// <param name="channelId">The Android notification channel, if any.</param>
    /// <param name="now">From when the time to live counts.</param>
    /// <param name="validateOnly">FCM checks, and sends nothing.</param>
    public static PooledBuffer Write(
        PushMessage message, (string Field, string Value) recipient, string? channelId, DateTimeOffset now, bool validateOnly)
    {
        var buffer = new PooledBuffer();
        var json = threadsWriter ??= new Utf8JsonWriter(buffer, Writing);
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteStartObject("message"u8);
        json.WriteString(recipient.Field, recipient.Value);
        WriteNotification(json, message);
        WriteData(json, message.Data);
        var seconds = Math.Clamp((long)message.TimeToLive.TotalSeconds, 0, (long)LongestTimeToLive.TotalSeconds);
        WriteAndroid(json, message.NotificationId, seconds, channelId);
        WriteApns(json, message.NotificationId, seconds, now);
        WriteWebPush(json, message.NotificationId, seconds);
        json.WriteEndObject();
        if (validateOnly)
            json.WriteBoolean("validate_only"u8, true);
        json.WriteEndObject();
        json.Flush();
        return buffer;
    }

    /// <summary>The bytes that FCM counts against its 4,096: the text shown, and the keys and values of the data.</summary>
    public static int PayloadBytes(PushMessage message)
    {
        var bytes = Encoding.UTF8.GetByteCount(message.Title) + Encoding.UTF8.GetByteCount(message.Body);
        foreach (var (key, value) in message.Data)
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
        return bytes;
    }

    /// <summary>Apple takes 64 bytes; a SHA-256 in hex is exactly that.</summary>
    public static string ApnsCollapseId(string collapseKey) =>
        Encoding.UTF8.GetByteCount(collapseKey) <= MaxApnsCollapseIdBytes
            ? collapseKey
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(collapseKey)));

    private static void WriteNotification(Utf8JsonWriter json, PushMessage message)
    {
        json.WriteStartObject("notification"u8);
        json.WriteString("title"u8, message.Title);
        json.WriteString("body"u8, message.Body);
        json.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter json, IReadOnlyDictionary<string, string> data)
    {
        if (data.Count == 0)
            return;

        json.WriteStartObject("data"u8);
        foreach (var (key, value) in data)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteAndroid(Utf8JsonWriter json, string collapseKey, long seconds, string? channelId)
    {
        json.WriteStartObject("android"u8);
        json.WriteString("priority"u8, "high"u8);
        json.WriteString("ttl"u8, string.Create(CultureInfo.InvariantCulture, $"{seconds}s"));
        json.WriteString("collapse_key"u8, collapseKey);
        json.WriteStartObject("notification"u8);
        json.WriteString("tag"u8, collapseKey);
        if (!string.IsNullOrEmpty(channelId))
            json.WriteString("channel_id"u8, channelId);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteApns(Utf8JsonWriter json, string collapseKey, long seconds, DateTimeOffset now)
    {
        // Zero tells Apple not to store it at all, which is what no time left to live means.
        var expiration = seconds == 0 ? 0 : now.ToUnixTimeSeconds() + seconds;
        json.WriteStartObject("apns"u8);
        json.WriteStartObject("headers"u8);
        json.WriteString("apns-priority"u8, "10"u8);
        json.WriteString("apns-expiration"u8, expiration.ToString(CultureInfo.InvariantCulture));
        json.WriteString("apns-collapse-id"u8, ApnsCollapseId(collapseKey));
        json.WriteEndObject();
        json.WriteStartObject("payload"u8);
        json.WriteStartObject("aps"u8);
        json.WriteString("sound"u8, "default"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteWebPush(Utf8JsonWriter json, string collapseKey, long seconds)
    {
        json.WriteStartObject("webpush"u8);
        json.WriteStartObject("headers"u8);
        json.WriteString("TTL"u8, seconds.ToString(CultureInfo.InvariantCulture));
        json.WriteString("Urgency"u8, "high"u8);
        json.WriteEndObject();
        json.WriteStartObject("notification"u8);
        json.WriteString("tag"u8, collapseKey);
        // Otherwise a browser replaces what it shows without a sound.
        json.WriteBoolean("renotify"u8, true);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
