namespace ShiftReminders.Web.Processing;

/// <summary>What one look at the queue came to, in reminders.</summary>
public sealed record PassResult
{
    public int Claimed { get; init; }

    /// <summary>A device accepted it, and nothing is left to retry.</summary>
    public int Sent { get; init; }

    /// <summary>Pending again, to be tried later.</summary>
    public int Retrying { get; init; }

    public int Failed { get; init; }

    /// <summary>Ended otherwise: expired, skipped or cancelled while it was being sent.</summary>
    public int Other { get; init; }

    /// <summary>Given back untried.</summary>
    public int Released { get; init; }

    /// <summary>On record too late: the claim had passed to somebody else.</summary>
    public int Fenced { get; init; }

    /// <summary>Their outcome could not be recorded; they are tried again when their lease ends.</summary>
    public int Unrecorded { get; init; }

    /// <summary>Why nothing was claimed, such as a pause; null: nothing stood in the way.</summary>
    public string? HeldBack { get; init; }
}
