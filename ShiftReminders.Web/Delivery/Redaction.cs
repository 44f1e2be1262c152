using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace ShiftReminders.Web.Delivery;

/// <summary>Makes a provider's words safe to keep: no token, no key, no text meant for one person's eyes.</summary>
internal static partial class Redaction
{
    private const string Hidden = "[hidden]";

    public static string Of(string text, PushMessage message, IReadOnlyList<PushTarget> targets)
    {
        var safe = new StringBuilder(text);
        foreach (var target in targets)
            Hide(safe, target.Token);
        Hide(safe, message.Title);
        Hide(safe, message.Body);
        return Shorten(LongRuns().Replace(safe.ToString(), Hidden), PushResult.MaxDetailLength);
    }

    /// <summary>Hides whatever looks like a token or a key, where the message is not at hand to know its words by.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? OfRuns(string? text) => text is null ? null : LongRuns().Replace(text, Hidden);

    public static string Shorten(string text, int maxLength) =>
        text.Length <= maxLength ? text : string.Concat(text.AsSpan(0, maxLength - 1), "…");

    private static void Hide(StringBuilder text, string secret)
    {
        // "Hi" as a title must not turn "This" into riddles; what is as short as that gives nothing away.
        if (secret.Length >= 6)
            text.Replace(secret, Hidden);
    }

    /// <summary>Registration tokens, access tokens, JWTs and API keys are long runs without a blank.</summary>
    [GeneratedRegex(@"[A-Za-z0-9_\-:.~+=]{40,}")]
    private static partial Regex LongRuns();
}
