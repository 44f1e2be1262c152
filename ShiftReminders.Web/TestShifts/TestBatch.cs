using System.Text.Json;

namespace ShiftReminders.Web.TestShifts;

/// <summary>Shifts that were made together and can be removed together.</summary>
public sealed record TestBatch
{
    public required long Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public required string Why { get; init; }

    public required int Shifts { get; init; }

    public DateTimeOffset? RemovedAt { get; init; }

    public string? RemovedBy { get; init; }

    /// <summary>How many reminders are in which state; of a removed batch, at its removal. JSON.</summary>
    public required string Outcome { get; init; }

    public int CheckInsAhead { get; init; }

    public IReadOnlyDictionary<string, int> States => JsonSerializer.Deserialize<Dictionary<string, int>>(Outcome) ?? [];
}

/// <summary>What the removal of a batch did.</summary>
public sealed record TestBatchRemoval
{
    public int Shifts { get; init; }

    public int Reminders { get; init; }

    /// <summary>Reminders that were being sent at that moment, and so stay in the history.</summary>
    public int Kept { get; init; }
}
