-- Answers what it found or did: scheduled | rescheduled | kept | inactive | missing (no pg_cron here) | not permitted.
CREATE OR REPLACE FUNCTION shift_reminders.ensure_cron_job() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
