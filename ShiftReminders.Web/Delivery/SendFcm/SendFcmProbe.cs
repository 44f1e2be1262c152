using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>What can be asked of a function without anybody being reminded of anything.</summary>
internal static class SendFcmProbe
{
    public static Verdict NoDryRun { get; } = new(
        PushOutcome.NotAttempted, Detail: "The function has no dry run: SendFcm__BodyTemplate does not use {dry_run}.");

    public static Verdict Of(in ProviderReply reply) => reply switch
    {
        { Fault: TransportFault.NotConnected } => new(PushOutcome.Unreachable, PushErrorCode.ConnectFailure, reply.FaultText),
        { Fault: not TransportFault.None } => new(PushOutcome.Transient, PushErrorCode.ConnectFailure, reply.FaultText),
        { Status: 401 } => Refused(reply, PushOutcome.ProjectCredentials, PushErrorCode.Unauthenticated),
        { Status: 403 } => Refused(reply, PushOutcome.ProjectCredentials, PushErrorCode.PermissionDenied),
        { Status: 404 } => Refused(reply, PushOutcome.ProjectCredentials, PushErrorCode.NotFound),
        { Status: >= 500 } => Refused(reply, PushOutcome.Transient, PushErrorCode.Unavailable),
        _ => Refused(reply, PushOutcome.Accepted, PushErrorCode.Unverified) with
        {
            Detail = "The function is there. Whether it would send cannot be asked without sending.",
        },
    };

    private static Verdict Refused(in ProviderReply reply, PushOutcome outcome, PushErrorCode code) =>
        new(outcome, code, $"The probe was answered with HTTP {reply.Status}.") { HttpStatus = reply.Status };
}
