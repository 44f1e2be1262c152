-- Whether a device may have got the message after this answer: an answer was lost, or a server failed after it had taken the
-- request. 503 says that it did not take it.
CREATE OR REPLACE FUNCTION shift_reminders.may_have_reached(outcome text, http integer) RETURNS boolean
LANGUAGE sql IMMUTABLE AS '
  SELECT $1 IN (''accepted'', ''unknown'') OR $1 = ''transient'' AND $2 >= 500 AND $2 <> 503';
