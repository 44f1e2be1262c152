namespace ShiftReminders.Web.Delivery.Http;

/// <summary>A provider's answer as it came, or how it failed to come. Dispose it: the body is on rented memory.</summary>
internal readonly record struct ProviderReply : IDisposable
{
    public TransportFault Fault { get; init; }

    /// <summary>What the fault was, in words that hold no secret.</summary>
    public string? FaultText { get; init; }

    public int? Status { get; init; }

    public string? MediaType { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Set by Supabase's gateway when the function itself did not answer.</summary>
    public string? PlatformErrorCode { get; init; }

    public PooledBuffer? Body { get; init; }

    /// <summary>The body was longer than we read.</summary>
    public bool Truncated { get; init; }

    public bool IsSuccess => Status is >= 200 and <= 299;

    public ReadOnlySpan<byte> Bytes => Body is null ? default : Body.Span;

    public void Dispose() => Body?.Dispose();
}
