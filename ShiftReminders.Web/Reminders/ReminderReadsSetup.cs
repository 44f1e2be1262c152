using ShiftReminders.Web.Reminders.Acting;
using ShiftReminders.Web.Reminders.Board;
using ShiftReminders.Web.Reminders.Explaining;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Reminders;

public static class ReminderReadsSetup
{
    /// <summary>Registers what people see of reminders and do to them; the queue's hot path is not among it.</summary>
    public static WebApplicationBuilder AddReminderReads(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ReminderQueries>();
        builder.Services.AddSingleton<ReminderExplanations>();
        builder.Services.AddSingleton<ReminderActs>();
        builder.Services.AddSingleton<FollowedActs>();
        builder.Services.AddSingleton<NowBoards>();
        builder.Services.AddSingleton<DueList>();
        return builder;
    }
}
