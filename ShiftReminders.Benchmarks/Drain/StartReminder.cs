using System.Globalization;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>A reminder of a shift's start, with what its message is made of.</summary>
internal sealed record StartReminder
{
    private static readonly TimeSpan Lead = TimeSpan.FromMinutes(15);

    public required string NotificationId { get; init; }

    public required long Shift { get; init; }

    public required DateTime StartAt { get; init; }

    public required TimeSpan TimeToLive { get; init; }

    public required string? Label { get; init; }

    public required string? TimeZone { get; init; }

    /// <summary>The product's message, field by field, with the start in the shift's own zone.</summary>
    public PushMessage Write(ReminderText text)
    {
        var values = new ReminderValues { StartAt = StartAt, EndAt = StartAt, AnchorAt = StartAt, Label = Label };
        var wording = text.Write(
            "start_15", "Your shift starts at {start}", "Remember to check in when you arrive. {label}", values, TimeZone, locale: null);
        return new PushMessage
        {
            NotificationId = NotificationId,
            Generation = 1,
            Title = wording.Title,
            Body = wording.Body,
            Data = new Dictionary<string, string>(4)
            {
                ["notification_id"] = NotificationId,
                ["schedule_id"] = Shift.ToString(CultureInfo.InvariantCulture),
                ["notify_type"] = "start_15",
                ["due"] = (StartAt - Lead).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            },
            Window = PushWindow.Lasting(TimeToLive, TimeProvider.System),
        };
    }
}
