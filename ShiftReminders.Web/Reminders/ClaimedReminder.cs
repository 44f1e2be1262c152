namespace ShiftReminders.Web.Reminders;

/// <summary>A reminder that this processor may deliver, for as long as its lease lasts.</summary>
public sealed class ClaimedReminder
{
    public required long ReminderId { get; init; }

    /// <summary>Proves the claim when the outcome is recorded.</summary>
    public required Guid ClaimToken { get; init; }

    public required int Generation { get; init; }

    public required int Attempt { get; init; }

    public required string NotificationId { get; init; }

    public required long ScheduleId { get; init; }

    public required Guid UserId { get; init; }

    public required string NotifyType { get; init; }

    /// <summary>The moment of delivery, UTC.</summary>
    public required DateTime ScheduledFor { get; init; }

    /// <summary>How much longer the reminder was useful when it was claimed, by the database's clock.</summary>
    public required TimeSpan ExpiresIn { get; init; }

    /// <summary>How long the claim lasts, counted from the claim by the database's clock.</summary>
    public required TimeSpan LeaseIn { get; init; }

    /// <summary>UTC, like <see cref="EndAt"/> and <see cref="AnchorAt"/>; null: the host names none.</summary>
    public required DateTime? StartAt { get; init; }

    public required DateTime? EndAt { get; init; }

    /// <summary>The shift's start or end, whichever the reminder is about.</summary>
    public required DateTime AnchorAt { get; init; }

    public string? Label { get; init; }

    /// <summary>The shift's IANA zone; null where the host app knows none.</summary>
    public string? TimeZone { get; init; }

    public string? Locale { get; init; }

    public string? DisplayName { get; init; }

    public required string TitleTemplate { get; init; }

    public required string BodyTemplate { get; init; }

    /// <summary>The devices to try, by position the same in <see cref="Tokens"/> and <see cref="Platforms"/>.</summary>
    public required string[] DeviceIds { get; init; }

    /// <summary>Secrets: never logged.</summary>
    public required string[] Tokens { get; init; }

    public required string?[] Platforms { get; init; }
}
