-- A host's table may hold infinity or the year 294276, which no page can show.
CREATE OR REPLACE FUNCTION shift_reminders.showable(at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE WHEN at BETWEEN '1900-01-01 00:00+00' AND '9000-01-01 00:00+00' THEN at END $$;
