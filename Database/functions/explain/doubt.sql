-- What has to be said beside how a reminder ended unsent, when it may have arrived all the same; NULL: nothing.
CREATE OR REPLACE FUNCTION shift_reminders.doubt(reminder bigint, of_generation integer) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'It may have arrived all the same: what came of an attempt is not known.'
  WHERE shift_reminders.may_have_arrived(reminder, of_generation)
$$;
