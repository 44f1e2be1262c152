-- One of the functions that write into the host's tables. No reminder depends on it: where the host's tables do not take what
-- it would write, it says so when it is called, and everything else goes on.
CREATE OR REPLACE FUNCTION shift_reminders.write_host_helper(signature text, result text, body text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
-- What the host's tables do not take is to show now.
SET check_function_bodies = on
AS $$
DECLARE
  refused text;
BEGIN
  BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION shift_reminders.%s RETURNS %s LANGUAGE sql SET search_path = pg_catalog, pg_temp AS %L',
                   signature, result, body);
  EXCEPTION WHEN OTHERS THEN
    refused := SQLERRM;
    EXECUTE format('CREATE OR REPLACE FUNCTION shift_reminders.%s RETURNS %s LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS %L',
                   signature, result, format('BEGIN RAISE EXCEPTION %L USING ERRCODE = ''SR002'', HINT = %L; END',
                     replace('The tables of the shift app do not take this: ' || refused || '.', '%', '%%'),
                     'Write your own host contract: Database/README.md, "The host contract".'));
  END;
  EXECUTE format('REVOKE ALL ON FUNCTION shift_reminders.%s FROM PUBLIC', signature);
END
$$;
