-- What one attempt means for the state: the table of the design, row by row; the first row that holds is the verdict.
CREATE OR REPLACE FUNCTION shift_reminders.decide(results shift_reminders.result[], at timestamptz)
RETURNS shift_reminders.decision[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN (
  SELECT array_agg(ROW(r.reminder_id, r.nid,
    (ARRAY['pending', 'sent', 'sent', 'cancelled', 'cancelled', 'expired', 'failed', 'failed', 'failed', 'failed', 'failed', 'failed'])[v.place],
    CASE v.place
      WHEN 1 THEN CASE WHEN r.project > 0 THEN 'channel_down'
                       WHEN r.costs = 0 AND (r.platform > 0 OR r.held_devices > 0) THEN 'platform_paused'
                       WHEN r.costs > 0 THEN 'retry' END
      ELSE (ARRAY[NULL, 'partial', 'accepted', 'cancelled_by_admin', 'superseded', 'channel_down', 'out_of_time', 'attempts_used_up',
                  'rejected', 'unregistered', 'sender_mismatch', 'no_device'])[v.place] END,
    t.retry_at, c.failures,
    coalesce(r.accepted_at, CASE WHEN r.accepted > 0 THEN at - coalesce(r.accepted_age_ms, 0) * interval '1 millisecond' END),
    c.ever,
    -- Only when no attempt of this generation can have reached anybody.
    v.place NOT IN (2, 3) AND NOT c.ever AND r.possibly_delivered = 0 AND (r.attempt = 1 OR NOT EXISTS (
      SELECT 1 FROM shift_reminders.attempts a LEFT JOIN LATERAL jsonb_array_elements(a.devices) x ON true
      WHERE a.reminder_id = r.reminder_id AND a.generation = r.generation
        AND (a.outcome = 'lost' OR x->>'outcome' = 'unknown' OR x->>'outcome' = 'transient' AND (x->>'http')::integer >= 500))),
    r.detail, (r.change->>'anchor_at')::timestamptz)::shift_reminders.decision)
  FROM unnest(results) r
  CROSS JOIN LATERAL (SELECT
    r.accepted_at IS NOT NULL OR r.accepted > 0 AS ever,
    r.again + r.held_devices AS again,
    r.failures + CASE WHEN r.costs > 0 THEN 1 ELSE 0 END AS failures) c
  CROSS JOIN LATERAL (SELECT at + CASE
      WHEN r.costs > 0 THEN greatest(shift_reminders.backoff(c.failures),
        make_interval(secs => coalesce(r.retry_after, CASE WHEN r.quota THEN 60 + 10 * random() ELSE 0 END)))
      WHEN r.project > 0 THEN interval '5 seconds'
      WHEN r.platform > 0 OR r.held_devices > 0 THEN interval '15 seconds'
      ELSE interval '0' END AS retry_at) t
  CROSS JOIN LATERAL (SELECT CASE
      WHEN c.again > 0 AND c.failures < r.max_attempts + CASE WHEN r.costs > 0 THEN 0 ELSE 1 END
        AND t.retry_at < r.expires_at AND r.change IS NULL THEN 1
      WHEN c.ever AND (c.again > 0 OR r.gone + r.mismatch + r.rejected > 0
        OR (r.attempt > 1 AND EXISTS (
          SELECT 1 FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
          WHERE a.reminder_id = r.reminder_id AND a.generation = r.generation AND x->>'outcome' IN ('gone', 'mismatch', 'rejected')))) THEN 2
      WHEN c.ever THEN 3
      -- Whatever the failure was: a reversible one would bring back what an admin has cancelled.
      WHEN r.change->>'kind' = 'cancel' THEN 4
      WHEN c.again > 0 AND r.change->>'kind' = 'moved' THEN 5
      WHEN c.again > 0 AND t.retry_at >= r.expires_at AND r.project > 0 AND c.failures = 0 THEN 6
      WHEN c.again > 0 AND t.retry_at >= r.expires_at THEN 7
      WHEN c.again > 0 THEN 8
      WHEN r.rejected > 0 THEN 9
      WHEN r.gone > 0 THEN 10
      WHEN r.mismatch > 0 THEN 11
      ELSE 12 END AS place OFFSET 0) v);
END
$$;
