namespace ShiftReminders.Web.Delivery;

/// <summary>
/// Why a push failed. The first seven are named as in FirebaseAdmin's <c>MessagingErrorCode</c>; the others are what
/// HTTP, the network or the channel tell without an FCM error.
/// </summary>
public enum PushErrorCode
{
    /// <summary>The APNs certificate or web push key is invalid or missing.</summary>
    ThirdPartyAuthError,

    /// <summary>A field of the request is invalid, possibly the token.</summary>
    InvalidArgument,

    /// <summary>The provider failed.</summary>
    Internal,

    /// <summary>A sending limit was exceeded.</summary>
    QuotaExceeded,

    /// <summary>The token belongs to another sender.</summary>
    SenderIdMismatch,

    /// <summary>The provider is overloaded.</summary>
    Unavailable,

    /// <summary>The app was removed from the device, or the token expired.</summary>
    Unregistered,

    /// <summary>401: the request's credentials were refused.</summary>
    Unauthenticated,

    /// <summary>403: the account may not send for this project.</summary>
    PermissionDenied,

    /// <summary>404 without an FCM error: the project or the address is wrong.</summary>
    NotFound,

    /// <summary>No access token could be had: the credentials are unusable or their issuer refused them.</summary>
    CredentialsUnavailable,

    /// <summary>The payload exceeds what the provider takes.</summary>
    PayloadTooLarge,

    /// <summary>No connection: name not resolved, refused, TLS failed.</summary>
    ConnectFailure,

    /// <summary>The connection broke after the request was written.</summary>
    ConnectionLost,

    /// <summary>No reply in time.</summary>
    Timeout,

    /// <summary>A reply that is no answer: empty, HTML, or without what success would carry.</summary>
    UnexpectedReply,

    /// <summary>A success that the reply does not prove.</summary>
    Unverified,

    /// <summary>Another status than those above.</summary>
    HttpError,
}
