using System.Text.Json;

namespace ShiftReminders.Web.Reminders.Explaining;

/// <summary>Which reminder is asked about; it need not exist.</summary>
public readonly record struct ReminderKey(long Shift, Guid Person, string Kind);

/// <summary>What happened or will happen to one reminder, as a sentence and with the evidence.</summary>
public sealed record ReminderStory
{
    public required ReminderKey Key { get; init; }

    public required string Sentence { get; init; }

    /// <summary>A state of the queue, or for a reminder that does not exist: expected, missing, purged, or why none is due.</summary>
    public required string State { get; init; }

    public string? Reason { get; init; }

    public required Evidence Evidence { get; init; }
}

/// <summary>The evidence as the database's function <c>explain</c> writes it.</summary>
public sealed record Evidence
{
    public string NotificationId { get; init; } = "";

    public ShiftEvidence? Shift { get; init; }

    public PersonEvidence? Person { get; init; }

    public RuleEvidence? Rule { get; init; }

    public ReminderEvidence? Reminder { get; init; }

    public IReadOnlyList<GenerationEvidence> Generations { get; init; } = [];

    public IReadOnlyList<AttemptEvidence> Attempts { get; init; } = [];

    public MarkEvidence? Mark { get; init; }

    public IReadOnlyList<DeviceEvidence> Devices { get; init; } = [];

    public TickEvidence? LastTick { get; init; }

    /// <summary>The whole of it, for whoever wants every field.</summary>
    public string Raw { get; init; } = "{}";

    internal static Evidence Parse(string json) =>
        JsonSerializer.Deserialize<Evidence>(json, EvidenceJson.Options)! with { Raw = json };
}

public sealed record ShiftEvidence(
    DateTimeOffset? StartAt, DateTimeOffset? EndAt, bool IsActive, string? Label, string? TimeZone,
    DateTimeOffset? DueAt, DateTimeOffset? ExpiresAt, DateTimeOffset? AttendedAt);

public sealed record PersonEvidence(string? DisplayName, string? Locale, bool RemindersOff);

public sealed record RuleEvidence(string Title, string Anchor, string? SkipType, bool Enabled);

public sealed record ReminderEvidence
{
    public long Id { get; init; }

    public DateTimeOffset ScheduledFor { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ArmedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public DateTimeOffset? ProcessedAt { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    public DateTimeOffset? ClaimedAt { get; init; }

    public string? ClaimedBy { get; init; }

    public string State { get; init; } = "";

    public string? Reason { get; init; }

    public string? LastError { get; init; }

    public int Generation { get; init; }

    public int AttemptCount { get; init; }

    public string? ResentBy { get; init; }
}

public sealed record GenerationEvidence(
    int Generation, string State, string Reason, DateTimeOffset ScheduledFor, DateTimeOffset ArmedAt, DateTimeOffset EndedAt,
    DateTimeOffset? AcceptedAt, string Why);

public sealed record AttemptEvidence
{
    public int Generation { get; init; }

    public int Attempt { get; init; }

    public string ClaimedBy { get; init; } = "";

    public DateTimeOffset ClaimedAt { get; init; }

    public DateTimeOffset RecordedAt { get; init; }

    public string? Channel { get; init; }

    public string Outcome { get; init; } = "";

    /// <summary>Recorded after its claim had run out.</summary>
    public bool Late { get; init; }

    public IReadOnlyList<DeviceResult> Devices { get; init; } = [];
}

/// <summary>What one attempt got back for one device.</summary>
public sealed record DeviceResult
{
    public string Device { get; init; } = "";

    public string? Platform { get; init; }

    public string Outcome { get; init; } = "";

    public string? Code { get; init; }

    public int? Http { get; init; }

    public string? MessageId { get; init; }

    public double? Ms { get; init; }

    public double? RetryAfter { get; init; }

    /// <summary>The provider's own words, redacted.</summary>
    public string? Detail { get; init; }
}

public sealed record MarkEvidence(string State, DateTimeOffset CreatedAt);

public sealed record DeviceEvidence(string Device, string? Platform, DateTimeOffset? UpdatedAt);

public sealed record TickEvidence(string Source, DateTimeOffset StartedAt, string? Error);
