namespace ShiftReminders.Tests.Database;

/// <summary>10,000 rows and more, as the plan's enqueue and worker leave them, good ones and bad ones.</summary>
internal static class UpgradeSeed
{
    /// <summary>Due just now, not processed and without a mark.</summary>
    public const int StillToSend = 60;

    public const string Sql = """
        -- Of the shifts, 1 to 9,800 are over; 9,801 to 10,000 start in ten minutes.
        INSERT INTO duty_schedules (id, assigned_user_id, start_at, end_at)
        OVERRIDING SYSTEM VALUE
        SELECT n, md5(n::text)::uuid, t.start_at, t.start_at + interval '8 hours'
        FROM generate_series(1, 10000) n
        CROSS JOIN LATERAL (SELECT CASE WHEN n > 9800 THEN now() + interval '10 minutes' ELSE now() - n * interval '1 hour' END AS start_at) t;
        ALTER TABLE duty_schedules ALTER COLUMN id RESTART WITH 20001;
        INSERT INTO fcm_tokens (user_id, token) SELECT assigned_user_id, 'token-' || id FROM duty_schedules;

        INSERT INTO scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for, created_at, processed, processed_at)
        SELECT id, assigned_user_id, 'start_15', start_at, start_at - interval '15 minutes', id <= 9700 OR id > 9940,
               CASE WHEN id <= 9700 THEN start_at END
        FROM duty_schedules;
        INSERT INTO notification_pushes (notification_id, created_at)
        SELECT 'shift-' || id || '-' || assigned_user_id || '-start_15', start_at FROM duty_schedules WHERE id <= 9700;

        -- The plan marks before it sends: 9,801 to 9,880 were marked and are not processed.
        INSERT INTO notification_pushes (notification_id, created_at)
        SELECT 'shift-' || id || '-' || assigned_user_id || '-start_15', now() - interval '2 minutes' FROM duty_schedules
        WHERE id BETWEEN 9801 AND 9880;
        UPDATE scheduled_notifications SET created_at = NULL WHERE schedule_id BETWEEN 9801 AND 9820;
        UPDATE scheduled_notifications SET created_at = now() - interval '1 minute' WHERE schedule_id BETWEEN 9821 AND 9840;
        UPDATE notification_pushes SET created_at = NULL
        WHERE notification_id IN (SELECT 'shift-' || id || '-' || assigned_user_id || '-start_15' FROM duty_schedules WHERE id BETWEEN 9841 AND 9850);

        UPDATE scheduled_notifications SET processed = NULL, retry_count = NULL WHERE schedule_id BETWEEN 9881 AND 9900;
        UPDATE scheduled_notifications SET scheduled_for = NULL WHERE schedule_id BETWEEN 9901 AND 9910;
        UPDATE scheduled_notifications SET created_at = NULL WHERE schedule_id BETWEEN 9911 AND 9920;

        -- Duplicates that the missing constraint let in: of processed rows, and of rows with a mark.
        INSERT INTO scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for)
        SELECT id, assigned_user_id, 'start_15', start_at FROM duty_schedules
        WHERE id BETWEEN 1 AND 100 OR id BETWEEN 9851 AND 9860 OR id BETWEEN 9921 AND 9950;
        INSERT INTO scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for)
        VALUES (NULL, gen_random_uuid(), 'start_15', now()), (5, NULL, 'start_15', now()), (6, md5('6')::uuid, NULL, now()), (NULL, NULL, NULL, NULL);
        """;
}
