-- The same length in hours only. A day is not always 24 hours, so a rule's times must not contain one.
CREATE OR REPLACE FUNCTION shift_reminders.in_hours(length interval) RETURNS interval
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT make_interval(secs => extract(epoch FROM length)::double precision) $$;
