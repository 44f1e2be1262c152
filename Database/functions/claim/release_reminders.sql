-- Nothing was handed to a channel: the claim is given back and costs no attempt.
CREATE OR REPLACE FUNCTION shift_reminders.release_reminders(reminder_ids bigint[], claim_tokens uuid[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s'
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  released integer;
BEGIN
  -- Whoever holds a row for a moment is waited for: a claim that is not given back costs its reminder an attempt.
  BEGIN
    PERFORM 1 FROM public.scheduled_notifications q
    JOIN unnest(reminder_ids, claim_tokens) AS c(id, token) ON c.id = q.id AND c.token = q.claim_token ORDER BY q.id FOR UPDATE OF q;
  EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    NULL; -- Then the others are released, and this one's lease runs out.
  END;
  WITH ours AS MATERIALIZED (
    SELECT q.id, q.generation, shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type) AS nid
    FROM public.scheduled_notifications q
    JOIN unnest(reminder_ids, claim_tokens) AS c(id, token) ON c.id = q.id AND c.token = q.claim_token
    WHERE q.state = 'sending' ORDER BY q.id FOR UPDATE OF q SKIP LOCKED),
  free AS MATERIALIZED (
    SELECT p.notification_id FROM public.notification_pushes p
    -- Earlier attempts of this generation may have been delivered: then the mark stays.
    WHERE p.notification_id IN (SELECT o.nid FROM ours o WHERE NOT EXISTS (
      SELECT 1 FROM shift_reminders.attempts a WHERE a.reminder_id = o.id AND a.generation = o.generation))
      AND shift_reminders.mark_state(p) = 'in_flight' FOR UPDATE SKIP LOCKED),
  unmarked AS (
    DELETE FROM public.notification_pushes p WHERE p.notification_id IN (SELECT f.notification_id FROM free f))
  UPDATE public.scheduled_notifications q SET
    state = CASE WHEN q.pending_change->>'kind' = 'cancel' THEN CASE WHEN q.accepted_at IS NULL THEN 'cancelled' ELSE 'sent' END ELSE 'pending' END,
    reason = CASE WHEN q.pending_change->>'kind' = 'cancel' THEN CASE WHEN q.accepted_at IS NULL THEN 'cancelled_by_admin' ELSE 'partial' END END,
    processed = q.pending_change->>'kind' IS NOT DISTINCT FROM 'cancel',
    processed_at = CASE WHEN q.pending_change->>'kind' = 'cancel' THEN at END,
    next_attempt_at = greatest(q.next_attempt_at, q.scheduled_for), held_devices = 0,
    claim_token = NULL, lease_until = NULL, pending_change = NULL
  FROM ours o WHERE q.id = o.id;
  GET DIAGNOSTICS released = ROW_COUNT;
  RETURN released;
END
$$;
