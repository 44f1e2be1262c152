-- The pause that holds: not one whose time is up, although no tick may have ended it yet. Inlined.
CREATE OR REPLACE FUNCTION shift_reminders.pause_at(at timestamptz) RETURNS SETOF shift_reminders.pauses
LANGUAGE sql STABLE AS '
  SELECT * FROM shift_reminders.pauses p WHERE p.ended_at IS NULL AND (p.until IS NULL OR p.until > at)';
