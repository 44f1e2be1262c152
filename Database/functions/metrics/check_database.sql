-- What `check` looks at beyond what the app can see by itself; each line says what is wrong and what to do, or nothing.
CREATE OR REPLACE FUNCTION shift_reminders.check_database()
RETURNS TABLE (subject text, ok boolean, finding text, remedy text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  metrics record;
  job record;
  wanted record;
BEGIN
  SELECT * INTO metrics FROM shift_reminders.queue_metrics();
  RETURN QUERY SELECT 'host contract', count(*) = 4, count(*) || ' of 4 contract views exist',
      'Run migrate, or SELECT shift_reminders.refresh_host_contract() as the owner.'
    FROM pg_views v WHERE v.schemaname = 'shift_reminders' AND v.viewname IN ('shifts', 'attendance', 'devices', 'people');

  FOR wanted IN SELECT * FROM (VALUES ('duty_schedules', 'start_at'), ('duty_schedules', 'end_at'), ('attendance_logs', 'schedule_id'),
                                      ('fcm_tokens', 'user_id')) AS w(tab, col) LOOP
    IF to_regclass('public.' || wanted.tab) IS NOT NULL THEN
      RETURN QUERY SELECT 'index on ' || wanted.tab || '(' || wanted.col || ')', x.found OR x.small,
          CASE WHEN x.found THEN 'exists' WHEN x.small THEN 'missing, but the table is small' ELSE 'missing' END,
          format('CREATE INDEX CONCURRENTLY ON public.%I (%I);', wanted.tab, wanted.col)
        FROM (SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                             WHERE i.indrelid = to_regclass('public.' || wanted.tab) AND a.attname = wanted.col AND i.indisvalid) AS found,
                     (SELECT c.reltuples < 10000 FROM pg_class c WHERE c.oid = to_regclass('public.' || wanted.tab)) AS small) x;
    END IF;
  END LOOP;

  IF NOT shift_reminders.cron_available() THEN
    RETURN QUERY SELECT 'pg_cron', false, 'is not installed in this database', 'CREATE EXTENSION pg_cron, or leave the ticks to the watchdog of the app.';
  ELSE
    EXECUTE 'SELECT count(*) AS n, bool_and(active) AS active FROM cron.job WHERE jobname = $1' INTO job USING 'shift_reminders_every_min';
    RETURN QUERY SELECT 'cron job shift_reminders_every_min', job.n = 1 AND job.active,
      CASE WHEN job.n = 0 THEN 'does not exist' WHEN job.n > 1 THEN 'exists ' || job.n || ' times, owned by several roles'
           WHEN NOT job.active THEN 'is switched off' ELSE 'is scheduled' END,
      CASE WHEN job.n > 1 THEN 'Unschedule the one that is not the owner''s: SELECT cron.unschedule(jobid).'
           WHEN job.n = 1 THEN 'SELECT cron.alter_job(jobid, active := true) FROM cron.job WHERE jobname = ''shift_reminders_every_min'';'
           ELSE 'SELECT shift_reminders.ensure_cron_job();' END;
    -- The watchdog hides a scheduler that died. Not yet a tick is no fault in the first minutes.
    RETURN QUERY SELECT 'last tick of pg_cron', metrics.paused OR coalesce(metrics.seconds_since_cron_tick <= 180, NOT EXISTS (
        SELECT FROM shift_reminders.heartbeats h WHERE h.started_at < shift_reminders.clock() - interval '3 minutes')),
      coalesce(round(metrics.seconds_since_cron_tick) || ' s ago', 'none yet'),
      'The watchdog enqueues in its place; see DEPLOYMENT.md, "ShiftRemindersCronSilent".';
  END IF;
  RETURN QUERY SELECT 'last tick of the enqueue', coalesce(metrics.seconds_since_tick <= 120, false) OR metrics.paused,
    coalesce(round(metrics.seconds_since_tick) || ' s ago', 'never'), 'See the page Cron: pg_cron''s last runs and their messages.';
  RETURN QUERY SELECT 'rule ' || r.notify_type, EXISTS (SELECT 1 FROM shift_reminders.rule_texts t WHERE t.notify_type = r.notify_type
      AND t.locale IN (shift_reminders.setting('site_locale'), 'en')),
    'text for the site''s locale', 'Add one on the page Rules.' FROM shift_reminders.rules r WHERE r.enabled ORDER BY r.notify_type;
END
$$;
