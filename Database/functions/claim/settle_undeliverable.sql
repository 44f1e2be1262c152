-- Everything judged that must not be delivered now. Returns how many rows left the way.
CREATE OR REPLACE FUNCTION shift_reminders.settle_undeliverable(judged shift_reminders.claimable[], at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  moved bigint[];
  settled integer := 0;
  held integer := 0;
BEGIN
  UPDATE public.scheduled_notifications q SET
    state = CASE WHEN q.accepted_at IS NOT NULL THEN 'sent' ELSE r.state END,
    reason = CASE WHEN q.accepted_at IS NULL OR r.state = 'sent' THEN r.reason ELSE 'partial' END,
    processed = true, processed_at = at
  FROM unnest(judged) j JOIN shift_reminders.reasons r ON r.reason = j.verdict AND r.state <> 'pending'
  WHERE q.id = j.reminder_id;
  GET DIAGNOSTICS settled = ROW_COUNT;

  -- What will never be sent by us may be marked by others; the mark of what a device has, or may have, stays.
  DELETE FROM public.notification_pushes p USING (
    SELECT m.notification_id FROM unnest(judged) j
    JOIN public.scheduled_notifications q ON q.id = j.reminder_id AND q.processed AND q.state <> 'sent' AND q.attempt_count > 0
      AND NOT shift_reminders.may_have_arrived(q.id, q.generation)
    JOIN public.notification_pushes m ON m.notification_id = j.nid AND shift_reminders.mark_state(m) = 'in_flight'
    FOR UPDATE OF m SKIP LOCKED) x
  WHERE p.notification_id = x.notification_id;

  UPDATE public.scheduled_notifications q SET reason = 'platform_paused', next_attempt_at = at + interval '15 seconds'
  FROM unnest(judged) j WHERE q.id = j.reminder_id AND j.verdict = 'platform_paused';
  GET DIAGNOSTICS held = ROW_COUNT;

  SELECT array_agg(j.reminder_id) INTO moved FROM unnest(judged) j WHERE j.verdict = 'moved';
  RETURN settled + held + CASE WHEN moved IS NULL THEN 0 ELSE shift_reminders.rearm(moved, at) END;
END
$$;
