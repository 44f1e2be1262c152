using System.Diagnostics;
using System.Diagnostics.Metrics;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Telemetry;

/// <summary>The product's own traces and metrics. Costs next to nothing while nobody listens.</summary>
public static class ReminderTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "ShiftReminders";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>(
        "shift_reminders.outcomes", "{reminder}", "Recorded attempts by the reminder's state and reason.");

    private static readonly Histogram<double> Lateness = Meter.CreateHistogram<double>(
        "shift_reminders.lateness", "s", "From a reminder's due time to the channel's answer to its first attempt.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900] });

    private static readonly Histogram<int> ClaimSize = Meter.CreateHistogram<int>(
        "shift_reminders.claim.size", "{reminder}", "Reminders per claim.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2000] });

    private static readonly Histogram<double> ChannelLatency = Meter.CreateHistogram<double>(
        "shift_reminders.channel.latency", "s", "How long the channel took over one reminder.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15] });

    public static Activity? StartClaim() => Activities.StartActivity("claim");

    public static Activity? StartRecord() => Activities.StartActivity("record");

    public static Activity? StartDelivery(ActivityContext batch, ClaimedReminder reminder)
    {
        if (!Activities.HasListeners()) return null;
        var activity = Activities.StartActivity("deliver", ActivityKind.Client, batch);
        return activity?
            .SetTag("notification_id", reminder.NotificationId)
            .SetTag("schedule_id", reminder.ScheduleId)
            .SetTag("generation", reminder.Generation)
            .SetTag("attempt", reminder.Attempt);
    }

    public static void Claimed(Activity? activity, int count)
    {
        activity?.SetTag("reminders", count);
        if (count > 0) ClaimSize.Record(count);
    }

    public static void HandedOver(string channel, ClaimedReminder reminder, DateTimeOffset now, TimeSpan latency)
    {
        if (ChannelLatency.Enabled) ChannelLatency.Record(latency.TotalSeconds, new KeyValuePair<string, object?>("channel", channel));
        if (Lateness.Enabled && reminder is { Attempt: 1, Generation: 1 })
            Lateness.Record((now.UtcDateTime - reminder.ScheduledFor).TotalSeconds);
    }

    public static void Recorded(in RecordedAttempt attempt)
    {
        if (!Outcomes.Enabled) return;
        Outcomes.Add(
            1,
            new KeyValuePair<string, object?>("state", attempt.State),
            new KeyValuePair<string, object?>("reason", attempt.Reason));
    }
}
