-- Refuses a missing column or another type by name, with what to do; returns the type that is there.
CREATE OR REPLACE FUNCTION shift_reminders.require_host_column(host_table text, column_name text, VARIADIC types text[])
RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found_type text;
BEGIN
  SELECT pg_catalog.format_type(a.atttypid, NULL) INTO found_type
  FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = pg_catalog.to_regclass(host_table) AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
  IF found_type IS NULL THEN
    RAISE EXCEPTION 'Shift Reminders needs column %.%, and it does not exist.', host_table, column_name
      USING ERRCODE = 'SR001',
            HINT = 'Create it, or write your own host contract: Database/README.md, "The host contract".';
  END IF;
  IF NOT found_type = ANY (types) AND NOT 'any' = ANY (types) THEN
    RAISE EXCEPTION 'Column %.% is %, and Shift Reminders needs %.',
      host_table, column_name, found_type, pg_catalog.array_to_string(types, ' or ')
      USING ERRCODE = 'SR001',
            HINT = 'Change the column, or write your own host contract: Database/README.md, "The host contract".';
  END IF;
  RETURN found_type;
END
$$;
