CREATE OR REPLACE FUNCTION shift_reminders.cron_available() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT to_regclass('cron.job') IS NOT NULL $$;
