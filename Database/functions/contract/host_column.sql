-- The first of several column names that a table has, or NULL.
CREATE OR REPLACE FUNCTION shift_reminders.host_column(host_table regclass, VARIADIC names text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT a.attname::text
  FROM pg_catalog.unnest(names) WITH ORDINALITY AS n(name, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = host_table AND a.attname = n.name AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY n.place LIMIT 1
$$;
