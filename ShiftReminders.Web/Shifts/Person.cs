namespace ShiftReminders.Web.Shifts;

/// <summary>Somebody who can be on a shift.</summary>
public sealed record Person
{
    public required Guid UserId { get; init; }

    public string? DisplayName { get; init; }

    public string? Locale { get; init; }

    /// <summary>Has opted out, or is on leave.</summary>
    public bool RemindersOff { get; init; }

    /// <summary>How many phones can be reached.</summary>
    public int Devices { get; init; }

    public string Name => DisplayName is { Length: > 0 } name ? name : UserId.ToString();
}

/// <summary>A phone, known by the hash of its token.</summary>
public sealed record PersonDevice
{
    public required string DeviceId { get; init; }

    public string? Platform { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Why the channel called it gone; null: it can be reached.</summary>
    public string? DeadReason { get; init; }

    public DateTimeOffset? DiedAt { get; init; }
}
