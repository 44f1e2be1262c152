using System.Diagnostics;

namespace ShiftReminders.Web.Delivery;

/// <summary>One activity per call to a channel. Costs nothing while nobody listens.</summary>
public static class DeliveryTracing
{
    /// <summary>The name to subscribe to.</summary>
    public const string SourceName = "ShiftReminders.Delivery";

    private static readonly ActivitySource Source = new(SourceName);

    internal static Activity? StartDevice(string channel, PushMessage message, PushTarget target) =>
        Source.StartActivity("push device", ActivityKind.Client)
            ?.SetTag("shift_reminders.channel", channel)
            .SetTag("shift_reminders.notification_id", message.NotificationId)
            .SetTag("shift_reminders.device", target.DeviceId);

    internal static void Finish(Activity? activity, PushResult result)
    {
        if (activity is null)
            return;

        activity.SetTag("shift_reminders.outcome", result.Outcome.ToString());
        activity.SetTag("http.response.status_code", result.HttpStatus);
        if (result.Outcome != PushOutcome.Accepted)
            activity.SetStatus(ActivityStatusCode.Error, result.ErrorCode?.ToString());
    }
}
