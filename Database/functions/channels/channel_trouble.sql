-- What keeps reminders from phones, of the channels that living processors use: the one definition of an outage, for the page
-- Now, gauges, readiness and check. platform NULL: the channel as a whole. is_down: nothing gets through, or next to nothing.
--   refused      our credentials; a probe brings it back
--   unreachable  failed of attempts processors cannot reach it
--   failing      failed of attempts pushes failed since then, of the last five minutes at the most
--   silent       it has not answered attempts pushes for ten seconds; they may still succeed
CREATE OR REPLACE FUNCTION shift_reminders.channel_trouble(at timestamptz)
RETURNS TABLE (channel text, platform text, kind text, is_down boolean, since timestamptz, failed bigint, attempts bigint,
  last_accepted_at timestamptz, reason text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH used AS (
      SELECT p.channel, count(*) AS processors, count(p.cut_off_since) AS cut_off, min(p.cut_off_since) AS first_cut_off,
        max(p.cut_off_since) AS last_cut_off, (array_agg(p.trouble ORDER BY p.cut_off_since))[1] AS reason
      FROM (SELECT x.*, CASE WHEN x.trouble_since <= at - interval '5 seconds' THEN x.trouble_since END AS cut_off_since
            FROM shift_reminders.processors x WHERE shift_reminders.is_alive(x.last_seen_at, at)) p
      GROUP BY p.channel),
    failing AS (
      -- Where all platforms suffer, or none enough to be named, it is the channel.
      SELECT f.*, count(f.platform) OVER one AS platforms, count(f.platform) FILTER (WHERE f.state IS NOT NULL) OVER one AS ill
      FROM shift_reminders.channel_failures(at) f WINDOW one AS (PARTITION BY f.channel)),
    troubles AS (
      SELECT c.channel, NULL::text AS platform, 'refused' AS kind, true AS is_down, c.since, NULL::bigint AS failed, NULL::bigint AS attempts, c.reason, 1 AS rank
      FROM shift_reminders.channels c WHERE c.state = 'down'
      UNION ALL
      SELECT u.channel, NULL, 'unreachable', u.cut_off = u.processors, CASE WHEN u.cut_off = u.processors THEN u.last_cut_off ELSE u.first_cut_off END,
        u.cut_off, u.processors, u.reason, 2
      FROM used u WHERE u.cut_off > 0
      UNION ALL
      SELECT f.channel, f.platform, 'failing', f.state = 'down', f.since, f.failed, f.attempts, f.reason, 3
      FROM failing f WHERE f.state IS NOT NULL AND (f.platform IS NULL) = (f.ill IN (0, f.platforms))
      UNION ALL
      SELECT s.channel, NULL, 'silent', false, s.since, NULL, s.attempts, NULL, 4 FROM shift_reminders.unanswered_pushes(at) s)
    SELECT t.channel, t.platform, t.kind, t.is_down, t.since, t.failed, t.attempts, c.last_accepted_at, t.reason
    FROM troubles t JOIN used u ON u.channel = t.channel LEFT JOIN shift_reminders.channels c ON c.channel = t.channel
    -- The first kind explains the others; the same kind may hold for several platforms.
    WHERE t.rank = (SELECT min(o.rank) FROM troubles o WHERE o.channel = t.channel AND (o.is_down OR NOT t.is_down))
    ORDER BY t.channel, t.is_down DESC, t.platform;
END
$$;
