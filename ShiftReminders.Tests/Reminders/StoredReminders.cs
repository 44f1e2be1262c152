using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Reminders;

/// <summary>Puts reminders into the table as the queue would have left them.</summary>
internal static class StoredReminders
{
    /// <summary>A reminder of a shift of its own; the result is its id.</summary>
    /// <param name="database">Where.</param>
    /// <param name="person">Whose.</param>
    /// <param name="dueIn">When it was due, from now; negative: in the past.</param>
    /// <param name="state">One of the queue's states.</param>
    /// <param name="reason">Its reason; a final state needs one.</param>
    /// <param name="error">What the last attempt said.</param>
    /// <param name="kind">The rule.</param>
    /// <param name="shift">The shift; null: one is made.</param>
    public static async Task<long> StoreAsync(
        this TestDatabase database, Guid person, TimeSpan dueIn, string state = "sent", string? reason = "accepted",
        string? error = null, string kind = "start_15", long? shift = null)
    {
        shift ??= await database.Given.ShiftAsync(person, dueIn + TimeSpan.FromMinutes(15));
        return await database.OwnerDataSource.ScalarAsync<long>(
            """
            INSERT INTO public.scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for, processed, processed_at, last_error,
              state, reason, anchor_at, expires_at, next_attempt_at, armed_at, accepted_at)
            SELECT $1, $2, $3, due, final, CASE WHEN final THEN due END, $4, $5, $6, due + interval '15 minutes', due + interval '15 minutes',
              due, due - interval '1 minute', CASE WHEN $5 = 'sent' THEN due + interval '200 milliseconds' END
            FROM (SELECT shift_reminders.clock() + $7 AS due, $5 NOT IN ('pending', 'sending') AS final) AS moment
            RETURNING id
            """,
            shift, person, kind, error, state, reason, dueIn);
    }

    /// <summary>What an attempt got back for one device of that reminder.</summary>
    public static Task AttemptAsync(this TestDatabase database, long reminder, string outcome, string device = "d1") =>
        database.OwnerDataSource.ExecuteAsync(
            """
            INSERT INTO shift_reminders.attempts (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, channel, outcome, devices)
            SELECT q.id, 1, 1, gen_random_uuid(), 'web-1', q.scheduled_for, q.scheduled_for, 'Fcm:p', $2,
              jsonb_build_array(jsonb_build_object('device', $3, 'platform', 'android', 'outcome', $2, 'http', 404, 'code', 'Unregistered', 'ms', 71))
            FROM public.scheduled_notifications q WHERE q.id = $1
            """,
            reminder, outcome, device);
}
