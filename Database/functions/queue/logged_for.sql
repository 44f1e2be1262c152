-- Whether a row of attendance is about this person: one without a person is about whoever has the shift.
CREATE OR REPLACE FUNCTION shift_reminders.logged_for(logged_by uuid, who uuid) RETURNS boolean
LANGUAGE sql IMMUTABLE AS 'SELECT $1 IS NULL OR $1 = $2';
