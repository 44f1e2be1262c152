-- The board of a day: every shift and rule with what became of its reminder. Names and devices are looked up once each.
CREATE OR REPLACE FUNCTION shift_reminders.shift_board(from_at timestamptz, to_at timestamptz)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, start_at timestamptz, end_at timestamptz, is_active boolean,
  label text, time_zone text, notify_type text, anchor_at timestamptz, due_at timestamptz, expires_at timestamptz, attended_at timestamptz,
  reminder_id bigint, standing text, reason text, accepted_at timestamptz, devices integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  SELECT e.schedule_id, e.user_id, p.display_name, shift_reminders.showable(e.start_at), shift_reminders.showable(e.end_at), e.is_active, e.label,
    e.time_zone, e.notify_type, e.anchor_at, e.due_at,
    e.expires_at, e.attended_at, e.reminder_id, e.standing, e.reason, q.accepted_at,
    (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = e.user_id)
  FROM shift_reminders.expected(from_at, to_at) e
  LEFT JOIN public.scheduled_notifications q ON q.id = e.reminder_id
  LEFT JOIN LATERAL (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = e.user_id LIMIT 1) p ON true
  ORDER BY e.start_at, e.schedule_id, e.user_id, e.notify_type
$$;
