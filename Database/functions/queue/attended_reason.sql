-- The reason of a reminder that was superfluous, by what was logged.
CREATE OR REPLACE FUNCTION shift_reminders.attended_reason(type text) RETURNS text
LANGUAGE sql IMMUTABLE AS '
  SELECT CASE $1 WHEN ''check_in'' THEN ''checked_in'' WHEN ''check_out'' THEN ''checked_out'' ELSE ''attendance_logged'' END';
