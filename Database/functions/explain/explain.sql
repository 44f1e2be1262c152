CREATE OR REPLACE FUNCTION shift_reminders.explain(schedule_id bigint, user_id uuid, notify_type text)
RETURNS TABLE (sentence text, state text, reason text, evidence jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
  stated_zone text;
  ran_at timestamptz;
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
  IF e.standing = 'missing' THEN
    SELECT max(h.started_at) INTO ran_at FROM shift_reminders.heartbeats h
    WHERE NOT h.busy AND NOT h.paused AND h.error IS NULL AND h.started_at BETWEEN e.due_at AND e.expires_at;
  END IF;
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
          || coalesce(' ' || shift_reminders.doubt(q.id, q.generation), '')
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
    WHEN ran_at IS NOT NULL THEN 'It was never queued, although the enqueue ran while it would have been useful, the last time at '
        || shift_reminders.wall_clock(ran_at, zone)
        || '. It was not needed then; what has changed since is not known here.'
    WHEN e.standing = 'missing' THEN 'It was never queued: no tick of the enqueue succeeded between '
      || shift_reminders.wall_clock(e.due_at, zone) || ' and ' || shift_reminders.wall_clock(e.expires_at, zone)
      || ', while it would have been useful. When the shift was entered is not known here.'
    WHEN e.standing = 'bad_times' THEN 'The shift has no usable times: it ends before it starts, or a time is missing. Correct shift ' || explain.schedule_id || '.'
    ELSE coalesce((SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = e.standing AND x.state <> 'pending' LIMIT 1), e.standing)
  END;

  SELECT s.stated_zone INTO stated_zone FROM shift_reminders.shifts s
  WHERE s.schedule_id = explain.schedule_id AND s.time_zone IS NULL AND btrim(s.stated_zone) <> '' LIMIT 1;
  IF stated_zone IS NOT NULL THEN
    sentence := sentence || ' The shift names the time zone "' || left(stated_zone, 60) || '", which is not known: its times are told in '
      || zone || '.';
  END IF;

  evidence := jsonb_strip_nulls(jsonb_build_object(
    'notification_id', shift_reminders.notification_id(explain.schedule_id, explain.user_id, explain.notify_type),
    'shift', CASE WHEN e.schedule_id IS NOT NULL THEN jsonb_build_object('start_at', e.start_at, 'end_at', e.end_at, 'is_active', e.is_active,
      'label', e.label, 'time_zone', e.time_zone, 'due_at', e.due_at, 'expires_at', e.expires_at, 'attended_at', e.attended_at) END,
    'person', (SELECT to_jsonb(p) FROM shift_reminders.people p WHERE p.user_id = explain.user_id LIMIT 1),
    'rule', to_jsonb(rule),
    'reminder', CASE WHEN q.id IS NOT NULL THEN to_jsonb(q) - 'claim_token' END,
    'generations', (SELECT jsonb_agg(to_jsonb(g) ORDER BY g.generation) FROM shift_reminders.generations g WHERE g.reminder_id = q.id),
    'attempts', (SELECT jsonb_agg(to_jsonb(a) - 'claim_token' ORDER BY a.generation, a.attempt) FROM shift_reminders.attempts a WHERE a.reminder_id = q.id),
    'mark', (SELECT (to_jsonb(m) - 'payload') || jsonb_build_object('state', shift_reminders.mark_state(m)) FROM public.notification_pushes m
             WHERE m.notification_id = shift_reminders.notification_id(explain.schedule_id, explain.user_id, explain.notify_type)),
    'devices', (SELECT jsonb_agg(jsonb_build_object('device', d.device_id, 'platform', d.platform, 'updated_at', d.updated_at))
                FROM shift_reminders.devices d WHERE d.user_id = explain.user_id),
    'pause', CASE WHEN pause.id IS NOT NULL THEN to_jsonb(pause) END,
    'last_tick', CASE WHEN tick.id IS NOT NULL THEN jsonb_build_object('source', tick.source, 'started_at', tick.started_at, 'error', tick.error) END));
  RETURN NEXT;
END
$$;
