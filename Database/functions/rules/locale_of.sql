-- As the texts name it; phones also write de_DE.
CREATE OR REPLACE FUNCTION shift_reminders.locale_of(written text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT pg_catalog.replace(written, '_', '-') $$;
