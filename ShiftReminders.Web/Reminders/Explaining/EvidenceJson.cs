using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ShiftReminders.Web.Reminders.Explaining;

internal static class EvidenceJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new MomentConverter() },
    };

    /// <summary>A host's table may hold infinity or the year 294276; neither is worth a broken page.</summary>
    private sealed class MomentConverter : JsonConverter<DateTimeOffset?>
    {
        public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
                ? moment
                : null;

        public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Evidence is only read.");
    }
}
