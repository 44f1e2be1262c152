using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Tests.Database;

/// <summary>Results that a channel could have given for a claim.</summary>
internal static class Results
{
    /// <param name="claim">The claim.</param>
    /// <param name="outcomes">One for each device of the claim, in its order.</param>
    public static AttemptResult Of(ClaimedReminder claim, params string[] outcomes) => new(
        claim,
        [.. outcomes.Select((outcome, index) => Of(claim, index, outcome))]);

    public static AttemptResult With(this AttemptResult result, Func<DeviceResult, DeviceResult> change) =>
        result with { Devices = [.. result.Devices.Select(change)] };

    private static DeviceResult Of(ClaimedReminder claim, int device, string outcome) => new()
    {
        DeviceId = claim.DeviceIds[device],
        Platform = claim.Platforms[device],
        Outcome = outcome,
        MessageId = outcome == "accepted" ? $"projects/test/messages/{device}" : null,
        Detail = outcome == "accepted" ? null : $"The test says {outcome}.",
        Latency = TimeSpan.FromMilliseconds(20),
    };
}
