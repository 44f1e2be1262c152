-- What is past its expiry ends, so that states are true even while no processor lives. Returns how many it ended. Why is
-- decided by what was true at its expiry: a look that comes much later cannot know that of a shift, but of attendance,
-- pauses and outages, which say since when.
CREATE OR REPLACE FUNCTION shift_reminders.sweep_expired(at timestamptz, batch_size integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  late CONSTANT interval := interval '2 minutes';
  ids bigint[];
  fresh bigint[];
  moved bigint[];
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
  IF ids IS NULL THEN RETURN 0; END IF;

  UPDATE public.scheduled_notifications q
  SET state = coalesce(shift_reminders.ended_unsent(v.reason), 'sent'), reason = v.reason, processed = true, processed_at = at
  FROM (
    SELECT o.id, CASE
      WHEN o.accepted_at IS NOT NULL THEN 'partial'
      WHEN j.verdict IN ('checked_in', 'checked_out', 'attendance_logged')
        AND shift_reminders.attended_by(o.schedule_id, o.user_id, o.notify_type, o.expires_at) THEN j.verdict
      WHEN j.verdict NOT IN ('deliver', 'moved', 'checked_in', 'checked_out', 'attendance_logged') AND at < o.expires_at + late THEN j.verdict
      WHEN o.retry_count > 0 THEN 'out_of_time'
      WHEN j.verdict = 'moved' THEN 'superseded'
      WHEN EXISTS (SELECT 1 FROM shift_reminders.pauses p WHERE p.started_at < o.expires_at
                   AND coalesce(p.ended_at, p.until, 'infinity') >= o.expires_at) THEN 'paused'
      WHEN o.reason = 'channel_down' OR shift_reminders.down_at(o.expires_at) THEN 'channel_down'
      WHEN o.reason = 'platform_paused' THEN 'platform_down'
      WHEN o.attempt_count > 0 THEN 'not_handed_over'
      ELSE 'too_late' END AS reason
    FROM public.scheduled_notifications o
    LEFT JOIN shift_reminders.judge(ids) j ON j.reminder_id = o.id
    WHERE o.id = ANY (ids)) v
  WHERE q.id = v.id;
  GET DIAGNOSTICS ended = ROW_COUNT;

  -- A shift that moved has its reminder at another time, which may be still to come.
  SELECT array_agg(q.id) INTO moved FROM public.scheduled_notifications q WHERE q.id = ANY (ids) AND q.reason = 'superseded';
  IF moved IS NOT NULL THEN
    PERFORM shift_reminders.rearm(moved, at);
  END IF;
  RETURN ended;
END
$$;
