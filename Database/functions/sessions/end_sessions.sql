-- Ends all sessions of an account but one, if that is given; returns those that it ended.
CREATE OR REPLACE FUNCTION shift_reminders.end_sessions(account uuid, why text, but uuid DEFAULT NULL) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY UPDATE shift_reminders.sessions s SET ended_at = shift_reminders.clock(), ended_why = why
    WHERE s.account_id = account AND s.ended_at IS NULL AND s.id IS DISTINCT FROM but
    RETURNING s.id;
  IF FOUND THEN
    PERFORM shift_reminders.hint('shift_reminders_changed', '');
  END IF;
END
$$;
