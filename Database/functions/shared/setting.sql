CREATE OR REPLACE FUNCTION shift_reminders.setting(key text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$ BEGIN RETURN (SELECT s.value FROM shift_reminders.settings s WHERE s.key = setting.key); END $$;
