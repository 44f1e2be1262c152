-- Explain: for any shift, person and rule, one sentence and the evidence. Safe to run again.
--
-- expected is the ledger: what should exist by the live shifts and rules, beside what does. A queue shows only rows that
-- exist; a reminder that never came to be is the one somebody will ask about.

-- Shifts whose start or end lies in the range (or the one shift), each with every rule. standing says what a reminder
-- that does not exist is about: expected, missing, purged, not_watched (before the first tick, or before the rule), or the
-- reason why none is due. A reminder of an earlier time does not stand for one that is still to come.
CREATE OR REPLACE FUNCTION shift_reminders.expected(from_at timestamptz, to_at timestamptz, only_shift bigint DEFAULT NULL)
RETURNS TABLE (schedule_id bigint, user_id uuid, notify_type text, start_at timestamptz, end_at timestamptz, is_active boolean,
  label text, time_zone text, anchor_at timestamptz, due_at timestamptz, expires_at timestamptz, attended_at timestamptz,
  reminder_id bigint, state text, reason text, standing text)
LANGUAGE plpgsql STABLE SET search_path = '' SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  ahead interval := shift_reminders.setting('look_ahead')::interval;
  zone text := shift_reminders.setting('site_time_zone');
  watched timestamptz := shift_reminders.setting('watching_since')::timestamptz;
  purged timestamptz := shift_reminders.setting('purged_before')::timestamptz;
  is_paused boolean := shift_reminders.paused(at);
BEGIN
  RETURN QUERY
    SELECT s.schedule_id::bigint, s.user_id, r.notify_type, s.start_at, s.end_at, s.is_active, s.label, coalesce(s.time_zone, zone),
      a.anchor, a.due, a.expiry, l.logged_at, q.id, q.state, q.reason,
      CASE
        WHEN q.id IS NULL THEN v.standing
        WHEN q.anchor_at <> a.anchor AND q.state <> 'sending' AND q.reason IS DISTINCT FROM 'cancelled_by_admin'
          AND a.expiry > at AND v.standing IN ('expected', 'missing') THEN v.standing
        ELSE q.state
      END
    FROM (
      SELECT * FROM shift_reminders.shifts x WHERE only_shift IS NULL AND x.start_at >= from_at AND x.start_at < to_at
      UNION ALL
      SELECT * FROM shift_reminders.shifts x WHERE only_shift IS NULL AND x.end_at >= from_at AND x.end_at < to_at
        AND (x.start_at >= from_at AND x.start_at < to_at) IS NOT TRUE
      UNION ALL
      SELECT * FROM shift_reminders.shifts x WHERE x.schedule_id = only_shift) s
    CROSS JOIN shift_reminders.rules r
    CROSS JOIN LATERAL (
      SELECT x.anchor, x.anchor - r.lead AS due, x.anchor - r.lead + r.grace AS expiry
      FROM (SELECT CASE r.anchor WHEN 'start' THEN s.start_at ELSE s.end_at END AS at) y
      CROSS JOIN LATERAL (SELECT CASE WHEN y.at BETWEEN '1970-01-01 00:00+00' AND '3000-01-01 00:00+00' THEN y.at END AS anchor) x) a
    LEFT JOIN public.scheduled_notifications q ON q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = r.notify_type
    LEFT JOIN LATERAL (
      SELECT true AS found, min(t.logged_at) AS logged_at FROM shift_reminders.attendance t
      WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type AND (t.user_id IS NULL OR t.user_id = s.user_id)
      HAVING count(*) > 0) l ON true
    LEFT JOIN LATERAL (SELECT x.reminders_off FROM shift_reminders.people x WHERE x.user_id = s.user_id LIMIT 1) p ON true
    CROSS JOIN LATERAL (
      SELECT CASE
        WHEN s.user_id IS NULL THEN 'unassigned'
        WHEN NOT r.enabled THEN 'rule_disabled'
        WHEN NOT s.is_active THEN 'shift_inactive'
        WHEN a.anchor IS NULL OR s.end_at < s.start_at THEN 'bad_times'
        -- Who checked in when it was too late for the reminder had still needed it.
        WHEN l.found AND (a.expiry > at OR (l.logged_at <= a.expiry) IS NOT FALSE) THEN
          CASE r.skip_type WHEN 'check_in' THEN 'checked_in' WHEN 'check_out' THEN 'checked_out' ELSE 'attendance_logged' END
        WHEN p.reminders_off THEN 'opted_out'
        WHEN a.due > at + ahead THEN 'expected'
        WHEN a.due < purged THEN 'purged'
        WHEN a.expiry <= least(at, greatest(watched, r.watched_since)) THEN 'not_watched'
        -- One tick may pass before a reminder that has just come into the window is queued.
        WHEN a.due > at THEN 'expected'
        -- Nothing is queued in a pause; what outlives it is entered as expired.
        WHEN is_paused AND a.expiry > at THEN 'expected'
        ELSE 'missing'
      END AS standing) v;
END
$$;

CREATE OR REPLACE FUNCTION shift_reminders.explain(schedule_id bigint, user_id uuid, notify_type text)
RETURNS TABLE (sentence text, state text, reason text, evidence jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  q public.scheduled_notifications;
  e record;
  rule shift_reminders.rules;
  pause shift_reminders.pauses;
  tick shift_reminders.heartbeats;
  down shift_reminders.channels;
  verdict text;
  zone text;
  held text;
  but text;
BEGIN
  SELECT * INTO q FROM public.scheduled_notifications x
  WHERE x.schedule_id = explain.schedule_id AND x.user_id = explain.user_id AND x.notify_type = explain.notify_type;
  SELECT * INTO rule FROM shift_reminders.rules r WHERE r.notify_type = explain.notify_type;
  SELECT * INTO e FROM shift_reminders.expected(NULL, NULL, explain.schedule_id) x
  WHERE x.user_id = explain.user_id AND x.notify_type = explain.notify_type;
  SELECT * INTO pause FROM shift_reminders.pause_at(at);
  SELECT * INTO tick FROM shift_reminders.heartbeats h WHERE NOT h.busy ORDER BY h.started_at DESC LIMIT 1;
  zone := coalesce(e.time_zone, shift_reminders.setting('site_time_zone'));
  state := coalesce(e.standing, q.state, 'unknown');
  -- As things are; a claim will judge once more.
  IF state = 'pending' THEN
    SELECT j.verdict INTO verdict FROM shift_reminders.judge(ARRAY[q.id]) j;
  END IF;
  IF state = q.state THEN reason := q.reason; END IF;
  SELECT * INTO down FROM shift_reminders.channels c WHERE c.state = 'down' ORDER BY c.since LIMIT 1;
  held := 'reminders are paused by ' || pause.started_by || ' (' || pause.why || ').';
  but := CASE
    WHEN pause.id IS NOT NULL THEN ', unless reminders are still paused then.'
    WHEN NOT EXISTS (SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = explain.user_id) THEN ', if the person has a device by then: none is registered.'
    ELSE '.' END;

  sentence := CASE
    WHEN state = q.state THEN (
      CASE q.state
        WHEN 'pending' THEN CASE
          WHEN verdict NOT IN ('deliver', 'moved') THEN 'Not to be sent as things are: '
            || coalesce((SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = verdict AND x.state <> 'pending' LIMIT 1), verdict)
          WHEN pause.id IS NOT NULL THEN 'Waiting: ' || held
          WHEN q.reason IS NOT NULL THEN (SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = 'pending')
            || ' Next try at ' || shift_reminders.wall_clock(q.next_attempt_at, zone) || '.'
          WHEN verdict = 'moved' THEN 'The shift has moved, and its reminder would come too late.'
          WHEN q.scheduled_for > at THEN 'Will be sent at ' || shift_reminders.wall_clock(q.scheduled_for, zone) || but
          WHEN down.channel IS NOT NULL THEN 'Due since ' || shift_reminders.wall_clock(q.scheduled_for, zone)
            || ' and waiting for the channel, which is down since ' || shift_reminders.wall_clock(down.since, zone) || '.'
          ELSE 'Due since ' || shift_reminders.wall_clock(q.scheduled_for, zone) || ' and waiting for a processor.' END
        WHEN 'sending' THEN 'Being sent by ' || q.claimed_by || ' since ' || shift_reminders.wall_clock(q.claimed_at, zone) || '.'
        WHEN 'sent' THEN (SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = 'sent')
          || CASE WHEN q.accepted_at IS NOT NULL THEN ' At ' || shift_reminders.wall_clock(q.accepted_at, zone) || ', '
             || round(extract(epoch FROM q.accepted_at - q.scheduled_for)::numeric, 1) || ' s after it was due.' ELSE '' END
        ELSE (SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = q.state)
          || CASE WHEN q.last_error IS NOT NULL AND q.state = 'failed' THEN ' ' || q.last_error ELSE '' END
      END)
    WHEN rule.notify_type IS NULL THEN 'There is no rule "' || explain.notify_type || '".'
    WHEN e.schedule_id IS NULL AND EXISTS (SELECT 1 FROM shift_reminders.shifts s WHERE s.schedule_id = explain.schedule_id)
      THEN 'Shift ' || explain.schedule_id || ' is not assigned to this person.'
    WHEN e.schedule_id IS NULL THEN 'There is no shift ' || explain.schedule_id || ', and no reminder of it.'
    WHEN e.standing = 'expected' AND pause.id IS NOT NULL AND e.due_at <= at THEN 'Due since ' || shift_reminders.wall_clock(e.due_at, zone)
      || ' and waiting: ' || held
    WHEN e.standing = 'expected' THEN CASE WHEN q.id IS NULL THEN 'Will be queued shortly before it is due and sent at '
      ELSE 'The shift has moved: it will be sent at ' END || shift_reminders.wall_clock(e.due_at, zone) || but
    WHEN e.standing = 'purged' THEN 'It was due at ' || shift_reminders.wall_clock(e.due_at, zone) || '; its record has been purged since.'
    WHEN e.standing = 'not_watched' AND e.expires_at <= rule.watched_since THEN 'It was due before the rule was made or switched on, at '
      || shift_reminders.wall_clock(rule.watched_since, zone) || '.'
    WHEN e.standing = 'not_watched' THEN 'It was due before Shift Reminders ran here for the first time.'
    WHEN e.standing = 'missing' AND e.expires_at > at THEN 'It is due but not queued yet; the enqueue last ran '
      || coalesce('at ' || shift_reminders.wall_clock(tick.started_at, zone), 'never') || coalesce(' with an error: ' || tick.error, '') || '.'
    WHEN e.standing = 'missing' AND EXISTS (
      SELECT 1 FROM shift_reminders.heartbeats h WHERE NOT h.busy AND NOT h.paused AND h.error IS NULL AND h.started_at BETWEEN e.due_at AND e.expires_at)
      THEN 'It was never queued, although the enqueue ran while it would have been useful: the shift was entered or changed after '
        || shift_reminders.wall_clock(e.expires_at, zone) || '.'
    WHEN e.standing = 'missing' THEN 'It was never queued: no tick of the enqueue saw this shift between '
      || shift_reminders.wall_clock(e.due_at, zone) || ' and ' || shift_reminders.wall_clock(e.expires_at, zone)
      || '. The shift was entered or changed later, or the enqueue did not run.'
    WHEN e.standing = 'bad_times' THEN 'The shift has no usable times: it ends before it starts, or a time is missing. Correct shift ' || explain.schedule_id || '.'
    ELSE coalesce((SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = e.standing AND x.state <> 'pending' LIMIT 1), e.standing)
  END;

  evidence := jsonb_strip_nulls(jsonb_build_object(
    'notification_id', 'shift-' || explain.schedule_id || '-' || explain.user_id || '-' || explain.notify_type,
    'shift', CASE WHEN e.schedule_id IS NOT NULL THEN jsonb_build_object('start_at', e.start_at, 'end_at', e.end_at, 'is_active', e.is_active,
      'label', e.label, 'time_zone', e.time_zone, 'due_at', e.due_at, 'expires_at', e.expires_at, 'attended_at', e.attended_at) END,
    'person', (SELECT to_jsonb(p) FROM shift_reminders.people p WHERE p.user_id = explain.user_id LIMIT 1),
    'rule', to_jsonb(rule),
    'reminder', CASE WHEN q.id IS NOT NULL THEN to_jsonb(q) - 'claim_token' END,
    'generations', (SELECT jsonb_agg(to_jsonb(g) ORDER BY g.generation) FROM shift_reminders.generations g WHERE g.reminder_id = q.id),
    'attempts', (SELECT jsonb_agg(to_jsonb(a) - 'claim_token' ORDER BY a.generation, a.attempt) FROM shift_reminders.attempts a WHERE a.reminder_id = q.id),
    'mark', (SELECT (to_jsonb(m) - 'payload') || jsonb_build_object('state', shift_reminders.mark_state(m)) FROM public.notification_pushes m
             WHERE m.notification_id = 'shift-' || explain.schedule_id || '-' || explain.user_id || '-' || explain.notify_type),
    'devices', (SELECT jsonb_agg(jsonb_build_object('device', d.device_id, 'platform', d.platform, 'updated_at', d.updated_at))
                FROM shift_reminders.devices d WHERE d.user_id = explain.user_id),
    'pause', CASE WHEN pause.id IS NOT NULL THEN to_jsonb(pause) END,
    'last_tick', CASE WHEN tick.id IS NOT NULL THEN jsonb_build_object('source', tick.source, 'started_at', tick.started_at, 'error', tick.error) END));
  RETURN NEXT;
END
$$;

-- The board of a day: every shift and rule with what became of its reminder. Names and devices are looked up once each.
CREATE OR REPLACE FUNCTION shift_reminders.shift_board(from_at timestamptz, to_at timestamptz)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, start_at timestamptz, end_at timestamptz, is_active boolean,
  label text, time_zone text, notify_type text, anchor_at timestamptz, due_at timestamptz, expires_at timestamptz, attended_at timestamptz,
  reminder_id bigint, standing text, reason text, accepted_at timestamptz, devices integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' SET jit = off
AS $$
  SELECT e.schedule_id, e.user_id, p.display_name, shift_reminders.showable(e.start_at), shift_reminders.showable(e.end_at), e.is_active, e.label,
    e.time_zone, e.notify_type, e.anchor_at, e.due_at,
    e.expires_at, e.attended_at, e.reminder_id, e.standing, e.reason, q.accepted_at,
    (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = e.user_id)
  FROM shift_reminders.expected(from_at, to_at) e
  LEFT JOIN public.scheduled_notifications q ON q.id = e.reminder_id
  LEFT JOIN LATERAL (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = e.user_id LIMIT 1) p ON true
  ORDER BY e.start_at, e.schedule_id, e.user_id, e.notify_type
$$;

-- Every person and rule of one shift, also of reminders whose shift is gone.
CREATE OR REPLACE FUNCTION shift_reminders.explain_shift(schedule_id bigint)
RETURNS TABLE (user_id uuid, notify_type text, sentence text, state text, reason text, evidence jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
  SELECT x.user_id, x.notify_type, e.sentence, e.state, e.reason, e.evidence
  FROM (
    SELECT l.user_id, l.notify_type FROM shift_reminders.expected(NULL, NULL, explain_shift.schedule_id) l WHERE l.user_id IS NOT NULL
    UNION
    SELECT q.user_id, q.notify_type FROM public.scheduled_notifications q WHERE q.schedule_id = explain_shift.schedule_id) x
  CROSS JOIN LATERAL shift_reminders.explain(explain_shift.schedule_id, x.user_id, x.notify_type) e
  ORDER BY x.user_id, x.notify_type
$$;
