using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>One step on a reminder's way.</summary>
public sealed record TimelineEntry
{
    public required string What { get; init; }

    public Tone Tone { get; init; } = Tone.Muted;

    /// <summary>Null: not at a known moment, or not yet.</summary>
    public DateTimeOffset? At { get; init; }

    public string? Detail { get; init; }

    /// <summary>Something worth copying, such as FCM's message id.</summary>
    public string? Copy { get; init; }

    /// <summary>What is copied, for the button's name.</summary>
    public string CopyName { get; init; } = "id";

    public string? Href { get; init; }
}
