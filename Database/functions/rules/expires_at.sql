-- The last moment at which a reminder is useful, by its anchor.
CREATE OR REPLACE FUNCTION shift_reminders.expires_at(anchor timestamptz, lead interval, grace interval) RETURNS timestamptz
LANGUAGE sql STABLE AS 'SELECT $1 - $2 + $3';
