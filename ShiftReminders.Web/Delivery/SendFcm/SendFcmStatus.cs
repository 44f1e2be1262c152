using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>What a failed call means when its words are not known.</summary>
internal static class SendFcmStatus
{
    public static Verdict Of(in ProviderReply reply, bool readable) => reply.Status switch
    {
        401 => new(PushOutcome.ProjectCredentials, PushErrorCode.Unauthenticated),
        403 => new(PushOutcome.ProjectCredentials, PushErrorCode.PermissionDenied),
        // The gateway says that there is no such function; a function of that name may say it of anything.
        404 when !readable || reply.PlatformErrorCode is not null => new(PushOutcome.ProjectCredentials, PushErrorCode.NotFound),
        405 or (>= 300 and <= 399) => new(PushOutcome.ProjectCredentials, PushErrorCode.NotFound),
        429 => new(PushOutcome.Transient, PushErrorCode.QuotaExceeded),
        503 => new(PushOutcome.Transient, PushErrorCode.Unavailable),
        // Supabase's gateway gave up on a function (150 s idle, or out of memory or CPU) that may have sent by then.
        504 or 546 => new(PushOutcome.Unknown, PushErrorCode.Timeout),
        408 or >= 500 => new(PushOutcome.Transient, PushErrorCode.Internal),
        413 => new(PushOutcome.Rejected, PushErrorCode.PayloadTooLarge),
        >= 400 => new(PushOutcome.Rejected, PushErrorCode.HttpError),
        _ => new(PushOutcome.Transient, PushErrorCode.UnexpectedReply),
    };
}
