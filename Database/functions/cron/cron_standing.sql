-- Whether pg_cron is there and what of it may be seen, so that "not permitted" never looks like "empty".
-- standing: missing (no pg_cron in this database) | not permitted | no job | inactive | active
CREATE OR REPLACE FUNCTION shift_reminders.cron_standing()
RETURNS TABLE (standing text, detail text, time_zone text, at timestamptz, last_tick_at timestamptz, last_tick_error text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  is_active boolean;
BEGIN
  at := shift_reminders.clock();
  time_zone := coalesce(nullif(current_setting('cron.timezone', true), ''), 'GMT');
  SELECT h.started_at, h.error INTO last_tick_at, last_tick_error
  FROM shift_reminders.heartbeats h WHERE h.source = 'cron' AND NOT h.busy ORDER BY h.started_at DESC LIMIT 1;
  IF NOT shift_reminders.cron_available() THEN
    standing := 'missing';
  ELSE
    BEGIN
      EXECUTE 'SELECT bool_or(j.active) FROM cron.job j WHERE j.jobname = $1 AND j.database = current_database()'
        INTO is_active USING 'shift_reminders_every_min';
      EXECUTE 'SELECT 1 FROM cron.job_run_details LIMIT 1';
      standing := CASE WHEN is_active IS NULL THEN 'no job' WHEN is_active THEN 'active' ELSE 'inactive' END;
      -- pg_cron hides other roles' jobs without an error: ticks without a job that we can see are somebody else's.
      IF is_active IS NULL AND last_tick_at > at - interval '5 minutes' THEN
        standing := 'not permitted';
        detail := format('pg_cron ticks, but its job belongs to another role than %s, and pg_cron hides it.', current_user);
      END IF;
    EXCEPTION WHEN insufficient_privilege THEN
      standing := 'not permitted';
      detail := format('The role %s may not read pg_cron: %s.', current_user, SQLERRM);
    END;
  END IF;
  RETURN NEXT;
END
$$;
