-- Whose session it is, and what they may; no row when the session has ended, or the key is not its own.
CREATE OR REPLACE FUNCTION shift_reminders.session_standing(session uuid, key_hash text)
RETURNS TABLE (account_id uuid, name text, roles text[], proved_ago interval, unused_for interval)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.account_id, a.user_name,
    ARRAY(SELECT r.name FROM shift_reminders.account_roles l JOIN shift_reminders.roles r ON r.id = l.role_id WHERE l.user_id = a.id ORDER BY r.name),
    shift_reminders.clock() - s.authenticated_at,
    shift_reminders.clock() - s.last_used_at
  FROM shift_reminders.live_sessions() s
  JOIN shift_reminders.accounts a ON a.id = s.account_id
  WHERE s.id = session AND s.key_hash = session_standing.key_hash
$$;
