using System.Text.Json;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>
/// Judges FCM's replies: first by the FCM error in the details, else by Google's status, else by the HTTP status.
/// </summary>
/// <remarks>
/// A 404 without an FCM error is a wrong project or address, not a device: it counts against the project's
/// configuration, so that no token is forgotten and no reminder's attempt is burnt.
/// </remarks>
internal static class FcmVerdict
{
    public static Verdict Of(in ProviderReply reply) => reply.Fault switch
    {
        TransportFault.NotConnected => new(PushOutcome.Unreachable, PushErrorCode.ConnectFailure, reply.FaultText),
        TransportFault.NotWritten => Verdict.TooLate,
        TransportFault.Timeout => new(PushOutcome.Unknown, PushErrorCode.Timeout, reply.FaultText) { HttpStatus = reply.Status },
        TransportFault.ConnectionLost =>
            new(PushOutcome.Unknown, PushErrorCode.ConnectionLost, reply.FaultText) { HttpStatus = reply.Status },
        _ => (reply.IsSuccess ? OfSuccess(reply) : OfError(reply)) with
        {
            HttpStatus = reply.Status,
            RetryAfter = reply.RetryAfter,
        },
    };

    /// <summary>A 401 that a fresh access token may cure.</summary>
    public static bool IsRefusedToken(in Verdict verdict) =>
        verdict is { Outcome: PushOutcome.ProjectCredentials, HttpStatus: 401 };

    private static Verdict OfSuccess(in ProviderReply reply) => MessageName(reply.Bytes) is { } name
        ? new Verdict(PushOutcome.Accepted) { MessageId = name }
        : new Verdict(PushOutcome.Unknown, PushErrorCode.UnexpectedReply, WordsFor(reply));

    private static Verdict OfError(in ProviderReply reply)
    {
        if (reply.Body is null || FcmError.Parse(reply.Body.Memory) is not { } error)
            return OfStatus(reply.Status, readable: false) with { Detail = WordsFor(reply) };

        var verdict = OfFcmCode(error) ?? OfGoogleStatus(error) ?? OfStatus(reply.Status, readable: true);
        return verdict with { Detail = error.Message };
    }

    private static Verdict? OfFcmCode(in FcmError error) => error.Code switch
    {
        "UNREGISTERED" or "UNREGISTERED_FID" => new(PushOutcome.Gone, PushErrorCode.Unregistered),
        "INVALID_ARGUMENT" => OfInvalidArgument(error),
        "SENDER_ID_MISMATCH" => new(PushOutcome.Mismatch, PushErrorCode.SenderIdMismatch),
        "QUOTA_EXCEEDED" => new(PushOutcome.Transient, PushErrorCode.QuotaExceeded),
        "UNAVAILABLE" => new(PushOutcome.Transient, PushErrorCode.Unavailable),
        "INTERNAL" => new(PushOutcome.Transient, PushErrorCode.Internal),
        "THIRD_PARTY_AUTH_ERROR" or "APNS_AUTH_ERROR" =>
            new(PushOutcome.PlatformCredentials, PushErrorCode.ThirdPartyAuthError),
        _ => null,
    };

    private static Verdict? OfGoogleStatus(in FcmError error) => error.Status switch
    {
        "INVALID_ARGUMENT" => OfInvalidArgument(error),
        "UNAUTHENTICATED" => new(PushOutcome.ProjectCredentials, PushErrorCode.Unauthenticated),
        "PERMISSION_DENIED" => new(PushOutcome.ProjectCredentials, PushErrorCode.PermissionDenied),
        "NOT_FOUND" => new(PushOutcome.ProjectCredentials, PushErrorCode.NotFound),
        "RESOURCE_EXHAUSTED" => new(PushOutcome.Transient, PushErrorCode.QuotaExceeded),
        "UNAVAILABLE" => new(PushOutcome.Transient, PushErrorCode.Unavailable),
        "INTERNAL" => new(PushOutcome.Transient, PushErrorCode.Internal),
        _ => null,
    };

    private static Verdict OfInvalidArgument(in FcmError error) =>
        new(error.NamesToken ? PushOutcome.Gone : PushOutcome.Rejected, PushErrorCode.InvalidArgument);

    private static Verdict OfStatus(int? status, bool readable) => status switch
    {
        401 => new(PushOutcome.ProjectCredentials, PushErrorCode.Unauthenticated),
        403 => new(PushOutcome.ProjectCredentials, PushErrorCode.PermissionDenied),
        404 or 405 or (>= 300 and <= 399) => new(PushOutcome.ProjectCredentials, PushErrorCode.NotFound),
        429 => new(PushOutcome.Transient, PushErrorCode.QuotaExceeded),
        500 => new(PushOutcome.Transient, PushErrorCode.Internal),
        503 => new(PushOutcome.Transient, PushErrorCode.Unavailable),
        408 or >= 500 => new(PushOutcome.Transient, PushErrorCode.HttpError),
        413 => new(PushOutcome.Rejected, PushErrorCode.PayloadTooLarge),
        // Some proxy's page, not FCM's judgement of the message.
        _ when !readable => new(PushOutcome.Unknown, PushErrorCode.UnexpectedReply),
        _ => new(PushOutcome.Rejected, PushErrorCode.HttpError),
    };

    private static string? MessageName(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            while (json.Read())
            {
                if (json.CurrentDepth == 1 && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("name"u8))
                    return json.Read() && json.TokenType == JsonTokenType.String ? json.GetString() : null;
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
        }
        return null;
    }

    private static string WordsFor(in ProviderReply reply) => reply.Body is null or { Length: 0 }
        ? $"HTTP {reply.Status} without a body"
        : $"HTTP {reply.Status} with {reply.Body.Length:N0} bytes of {reply.MediaType ?? "unnamed type"} instead of FCM's answer";
}
