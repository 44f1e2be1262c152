-- What the rules will ask for within the next hour, by the live shifts: a queue holds only the next 90 seconds.
CREATE OR REPLACE FUNCTION shift_reminders.due_within(ahead interval)
RETURNS TABLE (schedule_id bigint, user_id uuid, notify_type text, due_at timestamptz, reachable boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.schedule_id::bigint, s.user_id, r.notify_type, s.due_at,
    EXISTS (SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = s.user_id)
  FROM (SELECT shift_reminders.clock() AS at) n
  CROSS JOIN shift_reminders.rules r
  CROSS JOIN LATERAL (
    SELECT x.schedule_id, x.user_id, shift_reminders.due_at(x.start_at, r.lead) AS due_at FROM shift_reminders.shifts x
    WHERE r.anchor = 'start' AND x.start_at > shift_reminders.anchor_due_at(n.at, r.lead) AND x.start_at <= shift_reminders.anchor_due_at(n.at + ahead, r.lead)
      AND shift_reminders.shift_fault(x.is_active, x.start_at, x.end_at, x.start_at) IS NULL
    UNION ALL
    SELECT x.schedule_id, x.user_id, shift_reminders.due_at(x.end_at, r.lead) FROM shift_reminders.shifts x
    WHERE r.anchor = 'end' AND x.end_at > shift_reminders.anchor_due_at(n.at, r.lead) AND x.end_at <= shift_reminders.anchor_due_at(n.at + ahead, r.lead)
      AND shift_reminders.shift_fault(x.is_active, x.start_at, x.end_at, x.end_at) IS NULL) s
  -- One look-up for each shift of the hour. Written as joins, these become hashes of the whole queue and all check-ins:
  -- how few shifts an hour holds is nothing the planner can know.
  LEFT JOIN LATERAL (SELECT x.state FROM public.scheduled_notifications x
    WHERE x.schedule_id = s.schedule_id AND x.user_id = s.user_id AND x.notify_type = r.notify_type LIMIT 1) q ON true
  WHERE r.enabled AND s.user_id IS NOT NULL AND (q.state IS NULL OR q.state IN ('pending', 'sending'))
    AND (SELECT true FROM shift_reminders.attendance t WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type
         AND shift_reminders.logged_for(t.user_id, s.user_id) LIMIT 1) IS NULL
    AND (SELECT p.reminders_off FROM shift_reminders.people p WHERE p.user_id = s.user_id LIMIT 1) IS NOT TRUE
$$;
