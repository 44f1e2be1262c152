-- The command and the messages are our own job's alone: other jobs' often carry keys, and everybody with a role reads this page.
CREATE OR REPLACE FUNCTION shift_reminders.cron_jobs()
RETURNS TABLE (jobid bigint, jobname text, schedule text, command text, database text, username text, active boolean,
               last_status text, last_start timestamptz, last_end timestamptz, last_message text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN; END IF;
  RETURN QUERY EXECUTE $sql$
    SELECT j.jobid, j.jobname::text, j.schedule, CASE WHEN o.ours THEN j.command END, j.database, j.username, j.active,
      d.status, d.start_time, d.end_time, CASE WHEN o.ours THEN d.return_message END
    FROM cron.job j
    CROSS JOIN LATERAL (SELECT j.jobname = 'shift_reminders_every_min' AND j.username = current_user AS ours) o
    -- job_run_details has one index, on runid: the newest run of a job is found from that end, within a bound.
    LEFT JOIN LATERAL (
      SELECT x.status, x.start_time, x.end_time, x.return_message
      FROM (SELECT * FROM cron.job_run_details r ORDER BY r.runid DESC LIMIT 5000) x
      WHERE x.jobid = j.jobid ORDER BY x.runid DESC LIMIT 1) d ON true
    WHERE j.database = current_database() ORDER BY j.jobid $sql$;
END
$$;
