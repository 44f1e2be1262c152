-- Newest first, before a runid (NULL: from the newest). queued: what the enqueue's heartbeat of that run added.
-- The message is our own job's alone: another job's may quote its command, and that a key.
DROP FUNCTION IF EXISTS shift_reminders.cron_runs(bigint, integer, text, bigint);
CREATE OR REPLACE FUNCTION shift_reminders.cron_runs(before_runid bigint, page_size integer, only_status text DEFAULT NULL, only_job bigint DEFAULT NULL)
RETURNS TABLE (runid bigint, jobid bigint, jobname text, status text, started_at timestamptz, ended_at timestamptz,
               message text, queued integer, rearmed integer, expired integer, paused boolean, error text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN; END IF;
  RETURN QUERY EXECUTE $sql$
    SELECT r.runid, r.jobid, j.jobname::text, r.status, r.start_time, r.end_time,
           CASE WHEN j.jobname = 'shift_reminders_every_min' AND j.username = current_user THEN r.return_message END,
           h.added, h.rearmed, h.expired, h.paused, h.error
    FROM cron.job_run_details r
    LEFT JOIN cron.job j ON j.jobid = r.jobid
    LEFT JOIN LATERAL (
      SELECT x.* FROM shift_reminders.heartbeats x
      -- pg_cron notes a run's start after it has sent the command, so the heartbeat may be a moment older.
      WHERE x.backend_pid = r.job_pid AND x.started_at >= r.start_time - interval '5 seconds'
        AND x.started_at <= coalesce(r.end_time, r.start_time + interval '1 minute')
      ORDER BY x.started_at LIMIT 1) h ON true
    WHERE ($1 IS NULL OR r.runid < $1) AND ($3 IS NULL OR r.status = $3) AND ($4 IS NULL OR r.jobid = $4) AND r.database = current_database()
    ORDER BY r.runid DESC LIMIT $2 $sql$ USING before_runid, least(page_size, 1000), only_status, only_job;
END
$$;
