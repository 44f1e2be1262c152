using System.Globalization;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>What the phone's app needs to open the right page.</summary>
internal static class MessageData
{
    public static IReadOnlyDictionary<string, string> Of(ClaimedReminder reminder) => new Dictionary<string, string>(6)
    {
        ["notification_id"] = reminder.NotificationId,
        ["generation"] = reminder.Generation.ToString(CultureInfo.InvariantCulture),
        ["what"] = "reminder",
        ["schedule_id"] = reminder.ScheduleId.ToString(CultureInfo.InvariantCulture),
        ["notify_type"] = reminder.NotifyType,
        ["due"] = reminder.ScheduledFor.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };
}
