-- Each reminder is judged against its live shift, what may be sent is marked, and all that the message needs comes back.
WITH due AS MATERIALIZED (
  SELECT r.id, r.schedule_id, r.user_id, r.anchor_at, 'shift-' || r.schedule_id || '-' || r.user_id || '-' || r.notify_type AS nid
  FROM bench.reminders r WHERE NOT r.processed AND r.state = 'pending' AND r.due_at <= now() AND r.expires_at > now()
  ORDER BY r.due_at, r.id LIMIT 500 FOR UPDATE SKIP LOCKED
), judged AS MATERIALIZED (
  SELECT w.id, w.nid, s.start_at, s.label, s.time_zone, d.ids, d.tokens, d.platforms,
    CASE
      WHEN s.id IS NULL THEN 'shift_gone'
      WHEN s.assigned_user_id IS DISTINCT FROM w.user_id THEN 'reassigned'
      WHEN lower(s.status COLLATE "C") IN ('cancelled', 'canceled', 'deleted', 'removed', 'inactive', 'rejected', 'declined', 'draft', 'archived') THEN 'shift_inactive'
      WHEN s.start_at IS DISTINCT FROM w.anchor_at THEN 'moved'
      WHEN EXISTS (
        SELECT 1 FROM public.attendance_logs a
        WHERE a.schedule_id = w.schedule_id AND a.type = 'check_in' AND (a.user_id IS NULL OR a.user_id = w.user_id)) THEN 'checked_in'
      WHEN p.reminders_off THEN 'opted_out'
      WHEN d.tokens IS NULL THEN 'no_device'
      ELSE 'deliver'
    END AS verdict
  FROM due w
  LEFT JOIN LATERAL (SELECT * FROM public.duty_schedules x WHERE x.id = w.schedule_id LIMIT 1) s ON true
  LEFT JOIN LATERAL (SELECT x.reminders_off FROM public.profiles x WHERE x.id = w.user_id LIMIT 1) p ON true
  LEFT JOIN LATERAL (
    SELECT array_agg(i.id) AS ids, array_agg(t.token) AS tokens, array_agg(t.platform) AS platforms
    FROM public.fcm_tokens t
    CROSS JOIN LATERAL (SELECT left(encode(sha256(convert_to(t.token, 'UTF8')), 'hex'), 32) AS id OFFSET 0) i
    WHERE t.user_id = w.user_id AND NOT EXISTS (SELECT 1 FROM bench.dead_phones x WHERE x.device_id = i.id)) d ON true
), marked AS (
  INSERT INTO bench.kept_marks (nid, created_at) SELECT j.nid, now() FROM judged j WHERE j.verdict = 'deliver'
), claim AS MATERIALIZED (SELECT gen_random_uuid() AS token)
UPDATE bench.reminders q SET
  state = CASE d.verdict WHEN 'deliver' THEN 'sending' ELSE 'skipped' END, processed = d.verdict <> 'deliver',
  reason = nullif(d.verdict, 'deliver'), claimed_at = clock_timestamp(), claim_token = c.token, lease_until = now() + interval '1 minute'
FROM judged d, claim c WHERE q.id = d.id
RETURNING q.id, d.verdict, d.nid, q.schedule_id, q.claim_token, q.anchor_at, extract(epoch FROM q.expires_at - now())::integer AS seconds_left,
  d.start_at, d.label, d.time_zone, d.ids, d.tokens, d.platforms
