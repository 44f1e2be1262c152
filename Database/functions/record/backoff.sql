-- Exponential with jitter. A reminder is useful for minutes, so the steps are seconds, not hours.
CREATE OR REPLACE FUNCTION shift_reminders.backoff(failures integer) RETURNS interval
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT make_interval(secs => (ARRAY[5, 15, 45, 120])[least(greatest(failures, 1), 4)] * (0.8 + 0.4 * random()))
$$;
