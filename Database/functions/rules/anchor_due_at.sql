-- The anchor of a reminder that is due at that moment: due_at the other way round, so that an index on the anchor is used.
CREATE OR REPLACE FUNCTION shift_reminders.anchor_due_at(due timestamptz, lead interval) RETURNS timestamptz
LANGUAGE sql STABLE AS 'SELECT $1 + $2';
