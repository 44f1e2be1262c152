-- What the pages Now, Reminders and Reminder read. Safe to run again.
--
-- The app's role cannot see the host's tables: names, shifts and devices come through these functions, for the rows
-- that a page shows and no others.

-- Who, which shift, and how each device stands in the running generation ('untried': registered, not tried yet).
CREATE OR REPLACE FUNCTION shift_reminders.reminder_faces(ids bigint[])
RETURNS TABLE (reminder_id bigint, display_name text, start_at timestamptz, end_at timestamptz, label text, time_zone text, devices text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
  SELECT q.id, p.display_name, shift_reminders.showable(s.start_at), shift_reminders.showable(s.end_at), s.label, s.time_zone,
    CASE
      WHEN q.attempt_count > 0 THEN ARRAY(
        SELECT t.outcome FROM (
          SELECT DISTINCT ON (e->>'device') e->>'device' AS device, e->>'outcome' AS outcome
          FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) e
          WHERE a.reminder_id = q.id AND a.generation = q.generation
          ORDER BY e->>'device', a.attempt DESC) t
        ORDER BY t.outcome, t.device)
      WHEN q.state IN ('pending', 'sending') THEN ARRAY(
        SELECT 'untried' FROM shift_reminders.devices d WHERE d.user_id = q.user_id)
      ELSE '{}'
    END
  FROM public.scheduled_notifications q
  LEFT JOIN LATERAL (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = q.user_id LIMIT 1) p ON true
  -- A shift that was given to somebody else since is still the shift that this reminder was about.
  LEFT JOIN LATERAL (SELECT x.start_at, x.end_at, x.label, x.time_zone FROM shift_reminders.shifts x
    WHERE x.schedule_id = q.schedule_id ORDER BY (x.user_id = q.user_id) DESC NULLS LAST LIMIT 1) s ON true
  WHERE q.id = ANY (ids)
$$;

-- What "why was X not reminded?" offers to choose from, with every rule: one shift, or the person's around a moment.
CREATE OR REPLACE FUNCTION shift_reminders.explain_person(person uuid, only_shift bigint, around timestamptz)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, notify_type text, start_at timestamptz, end_at timestamptz,
  label text, time_zone text, due_at timestamptz, reminder_id bigint, standing text, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
  SELECT e.schedule_id, e.user_id, (SELECT p.display_name FROM shift_reminders.people p WHERE p.user_id = e.user_id LIMIT 1), e.notify_type,
    shift_reminders.showable(e.start_at), shift_reminders.showable(e.end_at), e.label, e.time_zone, e.due_at, e.reminder_id, e.standing, e.reason
  FROM (
    SELECT only_shift AS schedule_id WHERE only_shift IS NOT NULL
    UNION ALL
    (SELECT s.schedule_id FROM shift_reminders.shifts s
     WHERE only_shift IS NULL AND s.user_id = person AND s.start_at > around - interval '14 days' AND s.start_at < around + interval '7 days'
     ORDER BY greatest(s.start_at - around, around - s.start_at) LIMIT 20)) near
  CROSS JOIN LATERAL shift_reminders.expected(NULL, NULL, near.schedule_id) e
  WHERE e.user_id = person OR (person IS NULL AND e.user_id IS NOT NULL) ORDER BY e.due_at DESC NULLS LAST, e.notify_type
$$;

-- The state of a reminder that ended otherwise than sent, by its reason: an index on the state itself would have to be
-- written by every claim. A string body, so that it is inlined to the expression of the index below.
CREATE OR REPLACE FUNCTION shift_reminders.ended_unsent(reason text) RETURNS text
LANGUAGE sql IMMUTABLE AS '
  SELECT CASE WHEN reason IN (''no_device'', ''unregistered'', ''sender_mismatch'', ''rejected'', ''attempts_used_up'', ''out_of_time'', ''no_text'', ''unknown_type'') THEN ''failed''
              WHEN reason IN (''checked_in'', ''checked_out'', ''attendance_logged'', ''opted_out'', ''nobody_missing'', ''already_pushed'') THEN ''skipped''
              WHEN reason IN (''too_late'', ''paused'', ''platform_down'', ''channel_down'', ''enqueue_down'') THEN ''expired''
              WHEN reason IN (''cancelled_by_admin'', ''shift_inactive'', ''shift_gone'', ''reassigned'', ''bad_times'', ''rule_disabled'', ''superseded'') THEN ''cancelled'' END';

-- Exceptions are what people look for, and they are few: these hold none of the many rows that were simply sent.
CREATE INDEX IF NOT EXISTS scheduled_notifications_exception ON public.scheduled_notifications (
    (CASE WHEN reason IN ('no_device', 'unregistered', 'sender_mismatch', 'rejected', 'attempts_used_up', 'out_of_time', 'no_text', 'unknown_type') THEN 'failed'
          WHEN reason IN ('checked_in', 'checked_out', 'attendance_logged', 'opted_out', 'nobody_missing', 'already_pushed') THEN 'skipped'
          WHEN reason IN ('too_late', 'paused', 'platform_down', 'channel_down', 'enqueue_down') THEN 'expired'
          WHEN reason IN ('cancelled_by_admin', 'shift_inactive', 'shift_gone', 'reassigned', 'bad_times', 'rule_disabled', 'superseded') THEN 'cancelled' END),
    scheduled_for DESC, id DESC)
  WHERE processed AND reason <> 'accepted';
CREATE INDEX IF NOT EXISTS scheduled_notifications_reason ON public.scheduled_notifications (reason, scheduled_for DESC, id DESC)
  WHERE reason <> 'accepted';
CREATE INDEX IF NOT EXISTS scheduled_notifications_error ON public.scheduled_notifications (scheduled_for DESC, id DESC)
  WHERE last_error IS NOT NULL;

-- ── Now ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- What the rules will ask for within the next hour, by the live shifts: a queue holds only the next 90 seconds.
CREATE OR REPLACE FUNCTION shift_reminders.due_within(ahead interval)
RETURNS TABLE (schedule_id bigint, user_id uuid, notify_type text, due_at timestamptz, reachable boolean)
LANGUAGE sql STABLE SET search_path = ''
AS $$
  SELECT s.schedule_id::bigint, s.user_id, r.notify_type, s.due_at,
    EXISTS (SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = s.user_id)
  FROM (SELECT shift_reminders.clock() AS at) n
  CROSS JOIN shift_reminders.rules r
  CROSS JOIN LATERAL (
    SELECT x.schedule_id, x.user_id, x.start_at - r.lead AS due_at FROM shift_reminders.shifts x
    WHERE r.anchor = 'start' AND x.is_active AND x.start_at > n.at + r.lead AND x.start_at <= n.at + r.lead + ahead
    UNION ALL
    SELECT x.schedule_id, x.user_id, x.end_at - r.lead FROM shift_reminders.shifts x
    WHERE r.anchor = 'end' AND x.is_active AND x.end_at > n.at + r.lead AND x.end_at <= n.at + r.lead + ahead) s
  -- One look-up for each shift of the hour. Written as joins, these become hashes of the whole queue and all check-ins:
  -- how few shifts an hour holds is nothing the planner can know.
  LEFT JOIN LATERAL (SELECT x.state FROM public.scheduled_notifications x
    WHERE x.schedule_id = s.schedule_id AND x.user_id = s.user_id AND x.notify_type = r.notify_type LIMIT 1) q ON true
  WHERE r.enabled AND s.user_id IS NOT NULL AND (q.state IS NULL OR q.state IN ('pending', 'sending'))
    AND (SELECT true FROM shift_reminders.attendance t WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type
         AND (t.user_id IS NULL OR t.user_id = s.user_id) LIMIT 1) IS NULL
    AND (SELECT p.reminders_off FROM shift_reminders.people p WHERE p.user_id = s.user_id LIMIT 1) IS NOT TRUE
$$;
REVOKE ALL ON FUNCTION shift_reminders.due_within(interval) FROM PUBLIC;

-- The last 24 hours: what ended how, how late, why not. Read seldom: it is the one part that grows with the traffic.
CREATE OR REPLACE FUNCTION shift_reminders.now_history() RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = '' SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  since timestamptz := at - interval '24 hours';
  first_hour timestamptz := date_trunc('hour', at, 'UTC') - interval '23 hours';
BEGIN
  RETURN (
    -- The day is read once; everything below counts in memory.
    WITH day AS MATERIALIZED (
      SELECT q.state, q.reason, q.user_id, q.scheduled_for,
        CASE WHEN q.state = 'sent' THEN greatest(0, extract(epoch FROM q.accepted_at - q.scheduled_for))::double precision END AS late
      FROM shift_reminders.due_between(since, at) q)
    SELECT jsonb_build_object(
      'since', since,
      'counts', (SELECT coalesce(jsonb_object_agg(x.state, x.n), '{}') FROM (SELECT d.state, count(*) AS n FROM day d GROUP BY d.state) x),
      'lateness', (SELECT to_jsonb(x) FROM (
        SELECT count(*) AS measured, count(*) FILTER (WHERE d.late <= 5) AS on_time,
          round(percentile_cont(0.5) WITHIN GROUP (ORDER BY d.late)::numeric, 3) AS p50,
          round(percentile_cont(0.95) WITHIN GROUP (ORDER BY d.late)::numeric, 3) AS p95, round(max(d.late)::numeric, 3) AS worst
        FROM day d WHERE d.late IS NOT NULL) x),
      'hours', (SELECT jsonb_agg(jsonb_build_object('from', h.hour, 'sent', coalesce(c.sent, 0), 'failed', coalesce(c.failed, 0),
                                 'other', coalesce(c.other, 0)) ORDER BY h.hour)
        FROM generate_series(first_hour, first_hour + interval '23 hours', interval '1 hour') AS h(hour)
        LEFT JOIN (
          SELECT date_trunc('hour', d.scheduled_for, 'UTC') AS hour, count(*) FILTER (WHERE d.state = 'sent') AS sent,
            count(*) FILTER (WHERE d.state IN ('failed', 'expired')) AS failed, count(*) FILTER (WHERE d.state IN ('skipped', 'cancelled')) AS other
          FROM day d GROUP BY 1) c ON c.hour = h.hour),
      'causes', (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.reminders DESC, x.reason), '[]') FROM (
        SELECT d.state, d.reason, count(*) AS reminders, count(DISTINCT d.user_id) AS people, min(d.scheduled_for) AS first_at, max(d.scheduled_for) AS last_at
        FROM day d WHERE d.state IN ('failed', 'expired') GROUP BY d.state, d.reason) x)));
END
$$;
REVOKE ALL ON FUNCTION shift_reminders.now_history() FROM PUBLIC;

-- The whole page Now in one round trip. Without history (the 24 hours) it costs the same whatever the queue has grown to.
-- No JIT: the planner guesses high for ranges it cannot see, and compiling would take longer than the answer.
CREATE OR REPLACE FUNCTION shift_reminders.now_board(with_history boolean DEFAULT true) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_custom_plan SET jit = off
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
                       WHERE h.source = 'cron' AND NOT h.busy ORDER BY h.started_at DESC LIMIT 1),
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
                  WHERE q.state = 'pending' AND q.next_attempt_at <= at AND q.scheduled_for <= at AND q.expires_at > at LIMIT most) x),
      'oldest_waiting_at', (SELECT min(x.next_attempt_at) FROM (SELECT q.next_attempt_at FROM shift_reminders.open_reminders() q
                            WHERE q.state = 'pending' AND q.next_attempt_at <= at AND q.scheduled_for <= at AND q.expires_at > at LIMIT most) x)),
    'processors', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'host', p.host, 'version', p.version, 'channel', p.channel,
                     'seen_at', p.last_seen_at, 'alive', p.last_seen_at > at - interval '30 seconds') ORDER BY p.last_seen_at DESC), '[]')
                   FROM shift_reminders.processors p WHERE p.last_seen_at > at - interval '1 day'),
    'channels', (SELECT coalesce(jsonb_agg(jsonb_build_object('channel', c.channel, 'state', c.state, 'reason', c.reason, 'since', c.since,
                   'accepted_at', c.last_accepted_at, 'latency_ms', c.last_latency_ms, 'alarm', c.alarm,
                   'used', EXISTS (SELECT 1 FROM shift_reminders.processors p WHERE p.channel = c.channel AND p.last_seen_at > at - interval '30 seconds'),
                   'platforms', (SELECT coalesce(jsonb_agg(jsonb_build_object('platform', t.platform, 'reason', t.reason, 'since', t.paused_since)), '[]')
                                 FROM shift_reminders.channel_platforms t WHERE t.channel = c.channel)) ORDER BY c.channel), '[]')
                 FROM shift_reminders.channels c),
    'next_hour', (
      WITH due AS MATERIALIZED (SELECT * FROM shift_reminders.due_within(interval '1 hour'))
      SELECT jsonb_build_object('reminders', count(*), 'people', count(DISTINCT d.user_id), 'first_at', min(d.due_at),
        'unreachable', count(DISTINCT d.user_id) FILTER (WHERE NOT d.reachable),
        -- What comes first: minute by minute and rule by rule.
        'slots', (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.due_at, x.title), '[]') FROM (
          SELECT min(s.due_at) AS due_at, r.title, count(*) AS reminders, count(*) FILTER (WHERE NOT s.reachable) AS unreachable
          FROM due s JOIN shift_reminders.rules r ON r.notify_type = s.notify_type
          GROUP BY date_trunc('minute', s.due_at, 'UTC'), r.title ORDER BY 1, 2 LIMIT 6) x))
      FROM due d),
    'history', CASE WHEN with_history THEN shift_reminders.now_history() END);
END
$$;

DO $$
DECLARE
  read regprocedure;
BEGIN
  FOR read IN SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'shift_reminders'::regnamespace
    AND p.proname IN ('reminder_faces', 'explain_person', 'now_board', 'ended_unsent') LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', read);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO shift_reminders_app', read);
  END LOOP;
END
$$;
