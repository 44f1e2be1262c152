-- The person clears the phone's notifications; returns how many there were.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_clear(person uuid) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH cleared AS (DELETE FROM shift_reminders.sandbox_pushes p WHERE p.user_id = person RETURNING 1)
  SELECT pg_catalog.count(*)::integer FROM cleared
$$;
