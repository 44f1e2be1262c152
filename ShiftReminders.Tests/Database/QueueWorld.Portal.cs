using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

// What people do at the portal, what a probe finds, and what the plan's own worker does during a cut-over.
public sealed partial class QueueWorld
{
    private const string Nth = "(SELECT id FROM public.scheduled_notifications ORDER BY id LIMIT 1 OFFSET $1 % greatest((SELECT count(*) FROM public.scheduled_notifications), 1))";

    private async Task ResendAsync(int which, int how) => await App.ExecuteAsync(
        $"SELECT * FROM shift_reminders.resend_reminders(ARRAY[{Nth}], $2, 'somebody', 'asked for', $3, $4)",
        which, how % 2 == 0 ? "all" : "missing", how % 3 == 0, how % 5 != 0);

    private async Task CancelReminderAsync(int which) => await App.ExecuteAsync(
        $"SELECT * FROM shift_reminders.cancel_reminders(ARRAY[{Nth}], 'somebody', 'not needed')", which);

    private async Task TakeCancelBackAsync(int which) => await App.ExecuteAsync(
        $"SELECT * FROM shift_reminders.uncancel_reminders(ARRAY[{Nth}], 'somebody', 'needed after all')", which);

    private async Task PauseAsync(int how) => await App.ExecuteAsync(
        "SELECT shift_reminders.pause_reminders('somebody', 'a drill', CASE WHEN $1 THEN shift_reminders.clock() + interval '3 minutes' END)",
        how % 2 == 0);

    private async Task ResumeAsync() => await App.ExecuteAsync("SELECT shift_reminders.resume_reminders('somebody', 'over')");

    private async Task EditRuleAsync(int which, int how)
    {
        int[] leads = [15, 15, 5, 0, 20];
        int[] graces = [15, 15, 5, 1, 30];
        await Owner.ExecuteAsync(
            """
            UPDATE shift_reminders.rules SET lead = make_interval(mins => $2), grace = make_interval(mins => $3), enabled = $4
            WHERE notify_type = $1
            """,
            which % 2 == 0 ? "start_15" : "end", leads[how % leads.Length], graces[how / 5 % graces.Length], how % 7 != 0);
    }

    private async Task MarkForeignAsync(int which) => await Owner.ExecuteAsync(
        $"""
        SELECT public.try_mark_notification_pushed('shift-' || q.schedule_id || '-' || q.user_id || '-' || q.notify_type)
        FROM public.scheduled_notifications q WHERE q.id = {Nth}
        """,
        which);

    private async Task ProcessForeignAsync(int which) =>
        await Owner.ExecuteAsync($"UPDATE public.scheduled_notifications SET processed = true WHERE id = {Nth}", which);

    private async Task ProbeChannelAsync(int how) =>
        await App.ExecuteAsync("SELECT shift_reminders.channel_probed($1, $2, 'refused')", Channel, how % 8 != 0);

    private async Task ProbePlatformAsync(int how) =>
        await App.ExecuteAsync("SELECT shift_reminders.platform_probed($1, $2, $3, 'refused')", Channel, Platforms[how % 3]!, how % 5 != 0);
}
