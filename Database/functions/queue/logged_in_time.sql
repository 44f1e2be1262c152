-- Whether a row of attendance made a reminder superfluous: who checked in after it could have come had still needed it. One
-- without a time counts.
CREATE OR REPLACE FUNCTION shift_reminders.logged_in_time(logged_at timestamptz, expires_at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE AS 'SELECT $1 IS NULL OR $1 <= $2';
