-- The caller holds the rows' locks. Arrays are parallel. A shift that moves back to the time that the devices were last
-- told is not told of once more: its generation is sent as it begins.
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
    state = CASE WHEN n.told_at IS NOT NULL THEN 'sent' WHEN n.expires_at <= at THEN 'expired' ELSE 'pending' END,
    reason = CASE WHEN n.told_at IS NOT NULL THEN n.told WHEN n.expires_at <= at THEN 'moved_too_late' END,
    processed = n.told_at IS NOT NULL OR n.expires_at <= at,
    processed_at = CASE WHEN n.told_at IS NOT NULL OR n.expires_at <= at THEN at END,
    anchor_at = n.anchor_at, scheduled_for = n.due, next_attempt_at = n.due, expires_at = n.expires_at, armed_at = at,
    attempt_count = 0, retry_count = 0, held_devices = 0, accepted_at = n.told_at, last_error = NULL,
    claim_token = NULL, claimed_by = NULL, claimed_at = NULL, lease_until = NULL, pending_change = NULL,
    target = new_target, resent_by = asked_by, although_checked_in = checked_in_too, although_begun = begun_too
  FROM (
    SELECT m.*, b.accepted_at AS told_at, b.reason AS told
    FROM unnest(ids, anchors, dues, expiries) AS m(id, anchor_at, due, expires_at)
    JOIN public.scheduled_notifications o ON o.id = m.id
    LEFT JOIN LATERAL (
      -- What may have arrived counts as well: the phone may then show that time, and has to be told anew.
      SELECT g.anchor_at, g.accepted_at, g.reason FROM shift_reminders.generations g
      WHERE g.reminder_id = m.id AND (g.accepted_at IS NOT NULL OR shift_reminders.may_have_arrived(g.reminder_id, g.generation))
      ORDER BY g.generation DESC LIMIT 1) b ON asked_by IS NULL AND o.anchor_at <> m.anchor_at AND b.anchor_at = m.anchor_at) n
  WHERE q.id = n.id;
  GET DIAGNOSTICS begun = ROW_COUNT;

  INSERT INTO public.notification_pushes (notification_id, created_at, payload, state, reminder_id, generation)
  SELECT shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type), at, '{}', 'ours', q.id, q.generation
  FROM public.scheduled_notifications q WHERE q.id = ANY (ids) AND q.state = 'sent'
  ON CONFLICT (notification_id) DO NOTHING;
  RETURN begun;
END
$$;
