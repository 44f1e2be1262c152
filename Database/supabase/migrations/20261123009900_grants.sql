-- Who may do what. The last word after every other file; safe to run again.
--
-- The app reads tables through policies of its own and writes through functions. Nobody else of the Data API's roles
-- gets anything, whatever a project's default privileges granted when the objects were created.

DO $grants$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC'] || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
    EXECUTE format('REVOKE ALL ON FUNCTION public.enqueue_due_shift_notifications(text), public.try_mark_notification_pushed(text, jsonb) FROM %s', stranger);
  END LOOP;

  -- Row level security on every table of ours: a table that a later release adds is closed until somebody opens it.
  FOR object IN
    SELECT c.oid::regclass AS name, c.relname FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;

  -- What the portal reads directly.
  FOREACH object.name IN ARRAY ARRAY['public.scheduled_notifications', 'public.notification_pushes', 'shift_reminders.attempts',
    'shift_reminders.generations', 'shift_reminders.reasons', 'shift_reminders.rules', 'shift_reminders.rule_texts',
    'shift_reminders.settings', 'shift_reminders.pauses', 'shift_reminders.heartbeats', 'shift_reminders.processors',
    'shift_reminders.channels', 'shift_reminders.channel_platforms']::regclass[]
  LOOP
    EXECUTE format('GRANT SELECT ON %s TO shift_reminders_app', object.name);
    EXECUTE format('DROP POLICY IF EXISTS app_reads ON %s', object.name);
    EXECUTE format('CREATE POLICY app_reads ON %s FOR SELECT TO shift_reminders_app USING (true)', object.name);
  END LOOP;

  EXECUTE 'GRANT EXECUTE ON FUNCTION public.enqueue_due_shift_notifications(text), public.try_mark_notification_pushed(text, jsonb) TO shift_reminders_app';
  -- The plan's edge functions call the mark as service_role, and go on doing so during a cut-over.
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'service_role') THEN
    GRANT EXECUTE ON FUNCTION public.enqueue_due_shift_notifications(text), public.try_mark_notification_pushed(text, jsonb) TO service_role;
    GRANT SELECT, INSERT, UPDATE ON public.scheduled_notifications, public.notification_pushes TO service_role;
  END IF;
END
$grants$;

-- The functions that the app calls; everything else stays the owner's.
DO $functions$
DECLARE
  called text[] := ARRAY['clock', 'device_id', 'setting', 'unknown_placeholder', 'paused',
    'claim_reminders', 'release_reminders', 'record_accepted', 'record_attempts', 'next_due_in', 'processor_beat', 'channel_probed',
    'platform_probed', 'paused_platforms', 'resend_reminders', 'preview_resend', 'cancel_reminders', 'uncancel_reminders',
    'pause_reminders', 'resume_reminders', 'explain', 'explain_shift', 'shift_board', 'test_targets', 'queue_metrics', 'ensure_cron_job', 'cron_jobs', 'cron_runs', 'cron_run_of',
    'purge', 'check_database', 'run_enqueue_by_hand'];
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'shift_reminders'::regnamespace AND p.proname = ANY (called) LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO shift_reminders_app', f);
  END LOOP;
END
$functions$;

GRANT USAGE ON SCHEMA shift_reminders TO shift_reminders_app;
