namespace ShiftReminders.Web.Reminders.Rules;

/// <summary>A real shift on which a text is shown before it is saved.</summary>
public sealed record SampleShift
{
    public required long ScheduleId { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>Of whoever names none, the site's.</summary>
    public string? Locale { get; init; }

    public required DateTimeOffset StartAt { get; init; }

    public required DateTimeOffset EndAt { get; init; }

    public string? Label { get; init; }

    public string? TimeZone { get; init; }

    /// <summary>Whether its person gets the text in this locale: the one in theirs, else the one in its language.</summary>
    public bool Gets(string locale, IReadOnlyCollection<string> all) =>
        locale == Locale || (locale == Locale?.Split('-')[0] && !all.Contains(Locale, StringComparer.Ordinal));
}
