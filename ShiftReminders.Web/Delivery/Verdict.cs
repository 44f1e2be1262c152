namespace ShiftReminders.Web.Delivery;

/// <summary>A provider's reply, judged: a <see cref="PushResult"/> that does not know its device yet.</summary>
internal readonly record struct Verdict(PushOutcome Outcome, PushErrorCode? ErrorCode = null, string? Detail = null)
{
    /// <summary>The window closed while the push waited for an access token or a connection.</summary>
    public static Verdict TooLate { get; } =
        new(PushOutcome.NotAttempted, Detail: "Nothing was handed over: its time was up before a connection was free.");

    public int? HttpStatus { get; init; }

    public string? MessageId { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public PushResult For(PushTarget? target, TimeSpan latency) => new()
    {
        DeviceId = target?.DeviceId ?? "",
        Outcome = Outcome,
        ErrorCode = ErrorCode,
        HttpStatus = HttpStatus,
        ProviderMessageId = MessageId,
        RetryAfter = RetryAfter,
        Detail = Detail is null ? null : Redaction.Shorten(Detail, PushResult.MaxDetailLength),
        Latency = latency,
    };
}
