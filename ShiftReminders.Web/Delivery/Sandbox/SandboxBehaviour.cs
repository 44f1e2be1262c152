namespace ShiftReminders.Web.Delivery.Sandbox;

/// <summary>How a simulated phone was told to answer.</summary>
public sealed record SandboxBehaviour
{
    public required PushOutcome Outcome { get; init; }

    /// <summary>For how many more pushes; null: until changed.</summary>
    public int? Remaining { get; init; }

    public required TimeSpan Latency { get; init; }

    public required string SetBy { get; init; }

    public required DateTimeOffset SetAt { get; init; }
}
