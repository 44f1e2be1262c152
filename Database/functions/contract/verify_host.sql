-- Refuses to migrate for a host whose tables we would misread. The enqueue goes on: check says what is wrong.
CREATE OR REPLACE FUNCTION shift_reminders.verify_host() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wrong record;
BEGIN
  FOR wrong IN SELECT f.fault, f.remedy FROM shift_reminders.host_faults() f LOOP
    RAISE EXCEPTION '%', wrong.fault USING ERRCODE = 'SR001', HINT = wrong.remedy;
  END LOOP;
END
$$;
