using Npgsql;

namespace ShiftReminders.Tests.Support;

/// <summary>Plays the host app: people, their devices, shifts and check-ins. Times count from the database's clock.</summary>
public sealed class Given(NpgsqlDataSource owner)
{
    private static readonly TimeSpan UsualShift = TimeSpan.FromHours(8);

    public async Task<Guid> PersonAsync(string name = "Alex Example", string? locale = null, bool remindersOff = false)
    {
        var id = Guid.NewGuid();
        await owner.ExecuteAsync(
            "INSERT INTO public.profiles (id, full_name, locale, reminders_off) VALUES ($1, $2, $3, $4)",
            id, name, locale, remindersOff);
        return id;
    }

    /// <summary>Registers a device; the result is its token.</summary>
    public async Task<string> DeviceAsync(Guid person, string? token = null, string? platform = "android")
    {
        token ??= $"token-{Guid.NewGuid():N}";
        await owner.ExecuteAsync(
            "INSERT INTO public.fcm_tokens (user_id, token, platform, updated_at) VALUES ($1, $2, $3, shift_reminders.clock())",
            person, token, platform);
        return token;
    }

    /// <summary>A person with one device.</summary>
    public async Task<Guid> ReachablePersonAsync(string name = "Alex Example")
    {
        var person = await PersonAsync(name);
        await DeviceAsync(person);
        return person;
    }

    /// <summary>A shift that starts in <paramref name="startsIn"/>; the result is its id.</summary>
    public async Task<long> ShiftAsync(
        Guid person,
        TimeSpan startsIn,
        TimeSpan? lasting = null,
        string status = "scheduled",
        string? label = null,
        string? timeZone = null) => await owner.ScalarAsync<long>(
        """
        INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at, status, label, time_zone)
        SELECT $1, now + $2, now + $2 + $3, $4, $5, $6 FROM shift_reminders.clock() AS now
        RETURNING id
        """,
        person, startsIn, lasting ?? UsualShift, status, label, timeZone);

    public Task CheckInAsync(long shift, Guid? person = null) => AttendanceAsync(shift, "check_in", person);

    public Task CheckOutAsync(long shift, Guid? person = null) => AttendanceAsync(shift, "check_out", person);

    private async Task AttendanceAsync(long shift, string type, Guid? person) => await owner.ExecuteAsync(
        """
        INSERT INTO public.attendance_logs (schedule_id, user_id, type, logged_at)
        VALUES ($1, $2, $3, shift_reminders.clock())
        """,
        shift, person, type);
}
