DROP FUNCTION IF EXISTS shift_reminders.queue_metrics();
-- A tick that failed is no tick here, and so in readiness, gauges, alerts and check: what counts is success.
CREATE OR REPLACE FUNCTION shift_reminders.queue_metrics()
RETURNS TABLE (pending bigint, due bigint, sending bigint, failed_last_day bigint, oldest_due_seconds double precision,
  seconds_since_tick double precision, seconds_since_cron_tick double precision, paused boolean, processors_alive integer, channels_down integer, platforms_paused integer,
  alarms integer, retrying bigint, oldest_unclaimed_seconds double precision, channels_failing integer, channels_impaired integer,
  failed_share double precision, seconds_since_accepted double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  RETURN QUERY SELECT
    (SELECT count(*) FROM shift_reminders.open_reminders() q WHERE q.state = 'pending'),
    (SELECT count(*) FROM shift_reminders.open_reminders() q
     WHERE q.state = 'pending' AND q.next_attempt_at <= at AND q.scheduled_for <= at),
    (SELECT count(*) FROM public.scheduled_notifications q WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.state = 'sending'),
    (SELECT count(*) FROM public.scheduled_notifications q 
     WHERE q.processed AND q.reason <> 'accepted' AND shift_reminders.ended_unsent(q.reason) = 'failed' AND q.scheduled_for > at - interval '1 day'),
    greatest(coalesce(extract(epoch FROM at - shift_reminders.oldest_due_at(at)), 0), 0)::double precision,
    (SELECT extract(epoch FROM at - h.started_at)::double precision FROM shift_reminders.heartbeats h
     WHERE NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1),
    -- NULL, and so no alert, where pg_cron has never ticked: there the watchdog is the scheduler.
    (SELECT extract(epoch FROM at - h.started_at)::double precision FROM shift_reminders.heartbeats h
     WHERE h.source = 'cron' AND NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1),
    shift_reminders.paused(at),
    (SELECT count(*)::integer FROM shift_reminders.processors p WHERE shift_reminders.is_alive(p.last_seen_at, at)),
    (SELECT count(*)::integer FROM shift_reminders.channels c WHERE c.state = 'down'),
    (SELECT count(*)::integer FROM shift_reminders.channel_platforms),
    (SELECT count(*)::integer FROM shift_reminders.channels c WHERE c.alarm IS NOT NULL),
    (SELECT count(*) FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NOT NULL AND q.scheduled_for <= at AND q.next_attempt_at > at AND q.expires_at > at),
    greatest(coalesce(extract(epoch FROM at - shift_reminders.oldest_waiting_at(at)), 0), 0)::double precision,
    x.failing, x.impaired,
    (SELECT coalesce(max(f.failed::double precision / f.attempts), 0) FROM shift_reminders.channel_failures(at) f WHERE f.platform IS NULL),
    (SELECT min(extract(epoch FROM at - c.last_accepted_at))::double precision FROM shift_reminders.channels c
     WHERE EXISTS (SELECT FROM shift_reminders.processors p WHERE p.channel = c.channel AND shift_reminders.is_alive(p.last_seen_at, at)))
  FROM (
    SELECT (count(DISTINCT t.channel) FILTER (WHERE t.is_down AND t.platform IS NULL AND t.kind <> 'refused'))::integer AS failing,
      (count(DISTINCT t.channel) FILTER (WHERE NOT t.is_down OR t.platform IS NOT NULL))::integer AS impaired
    FROM shift_reminders.channel_trouble(at) t) x;
END
$$;
