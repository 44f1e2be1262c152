-- A token without what an app has left around it (a line's end, blanks, quotes). Inlined into the devices view.
CREATE OR REPLACE FUNCTION shift_reminders.trimmed_token(token text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT pg_catalog.btrim($1, E'' \t\r\n"'')';
