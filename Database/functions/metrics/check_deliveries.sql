-- What keeps reminders from phones just now. That some fail while others get through is said, and no failure.
CREATE OR REPLACE FUNCTION shift_reminders.check_deliveries() RETURNS TABLE (ok boolean, finding text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT count(*) FILTER (WHERE t.is_down) = 0, coalesce(string_agg(
      concat_ws(' ', t.channel, 'on ' || nullif(t.platform, ''))
      || CASE t.kind WHEN 'refused' THEN ' refuses our credentials'
                     WHEN 'unreachable' THEN format(' cannot be reached by %s of %s processors', t.failed, t.attempts)
                     WHEN 'failing' THEN format(' failed %s of %s pushes', t.failed, t.attempts)
                     ELSE format(' does not answer %s pushes', t.attempts) END
      || to_char(t.since AT TIME ZONE 'UTC', '" since "YYYY-MM-DD HH24:MI:SS" UTC"')
      || coalesce(to_char(t.last_accepted_at AT TIME ZONE 'UTC', '", last accepted one at "YYYY-MM-DD HH24:MI:SS" UTC"'), ', never accepted one')
      || coalesce(': ' || t.reason, ''), '; '), 'no outage of a channel is known')
  FROM shift_reminders.channel_trouble(shift_reminders.clock()) t
$$;
