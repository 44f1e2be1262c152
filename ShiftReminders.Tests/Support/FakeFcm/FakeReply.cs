using System.Net.Mime;
using System.Text.Json;

namespace ShiftReminders.Tests.Support.FakeFcm;

/// <summary>One answer of the fake FCM: every one that the real service is known to give, and the ways a network fails.</summary>
public sealed record FakeReply
{
    private const string FcmErrorType = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
    private const string BadRequestType = "type.googleapis.com/google.rpc.BadRequest";

    public enum Ending
    {
        Answer,
        Reset,
        Never,
    }

    public int Status { get; init; } = 200;

    /// <summary>Null: no body at all. Not used for an acceptance, whose body names the message.</summary>
    public string? Body { get; init; }

    public string ContentType { get; init; } = MediaTypeNames.Application.Json;

    public string? RetryAfter { get; init; }

    public Ending End { get; init; }

    /// <summary>Waited before the answer.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The phone gets the message, and the answer says otherwise: FCM has done that.</summary>
    public bool DeliversAnyway { get; init; }

    public bool Accepts => Status == 200 && Body is null && End == Ending.Answer;

    public static FakeReply Accepted { get; } = new();

    public static FakeReply Unregistered { get; } =
        Error(404, "NOT_FOUND", "Requested entity was not found.", FcmDetail("UNREGISTERED"));

    public static FakeReply UnregisteredFid { get; } =
        Error(404, "NOT_FOUND", "Requested entity was not found.", FcmDetail("UNREGISTERED_FID"));

    public static FakeReply BareNotFound { get; } = Error(404, "NOT_FOUND", "Requested entity was not found.");

    public static FakeReply InvalidToken { get; } = Error(
        400,
        "INVALID_ARGUMENT",
        "The registration token is not a valid FCM registration token",
        FcmDetail("INVALID_ARGUMENT"));

    public static FakeReply InvalidTokenField { get; } = Error(
        400,
        "INVALID_ARGUMENT",
        "Request contains an invalid argument.",
        Violation("message.token", "Invalid registration token"),
        FcmDetail("INVALID_ARGUMENT"));

    public static FakeReply InvalidMessage { get; } = Error(
        400,
        "INVALID_ARGUMENT",
        "Invalid value at 'message.data[0].value' (TYPE_STRING), 12",
        Violation("message.data[0].value", "Invalid value at 'message.data[0].value' (TYPE_STRING), 12"));

    /// <summary>The real one carries no details.</summary>
    public static FakeReply TooBig { get; } = Error(400, "INVALID_ARGUMENT", "Android message is too big");

    public static FakeReply SenderIdMismatch { get; } =
        Error(403, "PERMISSION_DENIED", "SenderId mismatch", FcmDetail("SENDER_ID_MISMATCH"));

    public static FakeReply QuotaExceeded { get; } =
        Error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric.", FcmDetail("QUOTA_EXCEEDED"));

    public static FakeReply Unavailable { get; } =
        Error(503, "UNAVAILABLE", "The service is currently unavailable.", FcmDetail("UNAVAILABLE"));

    public static FakeReply Internal { get; } =
        Error(500, "INTERNAL", "Internal error encountered.", FcmDetail("INTERNAL"));

    public static FakeReply GatewayTimeout { get; } = Error(504, "DEADLINE_EXCEEDED", "Deadline exceeded.");

    public static FakeReply ThirdPartyAuthError { get; } = Error(
        401,
        "UNAUTHENTICATED",
        "Request is missing required authentication credential.",
        FcmDetail("THIRD_PARTY_AUTH_ERROR"),
        new Dictionary<string, object>
        {
            ["@type"] = "type.googleapis.com/google.firebase.fcm.v1.ApnsError",
            ["statusCode"] = 403,
            ["reason"] = "InvalidProviderToken",
        });

    public static FakeReply Unauthenticated { get; } = Error(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.");

    public static FakeReply PermissionDenied { get; } = Error(
        403,
        "PERMISSION_DENIED",
        "Permission 'cloudmessaging.messages.create' denied on resource '//cloudresourcemanager.googleapis.com/projects/demo'.");

    public static FakeReply HtmlBadGateway { get; } = new()
    {
        Status = 502,
        ContentType = MediaTypeNames.Text.Html,
        Body = "<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title><p>That’s an error.</p></html>",
    };

    public static FakeReply HtmlSuccess { get; } = HtmlBadGateway with { Status = 200 };

    public static FakeReply EmptySuccess { get; } = new() { Body = "" };

    public static FakeReply EmptyError { get; } = new() { Status = 500, Body = "" };

    public static FakeReply Reset { get; } = new() { End = Ending.Reset };

    public static FakeReply Never { get; } = new() { End = Ending.Never };

    public FakeReply After(TimeSpan latency) => this with { Latency = latency };

    public FakeReply WithRetryAfter(string value) => this with { RetryAfter = value };

    public FakeReply ButDelivered() => this with { DeliversAnyway = true };

    public static FakeReply Error(int status, string code, string message, params IReadOnlyList<object> details)
    {
        var error = new Dictionary<string, object> { ["code"] = status, ["message"] = message, ["status"] = code };
        if (details.Count > 0)
            error["details"] = details;
        return new FakeReply
        {
            Status = status,
            Body = JsonSerializer.Serialize(new Dictionary<string, object> { ["error"] = error }),
        };
    }

    public static object Violation(string field, string description) => new Dictionary<string, object>
    {
        ["@type"] = BadRequestType,
        ["fieldViolations"] = new[] { new Dictionary<string, object> { ["field"] = field, ["description"] = description } },
    };

    private static Dictionary<string, object> FcmDetail(string code) =>
        new() { ["@type"] = FcmErrorType, ["errorCode"] = code };
}
