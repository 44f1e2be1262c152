-- When the channel last accepted anything, how fast it answers, and that it is down when it refuses our credentials.
CREATE OR REPLACE FUNCTION shift_reminders.note_health(of_channel text, outcomes text[], details text[], latencies_ms integer[], at timestamptz)
RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE shift_reminders.channels c SET
    last_accepted_at = CASE WHEN 'accepted' = ANY (outcomes) THEN at ELSE c.last_accepted_at END,
    last_latency_ms = coalesce((SELECT (percentile_cont(0.5) WITHIN GROUP (ORDER BY l))::integer
                                FROM unnest(outcomes, latencies_ms) AS x(o, l) WHERE o = 'accepted'), c.last_latency_ms),
    state = CASE WHEN f.refused THEN 'down' ELSE c.state END,
    since = CASE WHEN f.refused AND c.state = 'up' THEN at ELSE c.since END,
    reason = CASE WHEN f.refused
      THEN coalesce((SELECT d FROM unnest(outcomes, details) AS x(o, d) WHERE o = 'project_credentials' AND d IS NOT NULL LIMIT 1),
                    'The channel refused our credentials.') ELSE c.reason END
  FROM (SELECT 'project_credentials' = ANY (outcomes) AS refused) f
  WHERE c.channel = of_channel
$$;
