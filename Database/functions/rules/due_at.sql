-- When a reminder is due, by its anchor. Here and in the functions beside it: a string body without SET, so that it is inlined.
CREATE OR REPLACE FUNCTION shift_reminders.due_at(anchor timestamptz, lead interval) RETURNS timestamptz
LANGUAGE sql STABLE AS 'SELECT $1 - $2';
