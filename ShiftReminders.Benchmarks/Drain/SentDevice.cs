using System.Text.Json.Serialization;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>What became of a message to one phone, as it is kept.</summary>
internal sealed record SentDevice
{
    [JsonPropertyName("device")]
    public string? Device { get; init; }

    [JsonPropertyName("platform")]
    public string? Platform { get; init; }

    [JsonPropertyName("outcome")]
    public required string Outcome { get; init; }

    [JsonPropertyName("http")]
    public required int Http { get; init; }

    [JsonPropertyName("ms")]
    public required int Milliseconds { get; init; }

    [JsonPropertyName("message_id")]
    public required string? MessageId { get; init; }
}
