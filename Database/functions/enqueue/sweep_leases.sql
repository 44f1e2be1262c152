-- Leases that ran out count as attempts: a reminder that kills its processor must not loop.
-- Nothing is claimed before it is due, so the look ends at the present; a lease has no index, or every claim would write it.
-- Right after a burst the statistics know nothing of it; a bitmap would then read and sort the whole backlog.
CREATE OR REPLACE FUNCTION shift_reminders.sweep_leases(at timestamptz, batch_size integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  ids bigint[];
BEGIN
  SELECT array_agg(l.id) INTO ids FROM (
    SELECT q.id FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.state = 'sending' AND q.lease_until <= at
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
  IF ids IS NOT NULL THEN
    INSERT INTO shift_reminders.attempts (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, outcome, devices)
    SELECT q.id, q.generation, q.attempt_count, q.claim_token, q.claimed_by, q.claimed_at, at, 'lost', '[]'
    FROM public.scheduled_notifications q WHERE q.id = ANY (ids)
    ON CONFLICT DO NOTHING;

    UPDATE public.scheduled_notifications q SET
      state = v.state, reason = v.reason, processed = v.state <> 'pending',
      processed_at = CASE WHEN v.state <> 'pending' THEN at END,
      retry_count = q.retry_count + 1, next_attempt_at = CASE WHEN v.state = 'pending' THEN greatest(at, q.scheduled_for) ELSE q.next_attempt_at END,
      last_error = 'Processor ' || q.claimed_by || ' did not record the attempt before its lease ran out.',
      claim_token = NULL, lease_until = NULL, pending_change = NULL
    FROM (
      SELECT o.id, f.state, f.reason FROM public.scheduled_notifications o
      LEFT JOIN shift_reminders.rules r ON r.notify_type = o.notify_type
      CROSS JOIN LATERAL (SELECT * FROM (VALUES
          (1, o.pending_change->>'kind' = 'cancel' AND o.accepted_at IS NULL, 'cancelled', 'cancelled_by_admin'),
          (2, o.pending_change->>'kind' IS DISTINCT FROM 'cancel' AND o.expires_at > at
              AND o.retry_count + 1 < coalesce(r.max_attempts, 1), 'pending', 'claim_lost'),
          (3, o.accepted_at IS NOT NULL, 'sent', 'partial'),
          (4, o.expires_at <= at, 'failed', 'out_of_time'),
          (5, true, 'failed', 'attempts_used_up')) AS c(place, holds, state, reason)
        WHERE c.holds ORDER BY c.place LIMIT 1) f
      WHERE o.id = ANY (ids)) v
    WHERE q.id = v.id;
  END IF;
END
$$;
