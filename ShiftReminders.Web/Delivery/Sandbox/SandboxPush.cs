namespace ShiftReminders.Web.Delivery.Sandbox;

/// <summary>A push that a simulated phone shows.</summary>
public sealed record SandboxPush
{
    public required string DeviceId { get; init; }

    public required Guid UserId { get; init; }

    public string? Platform { get; init; }

    public required string NotificationId { get; init; }

    public required int Generation { get; init; }

    public required string Title { get; init; }

    public required string Body { get; init; }

    /// <summary>How often it arrived; the phone shows one.</summary>
    public required int Copies { get; init; }

    public required DateTimeOffset FirstReceivedAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
}
