DROP FUNCTION IF EXISTS shift_reminders.backoff(integer);
-- How long to wait after a failure: seconds at first, as most faults are short, with jitter. Then the attempts that are left
-- are spread over the time that is left, and the last one waits for its end, so that an outage does not use them up.
CREATE OR REPLACE FUNCTION shift_reminders.backoff(failures integer, attempts_left integer, time_left interval) RETURNS interval
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN attempts_left <= 1 THEN time_left
    WHEN failures <= 4 THEN make_interval(secs => (ARRAY[5, 15, 45, 120])[greatest(failures, 1)] * (0.8 + 0.4 * random()))
    ELSE greatest(interval '2 minutes', time_left / attempts_left) END
$$;
