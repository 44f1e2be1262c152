-- What one attempt means for the state: the table of the design, row by row; the first row that holds is the verdict.
CREATE OR REPLACE FUNCTION shift_reminders.decide(results shift_reminders.result[], at timestamptz)
RETURNS shift_reminders.decision[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN (
  SELECT array_agg(ROW(r.reminder_id, r.nid,
    CASE WHEN v.verdict = 'wait' THEN 'pending'
         WHEN v.verdict IN ('accepted', 'partial') THEN 'sent'
         WHEN v.verdict IN ('cancelled_by_admin', 'superseded') THEN 'cancelled'
         WHEN v.verdict = 'channel_down' THEN 'expired'
         ELSE 'failed' END,
    CASE WHEN v.verdict <> 'wait' THEN v.verdict
         WHEN r.project > 0 THEN 'channel_down'
         WHEN r.costs = 0 AND (r.platform > 0 OR r.held_devices > 0) THEN 'platform_paused'
         WHEN r.costs > 0 THEN 'retry' END,
    t.retry_at, c.failures,
    coalesce(r.accepted_at, CASE WHEN r.accepted > 0 THEN at - coalesce(r.accepted_age_ms, 0) * interval '1 millisecond' END),
    c.ever,
    -- Only when no attempt of this generation can have reached anybody.
    v.verdict NOT IN ('accepted', 'partial') AND NOT c.ever AND r.possibly_delivered = 0
      AND (r.attempt = 1 OR NOT shift_reminders.may_have_arrived(r.reminder_id, r.generation)),
    r.detail, (r.change->>'anchor_at')::timestamptz)::shift_reminders.decision)
  FROM unnest(results) r
  CROSS JOIN LATERAL (SELECT
    r.accepted_at IS NOT NULL OR r.accepted > 0 AS ever,
    r.again + r.held_devices AS again,
    r.failures + CASE WHEN r.costs > 0 THEN 1 ELSE 0 END AS failures) c
  CROSS JOIN LATERAL (SELECT r.expires_at - interval '5 seconds' AS last_try) l
  CROSS JOIN LATERAL (SELECT CASE
      WHEN r.costs > 0 THEN greatest(shift_reminders.backoff(c.failures, r.max_attempts - c.failures, l.last_try - at),
        make_interval(secs => coalesce(r.retry_after, CASE WHEN r.quota THEN 60 + 10 * random() ELSE 0 END)))
      WHEN r.project > 0 THEN interval '5 seconds'
      WHEN r.platform > 0 OR r.held_devices > 0 THEN interval '15 seconds' END AS wait) w
  -- Whoever asks for a longer wait than the reminder is useful for gets one try more, just before it is too late.
  CROSS JOIN LATERAL (SELECT
    CASE WHEN w.wait IS NULL THEN at ELSE least(at + w.wait, l.last_try) END AS retry_at,
    at < CASE WHEN w.wait IS NULL THEN r.expires_at ELSE l.last_try END AS in_time) t
  CROSS JOIN LATERAL (SELECT CASE
      WHEN c.again > 0 AND c.failures < r.max_attempts + CASE WHEN r.costs > 0 THEN 0 ELSE 1 END
        AND t.in_time AND r.change IS NULL THEN 'wait'
      WHEN c.ever AND (c.again > 0 OR r.gone + r.mismatch + r.rejected > 0
        OR (r.attempt > 1 AND EXISTS (
          SELECT 1 FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
          WHERE a.reminder_id = r.reminder_id AND a.generation = r.generation AND x->>'outcome' IN ('gone', 'mismatch', 'rejected')))) THEN 'partial'
      WHEN c.ever THEN 'accepted'
      -- Whatever the failure was: a reversible one would bring back what an admin has cancelled.
      WHEN r.change->>'kind' = 'cancel' THEN 'cancelled_by_admin'
      WHEN c.again > 0 AND r.change->>'kind' = 'moved' THEN 'superseded'
      WHEN c.again > 0 AND NOT t.in_time AND r.project > 0 AND c.failures = 0 THEN 'channel_down'
      WHEN c.again > 0 AND NOT t.in_time THEN 'out_of_time'
      WHEN c.again > 0 THEN 'attempts_used_up'
      WHEN r.rejected > 0 THEN 'rejected'
      WHEN r.gone > 0 THEN 'unregistered'
      WHEN r.mismatch > 0 THEN 'sender_mismatch'
      ELSE 'no_device' END AS verdict OFFSET 0) v);
END
$$;
