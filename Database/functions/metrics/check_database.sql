-- What `check` looks at beyond what the app can see by itself; each line says what is wrong and what to do, or nothing.
CREATE OR REPLACE FUNCTION shift_reminders.check_database()
RETURNS TABLE (subject text, ok boolean, finding text, remedy text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  metrics record;
  job record;
  wanted record;
  unread text;
  unqueued bigint;
  failure text;
BEGIN
  SELECT * INTO metrics FROM shift_reminders.queue_metrics();
  RETURN QUERY SELECT 'host tables', count(*) = 0, coalesce(string_agg(f.fault, ' '), 'are as they must be'),
      coalesce(string_agg(f.remedy, ' '), 'See Database/README.md, "The host contract".')
    FROM shift_reminders.host_faults() f;
  RETURN QUERY SELECT 'shift ids', true, CASE WHEN shift_reminders.shift_id_is_unique() THEN 'an index promises that none repeats'
      ELSE 'no index can promise that none repeats; none does among the shifts of the last day and the next week' END, ''
    FROM shift_reminders.repeated_shift_ids() r WHERE r.ids = 0 OR shift_reminders.shift_id_is_unique();
  IF shift_reminders.setting('host_contract') <> 'custom' THEN
    -- Nothing that is left out keeps a reminder from being sent, so this is no failure.
    RETURN QUERY SELECT 'host columns', true,
        coalesce('left out, because their types cannot serve: '
          || string_agg(o.left_out || ', as ' || o.purpose, '; ' ORDER BY o.purpose) FILTER (WHERE o.left_out IS NOT NULL), 'all that are there are used'),
        'Change their types, or write your own host contract: Database/README.md, "The host contract".'
      FROM shift_reminders.optional_host_columns() o;
  END IF;
  -- A row of each, with all its columns: a view can exist although what it reads is gone, forbidden or of another type.
  FOR wanted IN SELECT unnest(ARRAY['shifts', 'attendance', 'devices', 'people']) AS view LOOP
    BEGIN
      PERFORM set_config('row_security', 'off', true);
      EXECUTE format('SELECT to_jsonb(v) FROM shift_reminders.%I v LIMIT 1', wanted.view);
    EXCEPTION WHEN OTHERS THEN
      unread := concat_ws('; ', unread, wanted.view || ': ' || SQLERRM);
    END;
  END LOOP;
  PERFORM set_config('row_security', 'on', true);
  RETURN QUERY SELECT 'host contract', unread IS NULL, coalesce(unread, '4 of 4 contract views can be read'),
      'Run migrate, or SELECT shift_reminders.refresh_host_contract() as the owner.';

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

  BEGIN
    RETURN QUERY SELECT 'phones', p.ok, p.finding, p.remedy FROM shift_reminders.check_shared_phones() p;
  EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT 'phones', false, 'cannot be read: ' || SQLERRM, 'See the line of the host contract.';
  END;

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
  failure := (SELECT h.error FROM shift_reminders.heartbeats h WHERE NOT h.busy ORDER BY h.started_at DESC LIMIT 1);
  RETURN QUERY SELECT 'last tick of the enqueue', coalesce(metrics.seconds_since_tick <= 120, false) OR metrics.paused,
    coalesce(round(metrics.seconds_since_tick) || ' s ago', 'never') || coalesce('; the last one failed: ' || failure, ''),
    'See the page Cron: pg_cron''s last runs and their messages.';

  RETURN QUERY SELECT 'processors', metrics.processors_alive > 0 OR metrics.due = 0 OR metrics.paused,
    CASE WHEN metrics.processors_alive > 0 THEN metrics.processors_alive || ' alive'
         WHEN metrics.due = 0 THEN 'none alive, and nothing is due' ELSE 'none alive, and reminders are due: ' || metrics.due END,
    'Start the app with Processor__Enabled=true.';
  RETURN QUERY SELECT 'deliveries', d.ok, d.finding, 'See DEPLOYMENT.md, "ShiftRemindersChannelFailing".' FROM shift_reminders.check_deliveries() d;
  BEGIN
    RETURN QUERY SELECT 'time zones', z.ok, z.finding, 'Use names such as Europe/Berlin, in the shifts and in the setting site_time_zone.'
      FROM shift_reminders.check_time_zones() z;
  EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT 'time zones', false, 'shifts cannot be read: ' || SQLERRM, 'See the line of the host contract.';
  END;
  -- Queued a minute and a half before they are due; only a shift that was entered a moment ago may be missing.
  BEGIN
    unqueued := (SELECT count(*) FROM shift_reminders.due_within(interval '20 seconds') d
      WHERE NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                        WHERE q.schedule_id = d.schedule_id AND q.user_id = d.user_id AND q.notify_type = d.notify_type));
    RETURN QUERY SELECT 'queue', unqueued = 0 OR metrics.paused,
      CASE WHEN unqueued = 0 THEN 'holds what falls due next' ELSE unqueued || ' reminders fall due within 20 s and are not queued' END,
      'Unless their shifts were entered within the last minute: see the page Cron, or run enqueue.';
  EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT 'queue', false, 'what falls due next cannot be read: ' || SQLERRM, 'See the line of the host contract.';
  END;
  RETURN QUERY SELECT 'rule ' || r.notify_type, EXISTS (SELECT 1 FROM shift_reminders.rule_texts t WHERE t.notify_type = r.notify_type
      AND t.locale IN (shift_reminders.setting('site_locale'), 'en')),
    'text for the site''s locale', 'Add one on the page Rules.' FROM shift_reminders.rules r WHERE r.enabled ORDER BY r.notify_type;
END
$$;
