namespace ShiftReminders.Web.Reminders.Rules;

/// <summary>One kind of reminder.</summary>
public sealed record Rule
{
    public required string NotifyType { get; init; }

    public required string Title { get; init; }

    /// <summary><c>start</c> or <c>end</c> of the shift.</summary>
    public required string Anchor { get; init; }

    /// <summary>Due = anchor − lead; negative: after the anchor.</summary>
    public required TimeSpan Lead { get; init; }

    /// <summary>How long after it was due the reminder is still useful.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>The attendance type that makes the reminder needless; null: none does.</summary>
    public string? SkipType { get; init; }

    public required int MaxAttempts { get; init; }

    public required bool Enabled { get; init; }

    /// <summary>Whoever saves says which version they had read.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    public string? UpdatedBy { get; init; }

    public DateTimeOffset DueOf(DateTimeOffset start, DateTimeOffset end) => (Anchor == "end" ? end : start) - Lead;
}

/// <summary>What a phone shows, in one locale; see <see cref="ReminderTemplate"/> for the placeholders.</summary>
public sealed record RuleText
{
    public required string Locale { get; init; }

    public required string Title { get; init; }

    public required string Body { get; init; }
}
