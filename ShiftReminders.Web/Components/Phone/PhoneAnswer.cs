using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Web.Components.Phone;

/// <summary>What a simulated phone can be told to answer, in words.</summary>
internal static class PhoneAnswer
{
    public static IReadOnlyList<PushOutcome> Choices { get; } =
        [.. Enum.GetValues<PushOutcome>().Where(outcome => outcome is not (PushOutcome.NotAttempted or PushOutcome.Unreachable))];

    public static IReadOnlyList<TimeSpan> Latencies { get; } =
        [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(60)];

    /// <summary>0: until somebody changes it.</summary>
    public static IReadOnlyList<int> HowOften { get; } = [0, 1, 2, 3, 10];

    public static string Times(int times) => times switch
    {
        0 => "until changed",
        1 => "once",
        2 => "twice",
        _ => $"{times} times",
    };

    public static string Delay(TimeSpan latency) => latency == TimeSpan.Zero ? "no delay" : TimeWords.Rough(latency);

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
