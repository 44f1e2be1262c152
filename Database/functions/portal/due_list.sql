-- Who is to be reminded of what within that time, by the live shifts; one more than the page shows.
CREATE OR REPLACE FUNCTION shift_reminders.due_list(ahead interval, most integer)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, label text, time_zone text, notify_type text, title text,
  due_at timestamptz, reachable boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  SELECT d.schedule_id, d.user_id, p.display_name, s.label, s.time_zone, d.notify_type, r.title, d.due_at, d.reachable
  FROM (SELECT * FROM shift_reminders.due_within(ahead) x ORDER BY x.due_at, x.notify_type, x.schedule_id, x.user_id LIMIT most) d
  JOIN shift_reminders.rules r ON r.notify_type = d.notify_type
  LEFT JOIN LATERAL (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = d.user_id LIMIT 1) p ON true
  LEFT JOIN LATERAL (SELECT x.label, x.time_zone FROM shift_reminders.shifts x WHERE x.schedule_id = d.schedule_id AND x.user_id = d.user_id LIMIT 1) s ON true
  ORDER BY d.due_at, d.notify_type, d.schedule_id, d.user_id
$$;
