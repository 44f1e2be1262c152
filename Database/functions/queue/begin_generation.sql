-- The caller holds the rows' locks. Arrays are parallel.
CREATE OR REPLACE FUNCTION shift_reminders.begin_generation(
  ids bigint[], anchors timestamptz[], dues timestamptz[], expiries timestamptz[], whys text[], at timestamptz,
  new_target text DEFAULT 'all', asked_by text DEFAULT NULL, checked_in_too boolean DEFAULT false, begun_too boolean DEFAULT false)
RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  begun integer;
BEGIN
  INSERT INTO shift_reminders.generations (reminder_id, generation, state, reason, anchor_at, scheduled_for, expires_at,
                                           armed_at, ended_at, accepted_at, why)
  SELECT q.id, q.generation,
    CASE WHEN q.accepted_at IS NOT NULL THEN 'sent' WHEN q.processed THEN q.state ELSE 'cancelled' END,
    CASE WHEN q.processed THEN q.reason WHEN q.accepted_at IS NOT NULL THEN 'partial' ELSE 'superseded' END,
    q.anchor_at, q.scheduled_for, q.expires_at, q.armed_at, coalesce(q.processed_at, at), q.accepted_at, n.why
  FROM unnest(ids, whys) AS n(id, why)
  JOIN public.scheduled_notifications q ON q.id = n.id;

  UPDATE public.scheduled_notifications q SET
    generation = q.generation + 1,
    state = CASE WHEN n.expires_at <= at THEN 'expired' ELSE 'pending' END,
    reason = CASE WHEN n.expires_at <= at THEN 'moved_too_late' END,
    processed = n.expires_at <= at,
    processed_at = CASE WHEN n.expires_at <= at THEN at END,
    anchor_at = n.anchor_at, scheduled_for = n.due, next_attempt_at = n.due, expires_at = n.expires_at, armed_at = at,
    attempt_count = 0, retry_count = 0, held_devices = 0, accepted_at = NULL, last_error = NULL,
    claim_token = NULL, claimed_by = NULL, claimed_at = NULL, lease_until = NULL, pending_change = NULL,
    target = new_target, resent_by = asked_by, although_checked_in = checked_in_too, although_begun = begun_too
  FROM unnest(ids, anchors, dues, expiries) AS n(id, anchor_at, due, expires_at)
  WHERE q.id = n.id;
  GET DIAGNOSTICS begun = ROW_COUNT;
  RETURN begun;
END
$$;
