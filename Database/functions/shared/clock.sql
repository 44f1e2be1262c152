-- The queue's only clock. Tests replace it in their own database to move time; nothing else reads the time.
-- plpgsql, as all that claims and records call: it keeps its plans, where an SQL function is planned for every call.
CREATE OR REPLACE FUNCTION shift_reminders.clock() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$ BEGIN RETURN pg_catalog.clock_timestamp(); END $$;
