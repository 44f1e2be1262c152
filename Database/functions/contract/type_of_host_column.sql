-- The type of one of the host's columns, as a cast names it; NULL: there is no such column.
CREATE OR REPLACE FUNCTION shift_reminders.type_of_host_column(host_table text, quoted_name text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format_type(a.atttypid, NULL) FROM pg_attribute a
  WHERE a.attrelid = to_regclass(host_table) AND quote_ident(a.attname) = quoted_name AND a.attnum > 0 AND NOT a.attisdropped
$$;
