-- Which of pg_cron's runs a heartbeat belongs to; NULL: none of the latest, or we may not see them.
CREATE OR REPLACE FUNCTION shift_reminders.cron_run_of(heartbeat bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  run bigint;
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN NULL; END IF;
  -- Nobody prunes other jobs' runs, and only runid has an index: looked for among the latest alone.
  EXECUTE $sql$
    SELECT r.runid FROM (SELECT d.runid, d.job_pid, d.start_time, d.database FROM cron.job_run_details d ORDER BY d.runid DESC LIMIT 20000) r
    JOIN shift_reminders.heartbeats x ON x.id = $1 AND x.source = 'cron'
    WHERE r.job_pid = x.backend_pid AND r.database = current_database()
      AND r.start_time BETWEEN x.started_at - interval '1 minute' AND x.started_at + interval '5 seconds'
    ORDER BY r.runid DESC LIMIT 1 $sql$ INTO run USING heartbeat;
  RETURN run;
EXCEPTION WHEN insufficient_privilege THEN
  RETURN NULL;
END
$$;
