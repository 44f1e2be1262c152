-- Zones that are not known: the site's, and those of the shifts around now. Their reminders go out; their texts tell the
-- site's time.
CREATE OR REPLACE FUNCTION shift_reminders.check_time_zones() RETURNS TABLE (ok boolean, finding text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT w.site IS NOT NULL AND u.shifts = 0,
    CASE WHEN w.site IS NULL THEN format('the site''s "%s" is not known, and UTC is used', shift_reminders.setting('site_time_zone'))
         WHEN u.shifts > 0 THEN format('%s shifts name one that is not known, such as shift %s "%s"; %s is used', u.shifts, u.example, left(u.stated, 60), w.site)
         ELSE 'all are known' END
  FROM (SELECT max(z.name) AS site FROM shift_reminders.time_zones z WHERE z.spelled = lower(shift_reminders.setting('site_time_zone'))) w
  CROSS JOIN (
    SELECT count(*) AS shifts, min(s.schedule_id) AS example, (array_agg(s.stated_zone ORDER BY s.schedule_id))[1] AS stated
    FROM shift_reminders.shifts s
    WHERE s.start_at > shift_reminders.clock() - interval '1 day' AND s.start_at < shift_reminders.clock() + interval '7 days'
      AND s.time_zone IS NULL AND btrim(s.stated_zone) <> '') u
$$;
