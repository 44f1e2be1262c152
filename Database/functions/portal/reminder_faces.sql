-- Who, which shift, and how each device stands in the running generation ('untried': registered, not tried yet).
CREATE OR REPLACE FUNCTION shift_reminders.reminder_faces(ids bigint[])
RETURNS TABLE (reminder_id bigint, display_name text, start_at timestamptz, end_at timestamptz, label text, time_zone text, devices text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT q.id, p.display_name, shift_reminders.showable(s.start_at), shift_reminders.showable(s.end_at), s.label, s.time_zone,
    CASE
      WHEN q.attempt_count > 0 THEN ARRAY(
        SELECT t.outcome FROM (
          SELECT DISTINCT ON (e->>'device') e->>'device' AS device, e->>'outcome' AS outcome
          FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) e
          WHERE a.reminder_id = q.id AND a.generation = q.generation
          ORDER BY e->>'device', a.attempt DESC) t
        ORDER BY t.outcome, t.device)
      WHEN q.state IN ('pending', 'sending') THEN ARRAY(
        SELECT 'untried' FROM shift_reminders.devices d WHERE d.user_id = q.user_id)
      ELSE '{}'
    END
  FROM public.scheduled_notifications q
  LEFT JOIN LATERAL (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = q.user_id LIMIT 1) p ON true
  -- A shift that was given to somebody else since is still the shift that this reminder was about.
  LEFT JOIN LATERAL (SELECT x.start_at, x.end_at, x.label, x.time_zone FROM shift_reminders.shifts x
    WHERE x.schedule_id = q.schedule_id ORDER BY (x.user_id = q.user_id) DESC NULLS LAST LIMIT 1) s ON true
  WHERE q.id = ANY (ids)
$$;
