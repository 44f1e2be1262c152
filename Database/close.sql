-- Closes everything of ours to everybody but the owner, whatever a project's default privileges granted when it was made. Runs
-- in one go with each file of tables/, and again before grants.sql opens what is named there. Functions are closed there too: here
-- their last change would no longer tell which of them a file still makes.
DO $close$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
  END LOOP;

  -- Row level security on every table of ours: one that a later release adds is closed until grants.sql names it.
  FOR object IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;
END
$close$;
