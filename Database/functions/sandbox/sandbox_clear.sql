-- The person clears the phone's notifications; returns how many there were. A program of the minor before names no actor.
DROP FUNCTION IF EXISTS shift_reminders.sandbox_clear(uuid);
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_clear(person uuid, actor text DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  cleared integer;
BEGIN
  DELETE FROM shift_reminders.sandbox_pushes p WHERE p.user_id = person;
  GET DIAGNOSTICS cleared = ROW_COUNT;
  PERFORM shift_reminders.record_audit(coalesce(actor, 'Shift Reminders'), 'clear simulated phones', 'person ' || person,
    NULL, NULL, jsonb_build_object('cleared', cleared));
  RETURN cleared;
END
$$;
