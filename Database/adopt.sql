-- Brings what a database holds that was migrated before files were versioned to where tables/0001_baseline.sql begins. Runs in
-- one go with that file, and does nothing in a database that has none of our columns yet.
DO $adopt$
DECLARE
  old regprocedure;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                 WHERE attrelid = pg_catalog.to_regclass('public.scheduled_notifications') AND attname = 'armed_at') THEN
    RETURN;
  END IF;

  -- CREATE OR REPLACE changes no result type. Whatever is called still has its file in functions/, which makes it anew.
  FOR old IN
    SELECT p.oid FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = 'shift_reminders'::pg_catalog.regnamespace AND p.proname NOT LIKE 'host\_%'
  LOOP
    BEGIN
      EXECUTE pg_catalog.format('DROP FUNCTION %s', old);
    EXCEPTION WHEN dependent_objects_still_exist THEN
      -- What triggers, constraints and views stand on has kept its result types: replacing it is enough.
      NULL;
    END;
  END LOOP;

  -- Whether one of our marks is in flight or delivered is what its reminder says.
  ALTER TABLE public.notification_pushes DROP CONSTRAINT IF EXISTS notification_pushes_known_state;
  UPDATE public.notification_pushes SET state = 'ours' WHERE state IN ('in_flight', 'delivered');
  ALTER TABLE public.notification_pushes DROP COLUMN IF EXISTS claim_token;
  ALTER TABLE public.notification_pushes RESET (fillfactor);

  -- Indexes that a claim had to write; those of the same name and another key are made anew.
  DROP INDEX IF EXISTS public.scheduled_notifications_due, public.scheduled_notifications_expiring,
    public.scheduled_notifications_failed, public.scheduled_notifications_leased, public.scheduled_notifications_open,
    public.scheduled_notifications_pending, public.scheduled_notifications_person, public.scheduled_notifications_recent;
  IF pg_catalog.pg_get_indexdef(pg_catalog.to_regclass('public.scheduled_notifications_finished')) LIKE '%DESC%' THEN
    DROP INDEX public.scheduled_notifications_finished;
  END IF;
  ALTER TABLE public.scheduled_notifications DROP COLUMN IF EXISTS exception;
END
$adopt$;
