-- Reminders of a day (of shifts that start or end on it, by the site's clock) that should exist, do not, and are of no use any more:
-- those that the next tick can still queue are on their way. expected() decides; it is asked about those shifts only that lack a
-- reminder which their rules ask for and nothing obvious explains.
CREATE OR REPLACE FUNCTION shift_reminders.unaccounted(day date) RETURNS TABLE (reminders bigint, people bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  zone text := shift_reminders.setting('site_time_zone');
  from_at timestamptz := unaccounted.day::timestamp AT TIME ZONE zone;
  to_at timestamptz := (unaccounted.day + 1)::timestamp AT TIME ZONE zone;
  most constant integer := 1000;
BEGIN
  RETURN QUERY
    SELECT count(*), count(DISTINCT e.user_id)
    FROM (
      SELECT DISTINCT s.schedule_id
      FROM (
        SELECT * FROM shift_reminders.shifts x WHERE x.start_at >= from_at AND x.start_at < to_at
        UNION ALL
        SELECT * FROM shift_reminders.shifts x WHERE x.end_at >= from_at AND x.end_at < to_at
          AND (x.start_at >= from_at AND x.start_at < to_at) IS NOT TRUE) s
      CROSS JOIN shift_reminders.rules r
      CROSS JOIN LATERAL (SELECT shift_reminders.anchor_of(r.anchor, s.start_at, s.end_at) AS anchor) a
      CROSS JOIN LATERAL (SELECT shift_reminders.expires_at(a.anchor, r.lead, r.grace) AS expiry) e
      WHERE r.enabled AND s.user_id IS NOT NULL AND shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, a.anchor) IS NULL
        AND e.expiry <= at AND e.expiry > r.watched_since
        AND NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                        WHERE q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = r.notify_type)
        AND NOT EXISTS (SELECT 1 FROM shift_reminders.attendance t
                        WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type AND shift_reminders.logged_for(t.user_id, s.user_id)
                          AND shift_reminders.logged_in_time(t.logged_at, e.expiry))
      LIMIT most) c
    CROSS JOIN LATERAL shift_reminders.expected(from_at, to_at, c.schedule_id) e
    WHERE e.standing = 'missing' AND e.expires_at <= at;
END
$$;
