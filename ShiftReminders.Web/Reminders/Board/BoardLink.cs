namespace ShiftReminders.Web.Reminders.Board;

public enum LinkState
{
    Good,
    Warning,
    Broken,
}

/// <summary>One link of the chain from the clock to the phone.</summary>
public sealed record BoardLink
{
    public required string Name { get; init; }

    public required LinkState State { get; init; }

    /// <summary>The few words in large letters.</summary>
    public required string Value { get; init; }

    /// <summary>What last succeeded; the page writes how long ago after it.</summary>
    public string? LastSuccess { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    /// <summary>The broken link as a headline; null when it is whole.</summary>
    public string? Problem { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Remedy { get; init; }
}
