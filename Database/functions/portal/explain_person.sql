-- What "why was X not reminded?" offers to choose from, with every rule: one shift, or the person's around a moment.
CREATE OR REPLACE FUNCTION shift_reminders.explain_person(person uuid, only_shift bigint, around timestamptz)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, notify_type text, start_at timestamptz, end_at timestamptz,
  label text, time_zone text, due_at timestamptz, reminder_id bigint, standing text, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.schedule_id, e.user_id, (SELECT p.display_name FROM shift_reminders.people p WHERE p.user_id = e.user_id LIMIT 1), e.notify_type,
    shift_reminders.showable(e.start_at), shift_reminders.showable(e.end_at), e.label, e.time_zone, e.due_at, e.reminder_id, e.standing, e.reason
  FROM (
    SELECT only_shift AS schedule_id WHERE only_shift IS NOT NULL
    UNION ALL
    (SELECT s.schedule_id FROM shift_reminders.shifts s
     WHERE only_shift IS NULL AND s.user_id = person AND s.start_at > around - interval '14 days' AND s.start_at < around + interval '7 days'
     ORDER BY greatest(s.start_at - around, around - s.start_at) LIMIT 20)) near
  CROSS JOIN LATERAL shift_reminders.expected(NULL, NULL, near.schedule_id) e
  WHERE e.user_id = person OR (person IS NULL AND e.user_id IS NOT NULL) ORDER BY e.due_at DESC NULLS LAST, e.notify_type
$$;
