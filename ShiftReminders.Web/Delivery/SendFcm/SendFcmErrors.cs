using System.Text.RegularExpressions;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>Reads what a failed function says in words: FCM's codes, the Firebase SDKs', Supabase's.</summary>
internal sealed partial class SendFcmErrors
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    // In order: the words of a device before those of a message, and those of a project before those of a moment.
    private static readonly IReadOnlyList<(string Pattern, PushOutcome Outcome, PushErrorCode? Code)> Ours =
    [
        ("UNREGISTERED|registration-token-not-registered|NotRegistered|Requested entity was not found", PushOutcome.Gone, PushErrorCode.Unregistered),
        ("not a valid FCM registration token|invalid-registration-token|InvalidRegistration", PushOutcome.Gone, PushErrorCode.InvalidArgument),
        ("SENDER_ID_MISMATCH|SenderId mismatch|mismatched-credential|MismatchSenderId", PushOutcome.Mismatch, PushErrorCode.SenderIdMismatch),
        ("THIRD_PARTY_AUTH_ERROR|APNS_AUTH_ERROR|third-party-auth-error", PushOutcome.PlatformCredentials, PushErrorCode.ThirdPartyAuthError),
        ("QUOTA_EXCEEDED|RESOURCE_EXHAUSTED|message-rate-exceeded|too many requests", PushOutcome.Transient, PushErrorCode.QuotaExceeded),
        (@"UNAVAILABLE\b|server-unavailable", PushOutcome.Transient, PushErrorCode.Unavailable),
        ("invalid_grant|UNAUTHENTICATED|PERMISSION_DENIED|Invalid JWT|Missing authorization|Invalid API key", PushOutcome.ProjectCredentials, PushErrorCode.Unauthenticated),
        ("PAYLOAD_TOO_LARGE|message is too big|payload-size-limit-exceeded", PushOutcome.Rejected, PushErrorCode.PayloadTooLarge),
        ("INVALID_ARGUMENT|invalid-argument|invalid-payload", PushOutcome.Rejected, PushErrorCode.InvalidArgument),
        (@"\bno\b.{0,20}\b(tokens?|devices?|subscriptions?|recipients?)\b|\bnot subscribed\b|invalid_(aliases|player_ids|external_user_ids)", PushOutcome.Rejected, null),
        (@"\bINTERNAL\b|internal-error", PushOutcome.Transient, PushErrorCode.Internal),
    ];

    private readonly List<(Regex Pattern, PushOutcome Outcome, PushErrorCode? Code)> rules;

    public SendFcmErrors(IEnumerable<SendFcmErrorRule> first) => rules =
    [
        .. first.Select(rule => (Compile(rule.Pattern), rule.Outcome, (PushErrorCode?)null)),
        .. Ours.Select(rule => (Compile(rule.Pattern), rule.Outcome, rule.Code)),
    ];

    public static Regex Compile(string pattern) =>
        new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience);

    /// <summary>It begins as the text of an error does, though its words are not known.</summary>
    public static bool Begins(string text) => Beginning().IsMatch(text);

    /// <summary>Null: these words are not known.</summary>
    public Verdict? Of(string text)
    {
        foreach (var (pattern, outcome, code) in rules)
        {
            if (Matches(pattern, text))
                return new Verdict(outcome, code);
        }
        return null;
    }

    private static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^\W*(failed|failure|error|could not|couldn't|cannot|can't|unable)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Beginning();
}
