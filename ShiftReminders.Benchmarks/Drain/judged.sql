  -- What is due, judged against its live shift, attendance and person, with all that its message needs.
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
