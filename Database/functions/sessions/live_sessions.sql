-- The sessions that open something at this moment: the one definition of it. Inlined into whatever asks.
CREATE OR REPLACE FUNCTION shift_reminders.live_sessions() RETURNS SETOF shift_reminders.sessions
LANGUAGE sql STABLE
AS $$
  SELECT s.*
  FROM shift_reminders.sessions s
  JOIN shift_reminders.accounts a ON a.id = s.account_id
  WHERE s.ended_at IS NULL
    AND (SELECT shift_reminders.clock()) < s.ends_at
    AND (SELECT shift_reminders.clock()) < s.last_used_at + s.idle_limit
    AND a.disabled_at IS NULL
    AND a.security_stamp = s.security_stamp
$$;
