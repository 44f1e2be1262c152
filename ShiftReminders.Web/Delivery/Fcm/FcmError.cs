using System.Text.Json;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>What FCM's error body says, as far as there is one.</summary>
internal readonly record struct FcmError(string? Code, string? Status, string Message, bool NamesToken)
{
    private const string FcmErrorType = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
    private const string NotAToken = "not a valid FCM registration token";

    /// <summary>Null: the body is no error of Google's (a proxy's page, nothing, half of something).</summary>
    public static FcmError? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return JsonText.Property(document.RootElement, "error") is { ValueKind: JsonValueKind.Object } error ? Read(error) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static FcmError Read(JsonElement error)
    {
        string? code = null;
        var message = Text(error, "message") ?? "";
        var namesToken = message.Contains(NotAToken, StringComparison.OrdinalIgnoreCase);
        foreach (var detail in Items(error, "details"))
        {
            if (Text(detail, "@type") == FcmErrorType)
                code ??= Text(detail, "errorCode");
            foreach (var violation in Items(detail, "fieldViolations"))
                namesToken |= Text(violation, "field") == "message.token";
        }
        return new FcmError(code, Text(error, "status"), message, namesToken);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement parent, string name) =>
        JsonText.Property(parent, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;

    private static string? Text(JsonElement parent, string name) =>
        JsonText.Property(parent, name) is { ValueKind: JsonValueKind.String } value ? JsonText.Of(value) : null;
}
