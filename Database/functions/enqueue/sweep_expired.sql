-- What is past its expiry ends, so that states are true even while no processor lives. Returns how many it ended.
CREATE OR REPLACE FUNCTION shift_reminders.sweep_expired(at timestamptz, batch_size integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  ids bigint[];
  fresh bigint[];
  ended integer := 0;
BEGIN
  SELECT array_agg(l.id) INTO fresh FROM (
    SELECT q.id FROM public.scheduled_notifications q
    -- Nothing expires before it is due: the condition on scheduled_for ends the look through the index at the present.
    WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.expires_at <= at AND q.state = 'pending'
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
  SELECT fresh || array_agg(l.id) INTO ids FROM (
    SELECT q.id FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NOT NULL AND q.scheduled_for <= at AND q.expires_at <= at
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
  IF ids IS NOT NULL THEN
    UPDATE public.scheduled_notifications q SET
      state = CASE WHEN q.accepted_at IS NOT NULL THEN 'sent' WHEN q.retry_count > 0 THEN 'failed' ELSE 'expired' END,
      reason = CASE
        WHEN q.accepted_at IS NOT NULL THEN 'partial'
        WHEN q.retry_count > 0 THEN 'out_of_time'
        WHEN EXISTS (SELECT 1 FROM shift_reminders.pauses p WHERE p.started_at < q.expires_at
                     AND coalesce(p.ended_at, p.until, 'infinity') >= q.expires_at) THEN 'paused'
        WHEN q.reason = 'channel_down' OR EXISTS (
          SELECT 1 FROM shift_reminders.channels c WHERE c.state = 'down' AND c.since < q.expires_at) THEN 'channel_down'
        WHEN q.reason = 'platform_paused' THEN 'platform_down'
        ELSE 'too_late' END,
      processed = true, processed_at = at
    WHERE q.id = ANY (ids);
    GET DIAGNOSTICS ended = ROW_COUNT;
  END IF;
  RETURN ended;
END
$$;
