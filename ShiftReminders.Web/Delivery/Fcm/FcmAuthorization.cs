namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>The Authorization header of a request, or why there is none.</summary>
internal sealed record FcmAuthorization
{
    /// <summary>A secret.</summary>
    public string? Header { get; init; }

    public string? Fault { get; init; }

    public override string ToString() => Fault ?? "bearer token";
}
