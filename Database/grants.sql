-- Who may do what: the last word, after close.sql has closed everything but functions, so that a right that is not named here is
-- gone.
DO $close$
DECLARE
  stranger text;
  function regprocedure;
BEGIN
  FOREACH stranger IN ARRAY ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'))
  LOOP
    EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA shift_reminders FROM %s', stranger);
    FOR function IN
      SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND p.proname IN ('enqueue_due_shift_notifications', 'try_mark_notification_pushed')
    LOOP
      EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %s', function, stranger);
    END LOOP;
  END LOOP;
END
$close$;

GRANT USAGE ON SCHEMA shift_reminders TO shift_reminders_app;

-- What the portal reads directly.
DO $reads$
DECLARE
  readable regclass;
BEGIN
  FOREACH readable IN ARRAY ARRAY['public.scheduled_notifications', 'public.notification_pushes', 'shift_reminders.attempts',
    'shift_reminders.generations', 'shift_reminders.reasons', 'shift_reminders.rules', 'shift_reminders.rule_texts',
    'shift_reminders.settings', 'shift_reminders.pauses', 'shift_reminders.heartbeats', 'shift_reminders.processors',
    'shift_reminders.channels', 'shift_reminders.channel_platforms', 'shift_reminders.sandbox_pushes',
    'shift_reminders.sandbox_behaviours']::regclass[]
  LOOP
    EXECUTE format('GRANT SELECT ON %s TO shift_reminders_app', readable);
    EXECUTE format('DROP POLICY IF EXISTS app_reads ON %s', readable);
    EXECUTE format('CREATE POLICY app_reads ON %s FOR SELECT TO shift_reminders_app USING (true)', readable);
  END LOOP;
END
$reads$;

-- What it keeps by itself: accounts, keys, saved views. Audit and sessions are written through their functions alone.
DO $rights$
DECLARE
  allowed record;
BEGIN
  FOR allowed IN SELECT * FROM (VALUES
      ('accounts', 'SELECT, INSERT, UPDATE'),
      ('roles', 'SELECT'),
      ('account_roles', 'SELECT, INSERT, DELETE'),
      ('account_claims', 'SELECT, INSERT, UPDATE, DELETE'),
      ('role_claims', 'SELECT'),
      ('account_logins', 'SELECT, INSERT, DELETE'),
      ('account_tokens', 'SELECT, INSERT, UPDATE, DELETE'),
      ('account_passkeys', 'SELECT, INSERT, UPDATE, DELETE'),
      ('data_protection_keys', 'SELECT, INSERT'),
      ('audit', 'SELECT'),
      ('sessions', 'SELECT'),
      ('saved_views', 'SELECT, INSERT, UPDATE, DELETE')) AS t (name, rights)
  LOOP
    EXECUTE format('GRANT %s ON shift_reminders.%I TO shift_reminders_app', allowed.rights, allowed.name);
    EXECUTE format('DROP POLICY IF EXISTS app ON shift_reminders.%I', allowed.name);
    EXECUTE format('CREATE POLICY app ON shift_reminders.%I TO shift_reminders_app USING (true) WITH CHECK (true)', allowed.name);
  END LOOP;
END
$rights$;

-- The functions that the app calls; every other one stays the owner's.
DO $functions$
DECLARE
  called text[] := ARRAY[
    -- shared, rules, queue
    'schema_version', 'clock', 'device_id', 'trimmed_token', 'setting', 'fold', 'unknown_placeholder', 'paused', 'pause_at',
    -- claim, record
    'claim_reminders', 'release_reminders', 'next_due_in', 'record_accepted', 'record_attempts',
    -- processors, channels
    'processor_beat', 'channel_probed', 'platform_probed', 'paused_platforms',
    -- acts
    'resend_reminders', 'preview_resend', 'cancel_reminders', 'uncancel_reminders', 'pause_reminders', 'resume_reminders',
    'run_enqueue_by_hand', 'record_audit',
    -- explain, portal
    'explain', 'doubt', 'may_have_arrived', 'may_have_reached', 'explain_shift', 'shift_board', 'reminder_faces', 'explain_person', 'now_board', 'ended_unsent',
    'due_list', 'lost_by_pause', 'act_reminders',
    -- cron, metrics, retention
    'ensure_cron_job', 'cron_jobs', 'cron_runs', 'cron_run_of', 'cron_standing', 'queue_metrics', 'check_database', 'purge',
    -- people, rules
    'test_targets', 'find_people', 'people_named', 'devices_of', 'preview_rule', 'save_rule', 'remove_rule', 'sample_shifts',
    -- settings
    'site_settings', 'change_setting',
    -- sessions
    'start_session', 'session_standing', 'live_sessions', 'use_session', 'prove_session', 'hold_session', 'end_session', 'end_sessions',
    -- sandbox, test shifts
    'sandbox_receive', 'sandbox_probe', 'sandbox_behave', 'sandbox_clear',
    'create_test_shifts', 'log_due_test_attendance', 'remove_test_batch', 'test_batch_list', 'test_board'];
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'shift_reminders'::regnamespace AND p.proname = ANY (called) LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO shift_reminders_app', f);
  END LOOP;
END
$functions$;
GRANT EXECUTE ON FUNCTION public.enqueue_due_shift_notifications(text), public.try_mark_notification_pushed(text, jsonb) TO shift_reminders_app;

-- The plan's edge functions call the mark as service_role, and go on doing so during a cut-over.
DO $service$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'service_role') THEN
    GRANT EXECUTE ON FUNCTION public.enqueue_due_shift_notifications(text), public.try_mark_notification_pushed(text, jsonb) TO service_role;
    -- Supabase's default privileges give it everything; nothing of the plan deletes.
    GRANT SELECT, INSERT, UPDATE ON public.scheduled_notifications, public.notification_pushes TO service_role;
    -- A plan that numbered its rows with serial takes the next number as whoever inserts.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('GRANT USAGE ON SEQUENCE %s TO service_role', pg_get_serial_sequence('public.scheduled_notifications', 'id'));
    END IF;
  END IF;
END
$service$;

-- A statement of the app ends by itself, also when nobody is left who could cancel it. The role belongs to the cluster:
-- what an operator or another database's migration has set stays.
DO $timeout$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
    WHERE s.setrole = 'shift_reminders_app'::regrole AND s.setdatabase = 0 AND setting LIKE 'statement\_timeout=%') THEN
    ALTER ROLE shift_reminders_app SET statement_timeout = '2min';
  END IF;
EXCEPTION
  -- Another database's migration does it at this moment; or the role is not ours to alter, which check says.
  WHEN unique_violation OR internal_error OR insufficient_privilege THEN NULL;
END
$timeout$;

-- What row level security hides from the owner must not look as if it did not exist: a function that reads the host's tables
-- fails instead. pg_cron's tables are apart, as they show every role its own jobs.
DO $visible$
DECLARE
  reader regprocedure;
BEGIN
  FOR reader IN
    SELECT p.oid FROM pg_proc p
    WHERE p.prosecdef AND p.prosrc !~ '\mcron\.' AND (p.pronamespace = 'shift_reminders'::regnamespace
      OR p.oid = 'public.enqueue_due_shift_notifications(text)'::regprocedure)
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET row_security = off', reader);
  END LOOP;
END
$visible$;
