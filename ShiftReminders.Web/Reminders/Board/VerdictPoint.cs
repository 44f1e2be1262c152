namespace ShiftReminders.Web.Reminders.Board;

/// <summary>What a point is about, and so where it leads.</summary>
public enum PointSubject
{
    Pause,
    Cron,
    Queue,
    Processors,
    Channel,
    Lost,
    Unaccounted,
    Unreachable,
}

/// <summary>One thing that is not as it should be, counted.</summary>
public sealed record VerdictPoint
{
    public required PointSubject Subject { get; init; }

    public required VerdictState State { get; init; }

    /// <summary>Within a sentence.</summary>
    public required string Words { get; init; }

    /// <summary>The same without its numbers, where the headline need not count; null: it is its words.</summary>
    public string? Headline { get; init; }

    /// <summary>Null: that is in the words, or is not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The site's day that it is about; null: none in particular.</summary>
    public DateOnly? Day { get; init; }
}
