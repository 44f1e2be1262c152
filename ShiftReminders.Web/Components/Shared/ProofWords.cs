using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>What the page and the dialog say that ask somebody to show again who they are.</summary>
internal static class ProofWords
{
    /// <param name="purpose">What it is asked for, as <c>manage access</c>.</param>
    /// <param name="lasts">How long it is not asked for again.</param>
    public static string Ask(string purpose, TimeSpan lasts) =>
        $"To {purpose}, show once more who you are. It holds for the next {TimeWords.Lasting(lasts)}.";

    public static string Label(ProofKind kind) => kind is ProofKind.Code ? "Code of your authenticator app" : "Password";

    public static string Autocomplete(ProofKind kind) => kind is ProofKind.Code ? "one-time-code" : "current-password";
}
