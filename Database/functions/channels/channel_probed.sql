CREATE OR REPLACE FUNCTION shift_reminders.channel_probed(channel text, ok boolean, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  was_down boolean;
BEGIN
  INSERT INTO shift_reminders.channels AS c (channel, since) VALUES (channel_probed.channel, at) ON CONFLICT DO NOTHING;
  SELECT c.state = 'down' INTO was_down FROM shift_reminders.channels c WHERE c.channel = channel_probed.channel FOR UPDATE;
  UPDATE shift_reminders.channels c SET
    last_probe_at = at,
    state = CASE WHEN ok THEN 'up' ELSE 'down' END,
    since = CASE WHEN was_down = ok THEN at ELSE c.since END,
    was_down_since = CASE WHEN was_down AND ok THEN c.since ELSE c.was_down_since END,
    reason = CASE WHEN ok THEN NULL ELSE coalesce(channel_probed.reason, c.reason) END
  WHERE c.channel = channel_probed.channel;
  IF ok AND was_down THEN
    UPDATE public.scheduled_notifications q SET next_attempt_at = greatest(at, q.scheduled_for)
    WHERE q.id IN (SELECT o.id FROM public.scheduled_notifications o
                   WHERE NOT o.processed AND o.state = 'pending' AND o.reason = 'channel_down' AND o.next_attempt_at > at ORDER BY o.id FOR UPDATE SKIP LOCKED);
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
  END IF;
END
$$;
