-- trouble: why this processor cannot reach its channel; NULL: it can.
-- seconds_since_tick: since the last tick without an error; seconds_since_stand_in: since a watchdog ticked, with whatever result.
DROP FUNCTION IF EXISTS shift_reminders.processor_beat(text, text, text, text);
CREATE OR REPLACE FUNCTION shift_reminders.processor_beat(worker text, host text, version text, channel text, trouble text DEFAULT NULL)
RETURNS TABLE (alive integer, paused boolean, channel_down text, seconds_since_tick double precision,
  seconds_since_stand_in double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  INSERT INTO shift_reminders.processors AS p (name, host, version, channel, started_at, last_seen_at, trouble, trouble_since)
  VALUES (processor_beat.worker, processor_beat.host, processor_beat.version, processor_beat.channel, at, at,
    left(processor_beat.trouble, 300), CASE WHEN processor_beat.trouble IS NOT NULL THEN at END)
  ON CONFLICT (name) DO UPDATE SET last_seen_at = at, channel = excluded.channel, version = excluded.version, host = excluded.host,
    trouble = excluded.trouble, trouble_since = CASE WHEN excluded.trouble IS NOT NULL THEN coalesce(p.trouble_since, at) END;
  RETURN QUERY SELECT
    (SELECT count(*)::integer FROM shift_reminders.processors p WHERE shift_reminders.is_alive(p.last_seen_at, at)
       AND p.channel = processor_beat.channel),
    shift_reminders.paused(at),
    (SELECT coalesce(c.reason, 'down') FROM shift_reminders.channels c WHERE c.channel = processor_beat.channel AND c.state = 'down'),
    (SELECT extract(epoch FROM at - max(h.started_at))::double precision FROM shift_reminders.heartbeats h WHERE NOT h.busy AND h.error IS NULL),
    -- Longer ago it says nothing, and every beat would look through all ticks for it.
    (SELECT extract(epoch FROM at - max(h.started_at))::double precision FROM shift_reminders.heartbeats h
     WHERE NOT h.busy AND h.source = 'watchdog' AND h.started_at > at - interval '10 minutes');
END
$$;
