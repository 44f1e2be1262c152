-- Marks the reminders, and returns those whose mark is now ours. A foreign mark newer than the generation is respected;
-- a foreign one that is older belongs to an earlier generation, and one of our own is taken over.
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
         OR p.created_at < (SELECT r.armed_at FROM public.scheduled_notifications r WHERE r.id = excluded.reminder_id)
    RETURNING p.reminder_id)
  SELECT coalesce(array_agg(t.reminder_id), '{}') INTO marked FROM taken t;
  RETURN marked;
END
$$;
