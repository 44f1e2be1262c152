-- One statement per batch: each reminder is judged against its live shift, what may be sent is marked, and all that the
-- message needs comes back. $1 nids, $2 shifts, $3 people, $4 starts as they were when the reminder was queued.
WITH wanted AS (
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::uuid[], $4::timestamptz[]) AS w(nid, schedule_id, user_id, anchor_at)
), judged AS MATERIALIZED (
  SELECT w.nid, w.schedule_id, s.start_at, s.label, s.time_zone, d.ids, d.tokens, d.platforms,
    CASE
      WHEN s.id IS NULL THEN 'shift_gone'
      WHEN s.assigned_user_id IS DISTINCT FROM w.user_id THEN 'reassigned'
      WHEN lower(s.status) IN ('cancelled', 'canceled', 'deleted', 'removed', 'inactive', 'rejected', 'declined', 'draft', 'archived') THEN 'shift_inactive'
      WHEN s.start_at IS DISTINCT FROM w.anchor_at THEN 'moved'
      WHEN s.start_at <= now() THEN 'too_late'
      WHEN EXISTS (
        SELECT 1 FROM public.attendance_logs a
        WHERE a.schedule_id = w.schedule_id AND a.type = 'check_in' AND (a.user_id IS NULL OR a.user_id = w.user_id)) THEN 'checked_in'
      WHEN p.reminders_off THEN 'opted_out'
      WHEN d.tokens IS NULL THEN 'no_device'
      ELSE 'deliver'
    END AS verdict
  FROM wanted w
  LEFT JOIN LATERAL (SELECT * FROM public.duty_schedules x WHERE x.id = w.schedule_id LIMIT 1) s ON true
  LEFT JOIN LATERAL (SELECT x.reminders_off FROM public.profiles x WHERE x.id = w.user_id LIMIT 1) p ON true
  LEFT JOIN LATERAL (
    SELECT array_agg(left(encode(sha256(convert_to(t.token, 'UTF8')), 'hex'), 32)) AS ids, array_agg(t.token) AS tokens, array_agg(t.platform) AS platforms
    FROM public.fcm_tokens t WHERE t.user_id = w.user_id) d ON true
), marked AS (
  INSERT INTO bench.marks (nid, created_at) SELECT j.nid, now() FROM judged j WHERE j.verdict = 'deliver' ON CONFLICT DO NOTHING RETURNING nid
)
SELECT j.nid, CASE WHEN j.verdict = 'deliver' AND m.nid IS NULL THEN 'already_pushed' ELSE j.verdict END AS verdict,
  j.start_at, extract(epoch FROM j.start_at - now())::integer AS seconds_left, j.label, j.time_zone, j.ids, j.tokens, j.platforms
FROM judged j LEFT JOIN marked m ON m.nid = j.nid
