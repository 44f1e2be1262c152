-- Ends one session. False: it had ended already. Open pages hear of it by the announcement.
CREATE OR REPLACE FUNCTION shift_reminders.end_session(session uuid, why text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE shift_reminders.sessions s SET ended_at = shift_reminders.clock(), ended_why = why
  WHERE s.id = session AND s.ended_at IS NULL;
  IF FOUND THEN
    PERFORM shift_reminders.hint('shift_reminders_changed', '');
  END IF;
  RETURN FOUND;
END
$$;
