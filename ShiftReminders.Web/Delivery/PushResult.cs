namespace ShiftReminders.Web.Delivery;

/// <summary>What became of one push to one device.</summary>
public sealed record PushResult
{
    /// <summary>The longest <see cref="Detail"/>, in characters.</summary>
    public const int MaxDetailLength = 500;

    public required string DeviceId { get; init; }

    public required PushOutcome Outcome { get; init; }

    /// <summary>The provider's word for it; null where it gave none.</summary>
    public PushErrorCode? ErrorCode { get; init; }

    /// <summary>Null: no reply came, or no call was made.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The provider's name of the accepted message.</summary>
    public string? ProviderMessageId { get; init; }

    /// <summary>How long the provider asked to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The reply in words, without tokens or message text, at most <see cref="MaxDetailLength"/> characters.</summary>
    public string? Detail { get; init; }

    /// <summary>From the start of the call to its end; zero where no call was made.</summary>
    public TimeSpan Latency { get; init; }
}
