-- Whether a processor lives: it beats every ten seconds, and may miss two.
CREATE OR REPLACE FUNCTION shift_reminders.is_alive(last_seen_at timestamptz, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS 'SELECT $1 > $2 - interval ''30 seconds''';
