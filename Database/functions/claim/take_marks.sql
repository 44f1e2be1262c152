-- Marks the reminders, and returns those whose mark is now ours. One of our own is taken over, and so is a foreign one that
-- belongs to an earlier generation, being older than this one. A first generation has none before it: another worker may
-- have marked the moment before it was queued here.
CREATE OR REPLACE FUNCTION shift_reminders.take_marks(chosen shift_reminders.claimable[], at timestamptz) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  marked bigint[];
BEGIN
  WITH taken AS (
    INSERT INTO public.notification_pushes AS p (notification_id, created_at, payload, state, reminder_id, generation)
    SELECT c.nid, at, '{}', 'ours', c.reminder_id, c.generation
    FROM unnest(chosen) c
    -- In key order: two claims that met each other's marks in different orders would deadlock.
    ORDER BY c.nid
    ON CONFLICT (notification_id) DO UPDATE
      SET state = 'ours', reminder_id = excluded.reminder_id, generation = excluded.generation, updated_at = at
      WHERE p.state <> 'foreign'
         OR excluded.generation > 1 AND p.created_at < (SELECT r.armed_at FROM public.scheduled_notifications r WHERE r.id = excluded.reminder_id)
    RETURNING p.reminder_id)
  SELECT coalesce(array_agg(t.reminder_id), '{}') INTO marked FROM taken t;
  RETURN marked;
END
$$;
