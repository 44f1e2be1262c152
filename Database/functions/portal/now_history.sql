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
        CASE WHEN q.state = 'sent' THEN greatest(0, extract(epoch FROM q.accepted_at - q.scheduled_for))::double precision END AS late
      FROM shift_reminders.due_between(since, at) q)
    SELECT jsonb_build_object(
      'since', since,
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
