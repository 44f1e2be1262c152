-- The name of a reminder in marks, messages and logs; the phone's collapse key.
CREATE OR REPLACE FUNCTION shift_reminders.notification_id(schedule_id bigint, user_id uuid, notify_type text) RETURNS text
LANGUAGE sql IMMUTABLE AS 'SELECT ''shift-'' || $1::text || ''-'' || $2::text || ''-'' || $3';
