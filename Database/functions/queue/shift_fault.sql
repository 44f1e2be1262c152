-- Why nobody is to be reminded of a shift, whoever it belongs to: a reason, or NULL. The bounds also keep date arithmetic on
-- absurd times from failing a whole batch.
CREATE OR REPLACE FUNCTION shift_reminders.shift_fault(is_active boolean, start_at timestamptz, end_at timestamptz, anchor timestamptz)
RETURNS text
LANGUAGE sql STABLE AS '
  SELECT CASE
    WHEN NOT $1 THEN ''shift_inactive''
    WHEN $4 IS NULL OR $3 < $2 OR $4 NOT BETWEEN ''1970-01-01 00:00+00'' AND ''3000-01-01 00:00+00'' THEN ''bad_times'' END';
