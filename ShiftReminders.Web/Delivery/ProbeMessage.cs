namespace ShiftReminders.Web.Delivery;

/// <summary>What a channel is asked about when nobody is to be reminded of anything.</summary>
internal static class ProbeMessage
{
    public static PushMessage Instance { get; } = new()
    {
        NotificationId = "shift-reminders-probe",
        Generation = 1,
        Title = "Probe",
        Body = "Checks that messages would be accepted.",
        Data = new Dictionary<string, string>(),
        TimeToLive = TimeSpan.Zero,
    };
}
