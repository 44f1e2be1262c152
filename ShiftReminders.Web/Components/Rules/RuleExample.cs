using System.Text.Json;

namespace ShiftReminders.Web.Components.Rules;

/// <summary>One reminder that a change of its rule would touch.</summary>
internal sealed record RuleExample
{
    public long Shift { get; init; }

    public string? Person { get; init; }

    public DateTimeOffset? Old { get; init; }

    public DateTimeOffset? New { get; init; }

    public static IReadOnlyList<RuleExample> Read(string json) => JsonSerializer.Deserialize<RuleExample[]>(json, JsonSerializerOptions.Web) ?? [];
}
