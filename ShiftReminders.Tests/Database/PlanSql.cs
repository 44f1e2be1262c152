namespace ShiftReminders.Tests.Database;

/// <summary>The plan's own SQL. Its <c>now()</c> is spelled <c>plan_now()</c> here, so that a test can move it.</summary>
internal static class PlanSql
{
    public const string Constraint = """
        ALTER TABLE scheduled_notifications
          ADD CONSTRAINT IF NOT EXISTS uniq_sched_user_type UNIQUE (schedule_id, user_id, notify_type);
        """;

    public const string Enqueue = """
        CREATE OR REPLACE FUNCTION enqueue_due_shift_notifications() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
          r record;
        BEGIN
          FOR r IN SELECT id, assigned_user_id, start_at FROM duty_schedules
                   WHERE start_at BETWEEN plan_now() + interval '14 minutes 30 seconds' AND plan_now() + interval '15 minutes 30 seconds' LOOP
            IF NOT EXISTS (SELECT 1 FROM attendance_logs a WHERE a.schedule_id = r.id AND a.type = 'check_in') THEN
              INSERT INTO scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for)
              VALUES (r.id, r.assigned_user_id, 'start_15', r.start_at);
            END IF;
          END LOOP;
          FOR r IN SELECT id, assigned_user_id, end_at FROM duty_schedules
                   WHERE end_at BETWEEN plan_now() - interval '30 seconds' AND plan_now() + interval '30 seconds' LOOP
            INSERT INTO scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for)
            VALUES (r.id, r.assigned_user_id, 'end', r.end_at);
          END LOOP;
        END
        $$;
        """;

    public const string Due = """
        SELECT 'shift-' || schedule_id || '-' || user_id || '-' || notify_type
        FROM scheduled_notifications WHERE processed = false AND scheduled_for <= plan_now()
        """;

    public const string Processed = "UPDATE scheduled_notifications SET processed = true, processed_at = now() WHERE processed = false";

    public static string Tables(string id = "bigserial", string scheduleId = "bigint") => $$"""
        CREATE TABLE IF NOT EXISTS notification_pushes (
          notification_id text PRIMARY KEY, created_at timestamptz DEFAULT now(), payload jsonb);
        CREATE OR REPLACE FUNCTION try_mark_notification_pushed(nid text, payload jsonb DEFAULT '{}') RETURNS boolean
        LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO notification_pushes (notification_id, payload) VALUES (nid, payload);
          RETURN true;
        EXCEPTION WHEN unique_violation THEN
          RETURN false;
        END
        $$;
        CREATE TABLE IF NOT EXISTS scheduled_notifications (
          id {{id}} PRIMARY KEY, schedule_id {{scheduleId}}, user_id uuid, notify_type text, scheduled_for timestamptz,
          created_at timestamptz DEFAULT now(), processed boolean DEFAULT false, processed_at timestamptz,
          retry_count int DEFAULT 0, last_error text);
        """;
}
