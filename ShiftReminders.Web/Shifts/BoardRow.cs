namespace ShiftReminders.Web.Shifts;

/// <summary>One shift and one rule: what should become of the reminder, and what has.</summary>
public sealed record BoardRow
{
    public required long ScheduleId { get; init; }

    /// <summary>Null: nobody is assigned to the shift.</summary>
    public Guid? UserId { get; init; }

    public string? DisplayName { get; init; }

    public DateTimeOffset? StartAt { get; init; }

    public DateTimeOffset? EndAt { get; init; }

    public required bool IsActive { get; init; }

    public string? Label { get; init; }

    /// <summary>IANA name of the shift's zone; the site's where the shift names none.</summary>
    public string? TimeZone { get; init; }

    public required string NotifyType { get; init; }

    public DateTimeOffset? AnchorAt { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When what the rule asks for (a check-in, a check-out) was logged.</summary>
    public DateTimeOffset? AttendedAt { get; init; }

    /// <summary>Null: there is no such reminder, and <see cref="Standing"/> says why.</summary>
    public long? ReminderId { get; init; }

    /// <summary>The reminder's state, or what its absence is about: expected, missing, checked_in, …</summary>
    public required string Standing { get; init; }

    public string? Reason { get; init; }

    /// <summary>True for a reminder that has been tried before and will be again.</summary>
    public bool Retrying => this is { Standing: "pending", Reason: "retry" };

    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>How many phones of the person can be reached.</summary>
    public required int Devices { get; init; }
}
