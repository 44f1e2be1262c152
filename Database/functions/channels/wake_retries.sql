-- What failed through this channel since it last accepted anything need not wait any longer: the service is back. Who was
-- asked to wait (Retry-After, an exhausted quota) still waits, and so does what failed in the recording that is under way.
CREATE OR REPLACE FUNCTION shift_reminders.wake_retries(of_channel text, last_accepted_at timestamptz, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  ids bigint[];
BEGIN
  SELECT array_agg(l.id) INTO ids FROM (
    SELECT q.id FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NOT NULL AND q.reason = 'retry' AND q.next_attempt_at > at AND q.state = 'pending'
      AND EXISTS (
        SELECT 1 FROM shift_reminders.attempts a
        WHERE a.reminder_id = q.id AND a.generation = q.generation AND a.attempt = q.attempt_count AND a.channel = of_channel
          AND a.recorded_at < at AND (a.recorded_at <= last_accepted_at) IS NOT TRUE
          AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(a.devices) x WHERE x ? 'retry_after' OR x->>'http' = '429'))
    ORDER BY q.id FOR UPDATE OF q SKIP LOCKED) l;
  IF ids IS NULL THEN RETURN; END IF;
  UPDATE public.scheduled_notifications q SET next_attempt_at = greatest(at, q.scheduled_for) WHERE q.id = ANY (ids);
  PERFORM shift_reminders.hint('shift_reminders_due', '0');
END
$$;
