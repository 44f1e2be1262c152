CREATE OR REPLACE FUNCTION shift_reminders.paused(at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM shift_reminders.pause_at(paused.at));
END
$$;
