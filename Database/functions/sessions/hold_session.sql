-- In an act's own transaction: refuses unless the session lives, its account has one of these roles, and its person has
-- shown lately who they are, if that is asked for. Keeps all of it as it is until the act is done: whoever was told that a
-- session has ended sees nothing done by it afterwards.
DROP FUNCTION IF EXISTS shift_reminders.hold_session(uuid, text[]);
CREATE OR REPLACE FUNCTION shift_reminders.hold_session(session uuid, needed text[], proof_lasts interval) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- The account first, as whatever changes accounts does.
  PERFORM FROM shift_reminders.accounts a WHERE a.id = (SELECT s.account_id FROM shift_reminders.sessions s WHERE s.id = session) FOR SHARE;
  PERFORM FROM shift_reminders.sessions s WHERE s.id = session FOR SHARE;
  IF NOT EXISTS (SELECT FROM shift_reminders.live_sessions() s WHERE s.id = session) THEN
    RAISE EXCEPTION 'Your sign-in has ended, so nothing was done.' USING ERRCODE = 'SR002', HINT = 'Sign in again.';
  END IF;
  IF NOT EXISTS (
    SELECT FROM shift_reminders.sessions s
    JOIN shift_reminders.account_roles l ON l.user_id = s.account_id
    JOIN shift_reminders.roles r ON r.id = l.role_id
    WHERE s.id = session AND r.name = ANY (needed)
  ) THEN
    RAISE EXCEPTION 'Your roles have changed, so nothing was done.' USING ERRCODE = 'SR002', HINT = 'Ask an admin.';
  END IF;
  IF EXISTS (SELECT FROM shift_reminders.sessions s WHERE s.id = session AND s.authenticated_at < shift_reminders.clock() - proof_lasts) THEN
    RAISE EXCEPTION 'You have not shown lately who you are, so nothing was done.' USING ERRCODE = 'SR002', HINT = 'Try again, and confirm that it is you.';
  END IF;
END
$$;
