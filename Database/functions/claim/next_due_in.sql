-- Seconds until something may be claimed through this channel (0 or less: now); NULL: nothing is waiting.
CREATE OR REPLACE FUNCTION shift_reminders.next_due_in(channel text) RETURNS double precision
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  IF shift_reminders.paused(at) OR EXISTS (
    SELECT 1 FROM shift_reminders.channels c WHERE c.channel = next_due_in.channel AND c.state = 'down') THEN
    RETURN NULL;
  END IF;
  RETURN (extract(epoch FROM least(
    -- Of several: one that was put off a moment is not to hide the next.
    (SELECT min(n.next_attempt_at) FROM (
       SELECT q.next_attempt_at FROM public.scheduled_notifications q
       WHERE NOT q.processed AND q.reason IS NULL AND q.expires_at > at AND q.state = 'pending'
       ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT 100) n),
    (SELECT q.next_attempt_at FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NOT NULL AND q.expires_at > at AND q.state = 'pending' ORDER BY q.next_attempt_at LIMIT 1),
    -- What is being sent was due, and there is no more of it than processors hold.
    (SELECT min(q.lease_until) FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.state = 'sending')) - at))::double precision;
END
$$;
