namespace ShiftReminders.Tests.Database;

/// <summary>What the property tests know apart from the queue, and what must hold between the two.</summary>
internal static class QueueModel
{
    /// <summary>The clock is a row here: replacing the function would make every plan of every session anew.</summary>
    public const string Clock = """
        CREATE TABLE model.clock (at timestamptz NOT NULL);
        INSERT INTO model.clock VALUES ('2026-06-01 12:00+00');
        CREATE OR REPLACE FUNCTION shift_reminders.clock() RETURNS timestamptz LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
        AS 'SELECT c.at FROM model.clock c';
        GRANT USAGE ON SCHEMA model TO shift_reminders_app;
        GRANT SELECT ON model.clock TO shift_reminders_app;
        """;

    public const string Schema = $"""
        CREATE SCHEMA model;
        CREATE TABLE model.earlier_times (id bigint PRIMARY KEY, start_at timestamptz, end_at timestamptz);
        CREATE TABLE model.claims (token uuid, reminder_id bigint, generation int, attempt int, recorded boolean DEFAULT false,
          accepted boolean DEFAULT false, released boolean DEFAULT false, PRIMARY KEY (token, reminder_id));
        CREATE TABLE model.reminders (LIKE public.scheduled_notifications, PRIMARY KEY (id));
        CREATE TABLE model.attempts (LIKE shift_reminders.attempts, PRIMARY KEY (reminder_id, generation, attempt));
        CREATE TABLE model.overtaken (reminder_id bigint, generation int);

        {QueueInvariants.Functions}
        """;

    public const string Reset = """
        DELETE FROM public.scheduled_notifications; DELETE FROM public.notification_pushes;
        DELETE FROM shift_reminders.attempts; DELETE FROM shift_reminders.generations; DELETE FROM shift_reminders.pauses;
        DELETE FROM shift_reminders.heartbeats; DELETE FROM shift_reminders.channels; DELETE FROM shift_reminders.channel_platforms;
        DELETE FROM shift_reminders.dead_devices; DELETE FROM shift_reminders.audit;
        UPDATE shift_reminders.rules SET lead = CASE anchor WHEN 'start' THEN interval '15 minutes' ELSE '0' END,
          grace = '15 minutes', enabled = true, max_attempts = 4;
        DELETE FROM public.duty_schedules; DELETE FROM public.attendance_logs; DELETE FROM public.fcm_tokens; DELETE FROM public.profiles;
        DELETE FROM model.earlier_times; DELETE FROM model.claims; DELETE FROM model.reminders; DELETE FROM model.attempts;
        DELETE FROM model.overtaken;
        """;
}
