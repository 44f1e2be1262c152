-- Channels that have answered nothing for ten seconds although processors that live wait for two answers or more: seen before
-- the time-out of the first of them. A processor that died waits for nothing.
CREATE OR REPLACE FUNCTION shift_reminders.unanswered_pushes(at timestamptz)
RETURNS TABLE (channel text, since timestamptz, attempts bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN QUERY
    SELECT p.channel, min(q.claimed_at), count(*)
    FROM (
      SELECT o.state, o.claimed_by, o.claimed_at FROM public.scheduled_notifications o
      WHERE NOT o.processed AND o.reason IS NULL AND o.scheduled_for <= at ORDER BY o.scheduled_for, o.expires_at, o.id LIMIT 1000) q
    JOIN shift_reminders.processors p ON p.name = q.claimed_by
    LEFT JOIN shift_reminders.channels c ON c.channel = p.channel
    WHERE q.state = 'sending' AND q.claimed_at <= at - interval '10 seconds' AND p.last_seen_at >= q.claimed_at + interval '10 seconds'
      AND (c.last_accepted_at > at - interval '10 seconds') IS NOT TRUE
    GROUP BY p.channel HAVING count(*) >= 2;
END
$$;
