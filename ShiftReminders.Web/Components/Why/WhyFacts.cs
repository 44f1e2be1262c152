using System.Text.Json;

namespace ShiftReminders.Web.Components.Why;

/// <summary>What the pane writes out of an explanation's evidence; whatever is not in it is null or empty.</summary>
internal sealed record WhyFacts
{
    public string? Person { get; private init; }

    public string? Rule { get; private init; }

    public string? SkipType { get; private init; }

    public string? Label { get; private init; }

    public string? Zone { get; private init; }

    public DateTimeOffset? StartAt { get; private init; }

    public DateTimeOffset? DueAt { get; private init; }

    public DateTimeOffset? ExpiresAt { get; private init; }

    public DateTimeOffset? AttendedAt { get; private init; }

    public long? ReminderId { get; private init; }

    public IReadOnlyList<string> Phones { get; private init; } = [];

    public IReadOnlyList<WhyAttempt> Attempts { get; private init; } = [];

    public static WhyFacts Read(string evidence)
    {
        using var document = JsonDocument.Parse(evidence);
        var root = document.RootElement;
        var shift = Part(root, "shift");
        var reminder = Part(root, "reminder");
        var rule = Part(root, "rule");
        return new WhyFacts
        {
            Person = Text(Part(root, "person"), "display_name"),
            Rule = Text(rule, "title"),
            SkipType = Text(rule, "skip_type"),
            Label = Text(shift, "label"),
            Zone = Text(shift, "time_zone"),
            StartAt = Moment(shift, "start_at"),
            // A reminder that exists knows best; one that was moved or resent has left the plan's times.
            DueAt = Moment(reminder, "scheduled_for") ?? Moment(shift, "due_at"),
            ExpiresAt = Moment(reminder, "expires_at") ?? Moment(shift, "expires_at"),
            AttendedAt = Moment(shift, "attended_at"),
            ReminderId = Part(reminder, "id") is { ValueKind: JsonValueKind.Number } id ? id.GetInt64() : null,
            Phones = [.. Items(root, "devices").Select(device => Text(device, "platform") ?? "phone")],
            Attempts = [.. Items(root, "attempts").Select(WhyAttempt.Read)],
        };
    }

    internal static IEnumerable<JsonElement> Items(JsonElement? parent, string name) =>
        Part(parent, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    internal static string? Text(JsonElement? parent, string name) =>
        Part(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    internal static DateTimeOffset? Moment(JsonElement? parent, string name) =>
        Part(parent, name) is { ValueKind: JsonValueKind.String } text && text.TryGetDateTimeOffset(out var moment) ? moment : null;

    private static JsonElement? Part(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var part) ? part : null;
}

internal sealed record WhyAttempt(string Outcome, DateTimeOffset? At, IReadOnlyList<string> Outcomes)
{
    public static WhyAttempt Read(JsonElement attempt) => new(
        WhyFacts.Text(attempt, "outcome") ?? "unknown",
        WhyFacts.Moment(attempt, "recorded_at"),
        [.. WhyFacts.Items(attempt, "devices").Select(device => WhyFacts.Text(device, "outcome") ?? "unknown")]);
}
