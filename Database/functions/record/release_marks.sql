-- A mark is released when nobody can have got the reminder; a delivered one stays as it is. They are few and ours, but
-- another session may hold one: then we do not wait for it.
CREATE OR REPLACE FUNCTION shift_reminders.release_marks(decided shift_reminders.decision[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM unnest(decided) d WHERE d.release_mark) THEN
    WITH free AS MATERIALIZED (
      SELECT p.notification_id FROM public.notification_pushes p
      WHERE p.notification_id = ANY (ARRAY(SELECT d.nid FROM unnest(decided) d WHERE d.release_mark)) AND p.state = 'ours'
      ORDER BY p.notification_id FOR UPDATE SKIP LOCKED)
    DELETE FROM public.notification_pushes p USING free f WHERE p.notification_id = f.notification_id;
  END IF;
END
$$;
