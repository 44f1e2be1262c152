using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Web.Components.Phone;

/// <summary>What a simulated phone can be told to answer, in words.</summary>
internal static class PhoneAnswer
{
    public static IReadOnlyList<(PushOutcome Outcome, string Words)> Choices { get; } =
        [.. Enum.GetValues<PushOutcome>().Where(outcome => outcome is not (PushOutcome.NotAttempted or PushOutcome.Unreachable)).Select(outcome => (outcome, Words(outcome)))];

    public static IReadOnlyList<TimeSpan> Latencies { get; } =
        [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(60)];

    public static string Words(PushOutcome outcome) => outcome switch
    {
        PushOutcome.Accepted => "accepts",
        PushOutcome.Gone => "has uninstalled the app (UNREGISTERED)",
        PushOutcome.Mismatch => "belongs to another project (SENDER_ID_MISMATCH)",
        PushOutcome.Rejected => "rejects the message (INVALID_ARGUMENT)",
        PushOutcome.Transient => "is unavailable (UNAVAILABLE, 503)",
        PushOutcome.Unknown => "answers too late (time-out)",
        PushOutcome.PlatformCredentials => "refuses the platform's key (THIRD_PARTY_AUTH_ERROR)",
        PushOutcome.ProjectCredentials => "refuses our credentials (401)",
        PushOutcome.Unreachable => "cannot be reached from here",
        PushOutcome.NotAttempted => "is left out",
    };
}
