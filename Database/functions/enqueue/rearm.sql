CREATE OR REPLACE FUNCTION shift_reminders.rearm(candidates bigint[], at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wanted bigint[];
  n record;
BEGIN
  -- Looks before it locks: a lock is a write, and a person without a device would cost one every minute.
  SELECT array_agg(q.id) INTO wanted
  FROM shift_reminders.judge(candidates) j
  JOIN public.scheduled_notifications q ON q.id = j.reminder_id
  WHERE (j.verdict = 'moved' AND q.reason IS DISTINCT FROM 'cancelled_by_admin'
         AND (q.pending_change->>'anchor_at')::timestamptz IS DISTINCT FROM j.live_anchor)
     OR (j.verdict = 'deliver' AND q.processed AND q.expires_at > at
         AND EXISTS (SELECT 1 FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = q.state AND x.reversible)
         -- After a failure only a device that is new since then is a reason to try again.
         AND (q.state <> 'failed' OR EXISTS (
           SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = q.user_id
             AND (d.updated_at > q.processed_at
                  OR d.device_id <> ALL (shift_reminders.done_devices(q.id, q.generation, 'all')))))
         AND (q.reason <> 'no_text' OR shift_reminders.has_text(q.notify_type, q.user_id)));
  IF wanted IS NULL THEN RETURN 0; END IF;

  SELECT array_agg(l.id) FILTER (WHERE l.state = 'sending') AS sending_ids,
         array_agg(l.live_anchor) FILTER (WHERE l.state = 'sending') AS sending_anchors,
         array_agg(l.id) FILTER (WHERE l.state <> 'sending') AS ids,
         array_agg(l.live_anchor) FILTER (WHERE l.state <> 'sending') AS anchors,
         array_agg(shift_reminders.due_at(l.live_anchor, l.lead)) FILTER (WHERE l.state <> 'sending') AS dues,
         array_agg(shift_reminders.expires_at(l.live_anchor, l.lead, l.grace)) FILTER (WHERE l.state <> 'sending') AS expiries,
         array_agg(CASE WHEN l.live_anchor <> l.anchor_at THEN 'the shift moved'
                                   ELSE 'no longer true: ' || l.reason END) FILTER (WHERE l.state <> 'sending') AS whys
  INTO n
  FROM (
    WITH locked AS MATERIALIZED (
      SELECT q.* FROM public.scheduled_notifications q WHERE q.id = ANY (wanted) ORDER BY q.id FOR UPDATE SKIP LOCKED)
    SELECT k.id, k.state, k.reason, k.anchor_at, j.live_anchor, r.lead, r.grace
    FROM locked k
    JOIN shift_reminders.judge(wanted) j ON j.reminder_id = k.id
    JOIN shift_reminders.rules r ON r.notify_type = k.notify_type
    -- By the row as it was locked: since the look above it may have been sent, resent or cancelled by an admin.
    WHERE j.verdict IN ('moved', 'deliver') AND k.reason IS DISTINCT FROM 'cancelled_by_admin'
      AND (k.anchor_at <> j.live_anchor OR k.processed AND k.expires_at > at AND EXISTS (
        SELECT 1 FROM shift_reminders.reasons x WHERE x.reason = k.reason AND x.state = k.state AND x.reversible))) AS l;

  -- A claim is running: its result belongs to the old anchor, and recording it starts the next generation.
  UPDATE public.scheduled_notifications q
  SET pending_change = jsonb_build_object('kind', 'moved', 'anchor_at', s.anchor)
  FROM unnest(n.sending_ids, n.sending_anchors) AS s(id, anchor)
  WHERE q.id = s.id AND q.pending_change->>'kind' IS DISTINCT FROM 'cancel';

  RETURN CASE WHEN n.ids IS NULL THEN 0
    ELSE shift_reminders.begin_generation(n.ids, n.anchors, n.dues, n.expiries, n.whys, at) END;
END
$$;
