using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

// The shift app's own acts.
public sealed partial class QueueWorld
{
    private static readonly int[] MinutesFromNow = [-20, -5, 0, 3, 15, 16, 17, 18, 20, 25, 45, 180];

    private static readonly string?[] Platforms = ["android", "ios", "web", null];

    private static Guid Person(int which) => People[which % People.Length];

    private static int Minutes(int how) => MinutesFromNow[how % MinutesFromNow.Length];

    private async Task WithShiftAsync(int which, string sql, params object?[] parameters)
    {
        if (shifts.Count > 0) await Owner.ExecuteAsync(sql, [shifts[which % shifts.Count], .. parameters]);
    }

    private async Task AddShiftAsync(int who, int startsIn, int lasting)
    {
        int[] minutes = [10, 30, 480, -5];
        shifts.Add(await Owner.ScalarAsync<long>(
            """
            INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at)
            SELECT $1, at + make_interval(mins => $2), at + make_interval(mins => $2 + $3) FROM model.clock RETURNING id
            """,
            Person(who), Minutes(startsIn), minutes[lasting % minutes.Length]));
    }

    private async Task MoveShiftAsync(int which, int startsIn) => await WithShiftAsync(
        which,
        """
        WITH earlier AS (
            INSERT INTO model.earlier_times SELECT id, start_at, end_at FROM public.duty_schedules WHERE id = $1
            ON CONFLICT (id) DO UPDATE SET start_at = excluded.start_at, end_at = excluded.end_at)
        UPDATE public.duty_schedules s SET start_at = c.at + make_interval(mins => $2), end_at = c.at + make_interval(mins => $2) + (end_at - start_at)
        FROM model.clock c WHERE s.id = $1
        """,
        Minutes(startsIn));

    private async Task MoveShiftBackAsync(int which) => await WithShiftAsync(
        which,
        "UPDATE public.duty_schedules s SET start_at = e.start_at, end_at = e.end_at FROM model.earlier_times e WHERE s.id = $1 AND e.id = $1");

    private async Task SetStatusAsync(int which, string status) =>
        await WithShiftAsync(which, "UPDATE public.duty_schedules SET status = $2 WHERE id = $1", status);

    private async Task DeleteShiftAsync(int which) => await WithShiftAsync(which, "DELETE FROM public.duty_schedules WHERE id = $1");

    private async Task ReassignShiftAsync(int which, int who) =>
        await WithShiftAsync(which, "UPDATE public.duty_schedules SET assigned_user_id = $2 WHERE id = $1", Person(who));

    private async Task CheckInAsync(int which, int how) => await WithShiftAsync(
        which,
        "INSERT INTO public.attendance_logs (schedule_id, user_id, type, logged_at) SELECT $1, $2, $3, at FROM model.clock",
        how % 3 == 0 ? null : Person(how), how % 2 == 0 ? "check_in" : "check_out");

    private async Task WithdrawCheckInAsync(int which) =>
        await WithShiftAsync(which, "DELETE FROM public.attendance_logs WHERE schedule_id = $1");

    private async Task AddDeviceAsync(int who, int how) => await Owner.ExecuteAsync(
        """
        INSERT INTO public.fcm_tokens (user_id, token, platform, updated_at)
        SELECT $1, $2, $3, at FROM model.clock WHERE NOT EXISTS (SELECT 1 FROM public.fcm_tokens WHERE token = $2)
        """,
        Person(who), $"token-{who % People.Length}-{how % 4}", Platforms[how % 4]);

    private async Task RemoveDeviceAsync(int who, int how) =>
        await Owner.ExecuteAsync("DELETE FROM public.fcm_tokens WHERE token = $1", $"token-{who % People.Length}-{how % 4}");

    private async Task RegisterAgainAsync(int who) => await Owner.ExecuteAsync(
        "UPDATE public.fcm_tokens SET updated_at = at FROM model.clock WHERE user_id = $1", Person(who));

    private async Task SwitchRemindersOffAsync(int who, int how) =>
        await Owner.ExecuteAsync("UPDATE public.profiles SET reminders_off = $2 WHERE id = $1", Person(who), how % 3 == 0);
}
