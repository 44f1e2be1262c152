-- One small batch of what retention allows to forget; returns how many rows went. Called until it answers 0.
CREATE OR REPLACE FUNCTION shift_reminders.purge(batch_size integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
-- Times that it writes into settings are read by others, whatever their DateStyle.
SET datestyle = 'ISO, YMD'
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
    SELECT array_agg(l.id), array_agg(shift_reminders.notification_id(l.schedule_id, l.user_id, l.notify_type)), max(l.scheduled_for)
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

  -- The last tick without an error, and pg_cron's last one, stay, however old: their age is the alarm.
  DELETE FROM shift_reminders.heartbeats h WHERE h.id IN (
    SELECT x.id FROM shift_reminders.heartbeats x WHERE x.started_at < at - keep_runs
      AND x.id IS DISTINCT FROM (SELECT c.id FROM shift_reminders.heartbeats c
                                 WHERE c.source = 'cron' AND NOT c.busy AND c.error IS NULL ORDER BY c.started_at DESC LIMIT 1)
      AND x.id IS DISTINCT FROM (SELECT c.id FROM shift_reminders.heartbeats c
                                 WHERE NOT c.busy AND c.error IS NULL ORDER BY c.started_at DESC LIMIT 1)
    ORDER BY x.started_at LIMIT batch_size);
  GET DIAGNOSTICS more = ROW_COUNT;
  purged := purged + more;
  DELETE FROM shift_reminders.processors p WHERE p.last_seen_at < at - interval '1 day';
  DELETE FROM shift_reminders.channel_results r WHERE r.slot_at < at - interval '1 hour';
  purged := purged + shift_reminders.purge_dead_devices(shift_reminders.setting('keep_dead_devices')::interval, batch_size);
  purged := purged + shift_reminders.purge_sandbox(shift_reminders.setting('keep_sandbox')::interval, batch_size);
  purged := purged + shift_reminders.purge_sessions(shift_reminders.setting('keep_sessions')::interval, batch_size);

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
