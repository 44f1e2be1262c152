using System.Text.Encodings.Web;
using System.Text.Json;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>Fills the body template: every text that is a placeholder gives way to its value.</summary>
internal sealed class SendFcmBody
{
    private const string Rest = """
        "title":"{title}","body":"{body}","data":"{data}","notification_id":"{notification_id}"}
        """;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Known =
    [
        "{user_id}", "{token}", "{tokens}", "{title}", "{body}", "{data}", "{notification_id}", "{generation}", "{ttl_seconds}", "{dry_run}",
    ];

    private readonly JsonElement template;

    public SendFcmBody(SendFcmOptions options)
    {
        using var document = JsonDocument.Parse(options.BodyTemplate ?? DefaultFor(options.Shape));
        template = document.RootElement.Clone();
        Placeholders = [.. TextsIn(template).Where(IsPlaceholder).Distinct()];
    }

    public IReadOnlyList<string> Placeholders { get; }

    public IEnumerable<string> UnknownPlaceholders => Placeholders.Except(Known);

    /// <summary>The function can be asked to send nothing.</summary>
    public bool KnowsDryRun => Placeholders.Contains("{dry_run}");

    public PooledBuffer Write(PushMessage message, IReadOnlyList<PushTarget> targets, bool dryRun)
    {
        var buffer = new PooledBuffer();
        using var json = new Utf8JsonWriter(buffer, Writing);
        WriteElement(json, template, (message, targets, dryRun));
        json.Flush();
        return buffer;
    }

    private static string DefaultFor(SendFcmShape shape) => shape switch
    {
        SendFcmShape.Person => """{"user_id":"{user_id}",""" + Rest,
        SendFcmShape.Token => """{"token":"{token}",""" + Rest,
        SendFcmShape.Tokens => """{"tokens":"{tokens}",""" + Rest,
    };

    private static bool IsPlaceholder(string text) =>
        text.Length > 2 && text[0] == '{' && text[^1] == '}' && !text.Contains(' ', StringComparison.Ordinal);

    private static IEnumerable<string> TextsIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => TextsIn(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(TextsIn),
        JsonValueKind.String => [element.GetString()!],
        _ => [],
    };

    private static void WriteElement(Utf8JsonWriter json, JsonElement element, (PushMessage, IReadOnlyList<PushTarget>, bool) values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    json.WritePropertyName(property.Name);
                    WriteElement(json, property.Value, values);
                }
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    WriteElement(json, item, values);
                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                WriteText(json, element.GetString()!, values);
                break;
            default:
                element.WriteTo(json);
                break;
        }
    }

    private static void WriteText(
        Utf8JsonWriter json, string text, (PushMessage Message, IReadOnlyList<PushTarget> Targets, bool DryRun) values)
    {
        switch (text)
        {
            case "{user_id}": json.WriteStringValue(values.Targets[0].UserId); break;
            case "{token}": json.WriteStringValue(values.Targets[0].Token); break;
            case "{tokens}": WriteTokens(json, values.Targets); break;
            case "{title}": json.WriteStringValue(values.Message.Title); break;
            case "{body}": json.WriteStringValue(values.Message.Body); break;
            case "{data}": WriteData(json, values.Message.Data); break;
            case "{notification_id}": json.WriteStringValue(values.Message.NotificationId); break;
            case "{generation}": json.WriteNumberValue(values.Message.Generation); break;
            case "{ttl_seconds}": json.WriteNumberValue(Math.Max(0, (long)values.Message.TimeToLive.TotalSeconds)); break;
            case "{dry_run}": json.WriteBooleanValue(values.DryRun); break;
            default: json.WriteStringValue(text); break;
        }
    }

    private static void WriteTokens(Utf8JsonWriter json, IReadOnlyList<PushTarget> targets)
    {
        json.WriteStartArray();
        foreach (var target in targets)
            json.WriteStringValue(target.Token);
        json.WriteEndArray();
    }

    private static void WriteData(Utf8JsonWriter json, IReadOnlyDictionary<string, string> data)
    {
        json.WriteStartObject();
        foreach (var (key, value) in data)
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
