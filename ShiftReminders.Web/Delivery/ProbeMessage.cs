namespace ShiftReminders.Web.Delivery;

/// <summary>What a channel is asked about when nobody is to be reminded of anything.</summary>
internal static class ProbeMessage
{
    private static readonly Dictionary<string, string> NoData = [];

    /// <param name="patience">How long the probe may wait.</param>
    /// <param name="time">The clock by which it waits.</param>
    public static PushMessage Within(TimeSpan patience, TimeProvider time) => new()
    {
        NotificationId = "shift-reminders-probe",
        Generation = 1,
        Title = "Probe",
        Body = "Checks that messages would be accepted.",
        Data = NoData,
        Window = PushWindow.Lasting(patience, time),
    };
}
