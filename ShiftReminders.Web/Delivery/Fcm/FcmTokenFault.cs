using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Google.Apis.Auth.OAuth2.Responses;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>Why there is no access token, in words, and whether the issuer meant the service account or just this machine.</summary>
internal static partial class FcmTokenFault
{
    private const int LongestDescription = 200;

    /// <param name="fault">What was thrown while a token was asked for.</param>
    /// <param name="issuer">Whom it was asked of.</param>
    /// <param name="now">What this machine takes the time to be.</param>
    public static FcmAuthorization Of(Exception fault, string issuer, DateTimeOffset now) => fault switch
    {
        TokenResponseException { StatusCode: { } status, Error: { Error: { } code } error } when IsRefusal(status, code) =>
            OfRefusal(issuer, $"{(int)status} {code}{Quoted(error.ErrorDescription)}", error.ErrorDescription ?? "", now),
        TokenResponseException { StatusCode: { } status } =>
            Unreachable($"{issuer} could not be reached: it answered with HTTP {(int)status} and no access token"),
        OperationCanceledException or TimeoutException => Unreachable($"{issuer} could not be reached: no answer in time"),
        HttpRequestException or IOException => Unreachable($"{issuer} could not be reached: {FaultWords.Of(fault)}"),
        _ => Unreachable($"No access token from {issuer}: {fault.GetType().Name}"),
    };

    private static FcmAuthorization OfRefusal(string issuer, string answer, string description, DateTimeOffset now) =>
        AboutTime().IsMatch(description)
            ? Unreachable(string.Create(
                CultureInfo.InvariantCulture,
                $"{issuer} says that this machine's clock is wrong, which shows {now.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {answer}. Set the clock"))
            : new FcmAuthorization { IsRefused = true, Fault = $"{issuer} refused the service account: {answer}" };

    private static FcmAuthorization Unreachable(string fault) => new() { Fault = fault };

    private static bool IsRefusal(HttpStatusCode status, string code) =>
        (int)status is >= 400 and < 500 and not (408 or 429) && OAuthCode().IsMatch(code);

    private static string Quoted(string? description) => string.IsNullOrWhiteSpace(description)
        ? ""
        : $" ({Redaction.Shorten(Redaction.OfRuns(description), LongestDescription)})";

    /// <summary>Whatever else Google's library finds in the answer, it puts into a sentence.</summary>
    [GeneratedRegex("^[a-z_]{1,60}$")]
    private static partial Regex OAuthCode();

    [GeneratedRegex(@"\biat\b|\bexp\b|\btimeframe\b|\bclock\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AboutTime();
}
