-- How many of the pushes have failed since they began to, of the last five minutes at the most; nothing while none fails. For
-- each platform (since NULL: not this one), and for the channel as a whole (platform NULL). "down": next to nothing gets through; "impaired": a fifth or more
-- fails; NULL: too little to speak of. One push, one phone, or a stutter of five seconds is nothing to speak of.
CREATE OR REPLACE FUNCTION shift_reminders.channel_failures(at timestamptz)
RETURNS TABLE (channel text, platform text, state text, since timestamptz, failed bigint, attempts bigint, reason text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH stretches AS (
      SELECT p.channel, p.platform, shift_reminders.failing_since(p.channel, p.platform, at) AS since
      FROM (SELECT DISTINCT r.channel, r.platform FROM shift_reminders.channel_results r WHERE r.slot_at > at - interval '5 minutes') p),
    began AS (SELECT s.channel, min(s.since) AS since FROM stretches s GROUP BY s.channel HAVING min(s.since) IS NOT NULL),
    counted AS (
      SELECT r.channel, CASE WHEN grouping(r.platform) = 0 THEN r.platform END AS platform, min(s.since) AS since,
        coalesce(sum(r.failed) FILTER (WHERE s.since IS NOT NULL), 0) AS failed, sum(r.failed + r.answered) AS attempts,
        min(r.first_device) <> max(r.last_device) AS are_several, (array_agg(r.reason ORDER BY r.last_failed_at DESC NULLS LAST))[1] AS reason
      FROM began b
      JOIN shift_reminders.channel_results r ON r.channel = b.channel AND r.slot_at > greatest(b.since - interval '10 seconds', at - interval '5 minutes')
      JOIN stretches s ON s.channel = r.channel AND s.platform = r.platform
      GROUP BY GROUPING SETS ((r.channel, r.platform), (r.channel)))
    SELECT c.channel, c.platform,
      CASE WHEN c.since > at - interval '5 seconds' OR c.are_several IS NOT TRUE THEN NULL
           WHEN c.failed >= 3 AND c.failed >= 0.9 * c.attempts THEN 'down'
           WHEN c.failed >= 5 AND c.failed >= 0.2 * c.attempts THEN 'impaired' END,
      c.since, c.failed, c.attempts, c.reason
    FROM counted c;
END
$$;
