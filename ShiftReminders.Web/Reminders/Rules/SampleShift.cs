namespace ShiftReminders.Web.Reminders.Rules;

/// <summary>A real shift on which a text is shown before it is saved.</summary>
public sealed record SampleShift
{
    public required long ScheduleId { get; init; }

    public string? DisplayName { get; init; }

    public string? Locale { get; init; }

    public required DateTimeOffset StartAt { get; init; }

    public required DateTimeOffset EndAt { get; init; }

    public string? Label { get; init; }

    public string? TimeZone { get; init; }
}
