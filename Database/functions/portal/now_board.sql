-- The whole page Now in one round trip. Without history (the 24 hours) it costs the same whatever the queue has grown to.
-- No JIT: the planner guesses high for ranges it cannot see, and compiling would take longer than the answer.
CREATE OR REPLACE FUNCTION shift_reminders.now_board(with_history boolean DEFAULT true) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  most constant integer := 10001;
BEGIN
  RETURN jsonb_build_object(
    'at', at,
    'pause', (SELECT jsonb_build_object('by', p.started_by) FROM shift_reminders.pause_at(at) p),
    'cron', jsonb_build_object(
      'available', shift_reminders.cron_available(),
      'last_cron_at', (SELECT h.started_at FROM shift_reminders.heartbeats h
                       WHERE h.source = 'cron' AND NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1),
      'first_at', (SELECT min(h.started_at) FROM shift_reminders.heartbeats h),
      'last', (SELECT jsonb_build_object('source', h.source, 'at', h.started_at, 'error', h.error, 'queued', h.added + h.rearmed)
               FROM shift_reminders.heartbeats h WHERE NOT h.busy ORDER BY h.started_at DESC LIMIT 1),
      'last_good_at', (SELECT h.started_at FROM shift_reminders.heartbeats h
                       WHERE NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1)),
    'queue', jsonb_build_object(
      'pending', (SELECT count(*) FROM (SELECT 1 FROM shift_reminders.open_reminders() q WHERE q.state = 'pending' LIMIT most) x),
      'sending', (SELECT count(*) FILTER (WHERE x.state = 'sending') FROM (
        -- What is being sent was due first: behind so many there is nothing of it.
        SELECT q.state FROM public.scheduled_notifications q
        WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at
        ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT most) x),
      'waiting', (SELECT count(*) FROM (SELECT 1 FROM shift_reminders.open_reminders() q
                  WHERE q.state = 'pending' AND q.scheduled_for <= at AND q.expires_at > at LIMIT most) x),
      'retrying', (SELECT count(*) FROM (SELECT 1 FROM public.scheduled_notifications q
                   WHERE NOT q.processed AND q.reason IS NOT NULL AND q.state = 'pending' AND q.next_attempt_at > at AND q.scheduled_for <= at
                     AND q.expires_at > at LIMIT most) x),
      'oldest_waiting_at', shift_reminders.oldest_waiting_at(at),
      'oldest_due_at', shift_reminders.oldest_due_at(at)),
    'processors', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'host', p.host, 'version', p.version, 'channel', p.channel,
                     'seen_at', p.last_seen_at, 'trouble', p.trouble, 'alive', shift_reminders.is_alive(p.last_seen_at, at)) ORDER BY p.last_seen_at DESC), '[]')
                   FROM shift_reminders.processors p WHERE p.last_seen_at > at - interval '1 day'),
    'channels', (SELECT coalesce(jsonb_agg(jsonb_build_object('channel', c.channel, 'state', c.state, 'reason', c.reason, 'since', c.since,
                   'accepted_at', c.last_accepted_at, 'latency_ms', c.last_latency_ms, 'alarm', c.alarm, 'used', c.used,
                   'troubles', coalesce(w.troubles, '[]'),
                   'platforms', (SELECT coalesce(jsonb_agg(jsonb_build_object('platform', t.platform, 'reason', t.reason, 'since', t.paused_since)), '[]')
                                 FROM shift_reminders.channel_platforms t WHERE t.channel = c.channel)) ORDER BY c.channel), '[]')
                 FROM (SELECT n.channel, coalesce(k.state, 'up') AS state, k.reason, coalesce(k.since, at) AS since, k.last_accepted_at, k.last_latency_ms,
                         k.alarm, bool_or(n.used) AS used
                       -- A channel that has never answered has no row of its own yet.
                       FROM (SELECT x.channel, false AS used FROM shift_reminders.channels x
                             UNION ALL
                             SELECT p.channel, true FROM shift_reminders.processors p WHERE shift_reminders.is_alive(p.last_seen_at, at)) n
                       LEFT JOIN shift_reminders.channels k ON k.channel = n.channel
                       GROUP BY n.channel, k.channel) c
                 LEFT JOIN (SELECT t.channel, jsonb_agg(to_jsonb(t) ORDER BY t.is_down DESC, t.platform) AS troubles
                            FROM shift_reminders.channel_trouble(at) t GROUP BY t.channel) w ON w.channel = c.channel),
    'next_hour', (
      WITH due AS MATERIALIZED (SELECT * FROM shift_reminders.due_within(interval '1 hour'))
      SELECT jsonb_build_object('reminders', count(*), 'people', count(DISTINCT d.user_id), 'first_at', min(d.due_at),
        'unreachable', count(DISTINCT d.user_id) FILTER (WHERE NOT d.reachable),
        -- What comes first: minute by minute and rule by rule.
        'slots', (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.due_at, x.title), '[]') FROM (
          SELECT min(s.due_at) AS due_at, r.notify_type AS kind, r.title, count(*) AS reminders, count(*) FILTER (WHERE NOT s.reachable) AS unreachable
          FROM due s JOIN shift_reminders.rules r ON r.notify_type = s.notify_type
          GROUP BY date_trunc('minute', s.due_at, 'UTC'), r.notify_type, r.title ORDER BY 1, 3 LIMIT 6) x))
      FROM due d),
    'history', CASE WHEN with_history THEN shift_reminders.now_history() END);
END
$$;
