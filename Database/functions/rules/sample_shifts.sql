-- Shifts for the texts' preview: the next of them, each with the locale whose text its person gets first.
CREATE OR REPLACE FUNCTION shift_reminders.sample_shifts(most integer)
RETURNS TABLE (schedule_id bigint, display_name text, locale text, start_at timestamptz, end_at timestamptz, label text, time_zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.schedule_id::bigint, p.display_name, coalesce(shift_reminders.locale_of(p.locale), shift_reminders.setting('site_locale')),
    s.start_at, s.end_at, s.label, coalesce(s.time_zone, shift_reminders.setting('site_time_zone'))
  FROM (SELECT * FROM shift_reminders.shifts x WHERE x.start_at > shift_reminders.clock() - interval '12 hours' AND x.is_active
        AND x.user_id IS NOT NULL AND x.end_at >= x.start_at AND shift_reminders.showable(x.end_at) IS NOT NULL ORDER BY x.start_at LIMIT least(most, 100)) s
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = s.user_id LIMIT 1) p ON true
  ORDER BY s.start_at, s.schedule_id
$$;
