-- Its person has just done something with it, which an idle limit counts from. Never waits for an act that holds the session.
CREATE OR REPLACE FUNCTION shift_reminders.use_session(session uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE shift_reminders.sessions s SET last_used_at = shift_reminders.clock()
  WHERE s.id = (SELECT l.id FROM shift_reminders.sessions l WHERE l.id = session FOR NO KEY UPDATE SKIP LOCKED)
    AND EXISTS (SELECT FROM shift_reminders.live_sessions() l WHERE l.id = session)
$$;
