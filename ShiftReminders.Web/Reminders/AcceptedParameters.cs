using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace ShiftReminders.Web.Reminders;

/// <summary>The arrays of <c>record_accepted</c>: an entry per reminder each, the devices as attempts keep them.</summary>
internal static class AcceptedParameters
{
    private static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Add(NpgsqlParameterCollection parameters, AttemptResult[] results)
    {
        var (ids, tokens) = (new long[results.Length], new Guid[results.Length]);
        var (devices, ages, latencies) = (new string[results.Length], new int[results.Length], new int[results.Length]);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Unescaped);
        for (var index = 0; index < results.Length; index++)
        {
            var result = results[index];
            ids[index] = result.Reminder.ReminderId;
            tokens[index] = result.Reminder.ClaimToken;
            devices[index] = Json(result.Devices, json, buffer);
            ages[index] = RecordParameters.Milliseconds(result.Age);
            latencies[index] = RecordParameters.Milliseconds(result.Devices[0].Latency);
        }
        parameters.Add(ReminderQueue.Array(NpgsqlDbType.Bigint, ids));
        parameters.Add(ReminderQueue.Array(NpgsqlDbType.Uuid, tokens));
        parameters.Add(ReminderQueue.Array(NpgsqlDbType.Jsonb, devices));
        parameters.Add(ReminderQueue.Array(NpgsqlDbType.Integer, ages));
        parameters.Add(ReminderQueue.Array(NpgsqlDbType.Integer, latencies));
    }

    private static string Json(IReadOnlyList<DeviceResult> devices, Utf8JsonWriter json, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartArray();
        for (var index = 0; index < devices.Count; index++) Write(json, devices[index]);
        json.WriteEndArray();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // The names, and what is left out, as record_attempts writes them.
    private static void Write(Utf8JsonWriter json, in DeviceResult device)
    {
        json.WriteStartObject();
        json.WriteString("device"u8, device.DeviceId);
        if (device.Platform is { } platform) json.WriteString("platform"u8, platform);
        json.WriteString("outcome"u8, device.Outcome);
        if (device.Code is { } code) json.WriteString("code"u8, RecordParameters.Storable(code));
        if (device.HttpStatus is { } status) json.WriteNumber("http"u8, status);
        if (device.MessageId is { } message) json.WriteString("message_id"u8, RecordParameters.Storable(message));
        json.WriteNumber("ms"u8, RecordParameters.Milliseconds(device.Latency));
        if (device.RetryAfter is { } wait) json.WriteNumber("retry_after"u8, wait.TotalSeconds);
        if (device.Detail is { } detail) json.WriteString("detail"u8, RecordParameters.Storable(detail));
        json.WriteEndObject();
    }
}
