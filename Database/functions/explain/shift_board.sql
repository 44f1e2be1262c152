-- The board of a day: every shift and rule with what became of its reminder. Whoever is on it is looked up once, however many
-- shifts and rules are theirs: a device costs a hash.
CREATE OR REPLACE FUNCTION shift_reminders.shift_board(from_at timestamptz, to_at timestamptz)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, start_at timestamptz, end_at timestamptz, is_active boolean,
  label text, time_zone text, notify_type text, anchor_at timestamptz, due_at timestamptz, expires_at timestamptz, attended_at timestamptz,
  reminder_id bigint, standing text, reason text, accepted_at timestamptz, devices integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  WITH asked AS MATERIALIZED (SELECT * FROM shift_reminders.expected(from_at, to_at)),
  faces AS MATERIALIZED (
    SELECT u.user_id, (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = u.user_id LIMIT 1) AS display_name,
      (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = u.user_id) AS devices
    FROM (SELECT DISTINCT e.user_id FROM asked e WHERE e.user_id IS NOT NULL) u)
  SELECT e.schedule_id, e.user_id, f.display_name, shift_reminders.showable(e.start_at), shift_reminders.showable(e.end_at), e.is_active, e.label,
    e.time_zone, e.notify_type, e.anchor_at, e.due_at,
    e.expires_at, e.attended_at, e.reminder_id, e.standing, e.reason, e.accepted_at, coalesce(f.devices, 0)
  FROM asked e
  LEFT JOIN faces f ON f.user_id = e.user_id
  ORDER BY e.start_at, e.schedule_id, e.user_id, e.notify_type
$$;
