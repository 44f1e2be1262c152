-- Its person has just proved again who they are. False: the session has ended meanwhile.
CREATE OR REPLACE FUNCTION shift_reminders.prove_session(session uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE shift_reminders.sessions s SET authenticated_at = shift_reminders.clock(), last_used_at = shift_reminders.clock()
  WHERE s.id = session AND EXISTS (SELECT FROM shift_reminders.live_sessions() l WHERE l.id = session);
  RETURN FOUND;
END
$$;
