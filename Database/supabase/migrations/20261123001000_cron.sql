-- pg_cron: the job, its history for the portal, and the purge. Safe to run again.
--
-- pg_cron may be missing (plain PostgreSQL, or a clone in the tests): then nothing here fails, and the app's watchdog is
-- the scheduler. pg_cron's own tables hide other roles' rows without an error, so the portal reads them through functions
-- that run as the job's owner and that say so when they see nothing.

CREATE OR REPLACE FUNCTION shift_reminders.cron_available() RETURNS boolean
LANGUAGE sql STABLE SET search_path = ''
AS $$ SELECT to_regclass('cron.job') IS NOT NULL $$;

-- Answers what it found or did: scheduled | rescheduled | kept | inactive | missing (no pg_cron here) | not permitted.
CREATE OR REPLACE FUNCTION shift_reminders.ensure_cron_job() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
  -- A function cannot set its own statement_timeout, and pg_cron queues missed ticks without bound: the text does.
  wanted constant text := 'SET statement_timeout = ''50s''; SELECT public.enqueue_due_shift_notifications();';
  job record;
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN 'missing'; END IF;
  EXECUTE 'SELECT jobid, schedule, command, active FROM cron.job WHERE jobname = $1 AND username = current_user'
    INTO job USING 'shift_reminders_every_min';
  IF job.jobid IS NULL THEN
    EXECUTE 'SELECT cron.schedule($1, $2, $3)' USING 'shift_reminders_every_min', '* * * * *', wanted;
    RETURN 'scheduled';
  END IF;
  IF job.schedule <> '* * * * *' OR job.command <> wanted THEN
    EXECUTE 'SELECT cron.schedule($1, $2, $3)' USING 'shift_reminders_every_min', '* * * * *', wanted;
    RETURN 'rescheduled';
  END IF;
  -- Somebody switched it off on purpose; a pause of ours would have been the better way, but it is not ours to undo.
  RETURN CASE WHEN job.active THEN 'kept' ELSE 'inactive' END;
EXCEPTION
  WHEN insufficient_privilege THEN
    RETURN 'not permitted';
END
$$;

SELECT shift_reminders.ensure_cron_job();

CREATE OR REPLACE FUNCTION shift_reminders.cron_jobs()
RETURNS TABLE (jobid bigint, jobname text, schedule text, command text, database text, username text, active boolean,
               last_status text, last_start timestamptz, last_end timestamptz, last_message text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN; END IF;
  RETURN QUERY EXECUTE $sql$
    SELECT j.jobid, j.jobname::text, j.schedule, j.command, j.database, j.username, j.active, d.status, d.start_time, d.end_time, d.return_message
    FROM cron.job j
    -- job_run_details has one index, on runid: the newest run of a job is found from that end, within a bound.
    LEFT JOIN LATERAL (
      SELECT x.status, x.start_time, x.end_time, x.return_message
      FROM (SELECT * FROM cron.job_run_details r ORDER BY r.runid DESC LIMIT 5000) x
      WHERE x.jobid = j.jobid ORDER BY x.runid DESC LIMIT 1) d ON true
    WHERE j.database = current_database() ORDER BY j.jobid $sql$;
END
$$;

-- Newest first, before a runid (NULL: from the newest). queued: what the enqueue's heartbeat of that run added.
CREATE OR REPLACE FUNCTION shift_reminders.cron_runs(before_runid bigint, page_size integer, only_status text DEFAULT NULL, only_job bigint DEFAULT NULL)
RETURNS TABLE (runid bigint, jobid bigint, jobname text, status text, started_at timestamptz, ended_at timestamptz,
               message text, command text, queued integer, rearmed integer, expired integer, paused boolean, error text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN; END IF;
  RETURN QUERY EXECUTE $sql$
    SELECT r.runid, r.jobid, j.jobname::text, r.status, r.start_time, r.end_time, r.return_message, r.command,
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

-- Which of pg_cron's runs a heartbeat belongs to; NULL: none of the latest, or we may not see them.
CREATE OR REPLACE FUNCTION shift_reminders.cron_run_of(heartbeat bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ''
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

-- Run now, by hand: the same function as the tick, on record as manual.
CREATE OR REPLACE FUNCTION shift_reminders.run_enqueue_by_hand(actor text, why text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
  added integer;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  added := public.enqueue_due_shift_notifications('manual');
  PERFORM shift_reminders.record_audit(actor, 'run enqueue', 'enqueue_due_shift_notifications', why, NULL, jsonb_build_object('result', added));
  RETURN added;
END
$$;

-- One small batch of what retention allows to forget; returns how many rows went. Called until it answers 0.
CREATE OR REPLACE FUNCTION shift_reminders.purge(batch_size integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  keep_reminders interval := shift_reminders.setting('keep_reminders')::interval;
  keep_runs interval := shift_reminders.setting('keep_runs')::interval;
  reached timestamptz := shift_reminders.setting('purge_reached')::timestamptz;
  last timestamptz;
  gone bigint[];
  nids text[];
  purged integer;
  more integer;
BEGIN
  LOOP
    -- From where the last batch ended: what it deleted stays in the index until a vacuum, and each batch would read past
    -- all of that. Only what is final: an open reminder is never forgotten.
    SELECT array_agg(l.id), array_agg('shift-' || l.schedule_id || '-' || l.user_id || '-' || l.notify_type), max(l.scheduled_for)
    INTO gone, nids, last FROM (
      SELECT q.id, q.schedule_id, q.user_id, q.notify_type, q.scheduled_for FROM public.scheduled_notifications q
      WHERE q.scheduled_for >= reached AND q.scheduled_for < at - keep_reminders AND q.processed
      ORDER BY q.scheduled_for, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
    EXIT WHEN gone IS NOT NULL OR reached = '-infinity';
    -- Once more from the old end, for what was open or locked when a batch went by.
    reached := '-infinity';
  END LOOP;
  purged := coalesce(cardinality(gone), 0);
  UPDATE shift_reminders.settings s SET value = coalesce(last, '-infinity')::text, updated_at = at
  WHERE s.key = 'purge_reached' AND s.value::timestamptz <> coalesce(last, '-infinity');
  IF purged > 0 THEN
    DELETE FROM shift_reminders.attempts a WHERE a.reminder_id = ANY (gone);
    DELETE FROM shift_reminders.generations g WHERE g.reminder_id = ANY (gone);
    DELETE FROM public.notification_pushes p WHERE p.notification_id = ANY (nids);
    DELETE FROM public.scheduled_notifications q WHERE q.id = ANY (gone);
    UPDATE shift_reminders.settings s SET value = greatest(s.value::timestamptz, at - keep_reminders)::text, updated_at = at WHERE s.key = 'purged_before';
  END IF;

  -- pg_cron's last tick stays, however old: its age is the alarm that pg_cron is silent.
  DELETE FROM shift_reminders.heartbeats h WHERE h.id IN (
    SELECT x.id FROM shift_reminders.heartbeats x WHERE x.started_at < at - keep_runs AND x.id IS DISTINCT FROM (
      SELECT c.id FROM shift_reminders.heartbeats c WHERE c.source = 'cron' AND NOT c.busy ORDER BY c.started_at DESC LIMIT 1)
    ORDER BY x.started_at LIMIT batch_size);
  GET DIAGNOSTICS more = ROW_COUNT;
  purged := purged + more;
  DELETE FROM shift_reminders.processors p WHERE p.last_seen_at < at - interval '1 day';

  IF shift_reminders.cron_available() THEN
    BEGIN
      -- Runs that a restart cut off have no end; the only index is on runid, so the old end is looked at in runid order.
      EXECUTE $sql$
        DELETE FROM cron.job_run_details d WHERE d.runid IN (
          SELECT x.runid FROM (SELECT r.runid, r.start_time, r.end_time, r.database FROM cron.job_run_details r ORDER BY r.runid LIMIT $2) x
          WHERE coalesce(x.end_time, x.start_time) < $1 AND x.database = current_database()) $sql$
        USING at - keep_runs, batch_size;
      GET DIAGNOSTICS more = ROW_COUNT;
      purged := purged + more;
    EXCEPTION WHEN insufficient_privilege THEN
      NULL; -- pg_cron's history is then somebody else's to keep small; check says so.
    END;
  END IF;
  RETURN purged;
END
$$;
INSERT INTO shift_reminders.settings (key, value, meaning)
VALUES ('purged_before', '-infinity', 'Finished reminders due before this were purged; kept by the purge itself'),
  ('purge_reached', '-infinity', 'Due time at which the purge that is under way goes on; kept by the purge itself')
ON CONFLICT (key) DO NOTHING;
