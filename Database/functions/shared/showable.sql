-- A host's table may hold infinity or the year 294276, which no page can show. A string body, so that it is inlined: a board
-- asks it for each of 20,000 rows.
CREATE OR REPLACE FUNCTION shift_reminders.showable(at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS '
  SELECT CASE WHEN at BETWEEN ''1900-01-01 00:00+00''::pg_catalog.timestamptz AND ''9000-01-01 00:00+00''::pg_catalog.timestamptz THEN at END';
