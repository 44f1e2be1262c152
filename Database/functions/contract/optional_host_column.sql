DROP FUNCTION IF EXISTS shift_reminders.host_column(regclass, text[]);
-- The name of the host's column that serves this purpose, quoted where it must be; NULL: none.
CREATE OR REPLACE FUNCTION shift_reminders.optional_host_column(purpose text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT o.used FROM shift_reminders.optional_host_columns() o WHERE o.purpose = optional_host_column.purpose $$;
