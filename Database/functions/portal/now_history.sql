-- The last 24 hours: what ended how, how late, why not. Read seldom: it is the one part that grows with the traffic.
CREATE OR REPLACE FUNCTION shift_reminders.now_history() RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  since timestamptz := at - interval '24 hours';
  first_hour timestamptz := date_trunc('hour', at, 'UTC') - interval '23 hours';
BEGIN
  RETURN (
    -- The day is read once; everything below counts in memory.
    WITH day AS MATERIALIZED (
      SELECT q.state, q.reason, q.user_id, q.scheduled_for,
        -- What was sent anew, or could not have been queued in time, is neither late nor on time.
        CASE WHEN q.state = 'sent' AND q.resent_by IS NULL AND NOT (q.armed_at > q.scheduled_for AND shift_reminders.came_late(q.scheduled_for, q.armed_at))
             THEN greatest(0, extract(epoch FROM q.accepted_at - q.scheduled_for))::double precision END AS late
      FROM shift_reminders.due_between(since, 'infinity') q)
    SELECT jsonb_build_object(
      'since', since,
      'lost', (SELECT to_jsonb(x) FROM (
        SELECT count(*) FILTER (WHERE d.state <> 'sent') AS reminders, count(DISTINCT d.user_id) FILTER (WHERE d.state <> 'sent') AS people,
          count(*) AS ended, min(d.scheduled_for) FILTER (WHERE d.state <> 'sent') AS first_at,
          count(*) FILTER (WHERE d.state <> 'sent' AND d.scheduled_for > at - interval '1 hour') AS lately,
          count(*) FILTER (WHERE d.scheduled_for > at - interval '1 hour') AS ended_lately
        FROM day d WHERE d.state IN ('sent', 'failed', 'expired')) x),
      'unaccounted', (SELECT jsonb_agg(jsonb_build_object('day', x.day, 'reminders', u.reminders, 'people', u.people) ORDER BY x.day DESC)
        FROM (SELECT (at AT TIME ZONE shift_reminders.setting('site_time_zone'))::date - back AS day FROM generate_series(0, 1) AS back) x
        CROSS JOIN LATERAL shift_reminders.unaccounted(x.day) u),
      'counts', (SELECT coalesce(jsonb_object_agg(x.state, x.n), '{}') FROM (SELECT d.state, count(*) AS n FROM day d GROUP BY d.state) x),
      'lateness', (SELECT to_jsonb(x) FROM (
        SELECT count(*) AS measured, count(*) FILTER (WHERE d.late <= 5) AS on_time,
          round(percentile_cont(0.5) WITHIN GROUP (ORDER BY d.late)::numeric, 3) AS p50,
          round(percentile_cont(0.95) WITHIN GROUP (ORDER BY d.late)::numeric, 3) AS p95, round(max(d.late)::numeric, 3) AS worst
        FROM day d WHERE d.late IS NOT NULL) x),
      'hours', (SELECT jsonb_agg(jsonb_build_object('from', h.hour, 'sent', coalesce(c.sent, 0), 'failed', coalesce(c.failed, 0),
                                 'other', coalesce(c.other, 0)) ORDER BY h.hour)
        FROM generate_series(first_hour, first_hour + interval '23 hours', interval '1 hour') AS h(hour)
        LEFT JOIN (
          SELECT date_trunc('hour', d.scheduled_for, 'UTC') AS hour, count(*) FILTER (WHERE d.state = 'sent') AS sent,
            count(*) FILTER (WHERE d.state IN ('failed', 'expired')) AS failed, count(*) FILTER (WHERE d.state IN ('skipped', 'cancelled')) AS other
          FROM day d GROUP BY 1) c ON c.hour = h.hour),
      'causes', (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.reminders DESC, x.reason), '[]') FROM (
        SELECT d.state, d.reason, count(*) AS reminders, count(DISTINCT d.user_id) AS people, min(d.scheduled_for) AS first_at, max(d.scheduled_for) AS last_at
        FROM day d WHERE d.state IN ('failed', 'expired') GROUP BY d.state, d.reason) x)));
END
$$;
