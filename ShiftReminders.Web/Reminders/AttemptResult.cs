namespace ShiftReminders.Web.Reminders;

/// <summary>What came of one attempt at one reminder, device by device.</summary>
/// <param name="Reminder">The claim that the attempt was made under.</param>
/// <param name="Devices">One result per device of the claim.</param>
public sealed record AttemptResult(ClaimedReminder Reminder, IReadOnlyList<DeviceResult> Devices)
{
    /// <summary>How long ago a device first accepted, or the last answer came where none did, so that the record can tell when, by the database's clock.</summary>
    public TimeSpan Age { get; set; }

    /// <summary>The first attempt, accepted by every device: there is nothing to weigh up.</summary>
    internal bool IsPlainAcceptance
    {
        get
        {
            if (Reminder.Attempt != 1 || Devices.Count == 0) return false;
            for (var index = 0; index < Devices.Count; index++)
                if (Devices[index].Outcome != "accepted") return false;
            return true;
        }
    }
}

/// <summary>What came of one attempt at one device.</summary>
public readonly record struct DeviceResult
{
    public required string DeviceId { get; init; }

    public string? Platform { get; init; }

    /// <summary>
    /// <c>accepted</c>, <c>gone</c>, <c>mismatch</c>, <c>rejected</c>, <c>transient</c>, <c>unknown</c>,
    /// <c>platform_credentials</c>, <c>project_credentials</c> or <c>not_attempted</c>.
    /// </summary>
    public required string Outcome { get; init; }

    public string? Code { get; init; }

    public int? HttpStatus { get; init; }

    public string? MessageId { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public string? Detail { get; init; }

    public TimeSpan Latency { get; init; }
}
