namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>The Authorization header of a request, or why there is none.</summary>
internal sealed record FcmAuthorization
{
    /// <summary>A secret.</summary>
    public string? Header { get; init; }

    public string? Fault { get; init; }

    /// <summary>
    /// True: the issuer refused the service account, so no replica gets a token. False: only this one is known to get none.
    /// </summary>
    public bool IsRefused { get; init; }

    public Verdict Verdict => new(
        IsRefused ? PushOutcome.ProjectCredentials : PushOutcome.Unreachable, PushErrorCode.CredentialsUnavailable, Fault);

    public override string ToString() => Fault ?? "bearer token";
}
