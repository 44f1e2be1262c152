namespace ShiftReminders.Web.Reminders;

/// <summary>What a template's placeholders stand for. Times are UTC; null: the shift has none.</summary>
public sealed record ReminderValues
{
    public required DateTime? StartAt { get; init; }

    public required DateTime? EndAt { get; init; }

    public required DateTime AnchorAt { get; init; }

    public string? Label { get; init; }

    public string? Name { get; init; }
}
