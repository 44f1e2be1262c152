-- Whether an edited rule changes this reminder: it waits, and nothing was tried. What was tried keeps the time that it was
-- tried for, and a resend the time that somebody chose.
CREATE OR REPLACE FUNCTION shift_reminders.follows_rule(reminder public.scheduled_notifications) RETURNS boolean
LANGUAGE sql IMMUTABLE AS '
  SELECT $1.state = ''pending'' AND $1.retry_count = 0 AND $1.accepted_at IS NULL AND $1.resent_by IS NULL';
