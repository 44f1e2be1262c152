-- What people do: resend, cancel, take a cancel back, pause, resume. Each act and its audit entry are one transaction.
-- Safe to run again.

-- What a resend of each reminder would do now. The preview shows these rows, and the act decides by the same ones.
CREATE OR REPLACE FUNCTION shift_reminders.judge_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean, at timestamptz)
RETURNS TABLE (reminder_id bigint, result text, sentence text, devices integer, had_it integer, anchor_at timestamptz, expires_at timestamptz)
LANGUAGE sql STABLE SET search_path = ''
AS $$
  SELECT q.id, v.result,
    CASE v.result
      WHEN 'ok' THEN 'Goes to ' || d.wanted || CASE d.wanted WHEN 1 THEN ' device.' ELSE ' devices.' END
      WHEN 'sending' THEN 'It is being sent right now.'
      WHEN 'already_pending' THEN 'It is still waiting to be sent.'
      WHEN 'begun' THEN 'It stopped being useful ' || CASE WHEN at - u.useful_until < interval '90 minutes'
        THEN greatest(1, (extract(epoch FROM at - u.useful_until) / 60)::integer) || ' min' ELSE (extract(epoch FROM at - u.useful_until) / 3600)::integer || ' h' END || ' ago.'
      WHEN 'nobody_missing' THEN 'Every device has already got it.'
      WHEN 'paused' THEN 'Reminders are paused.'
      WHEN 'moved' THEN 'The shift has moved: it is sent by itself at ' || shift_reminders.wall_clock(u.due, coalesce(
        (SELECT s.time_zone FROM shift_reminders.shifts s WHERE s.schedule_id = q.schedule_id LIMIT 1), shift_reminders.setting('site_time_zone'))) || '.'
      ELSE coalesce((SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = v.result AND x.state <> 'pending' LIMIT 1), v.result)
    END,
    d.wanted, d.had_it, coalesce(j.live_anchor, q.anchor_at), at + r.grace
  FROM public.scheduled_notifications q
  JOIN shift_reminders.judge(ids) j ON j.reminder_id = q.id
  LEFT JOIN shift_reminders.rules r ON r.notify_type = q.notify_type
  CROSS JOIN LATERAL (SELECT x.due, x.due + r.grace AS useful_until FROM (SELECT coalesce(j.live_anchor, q.anchor_at) - r.lead AS due) x) u
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE judge_resend.target = 'all' OR NOT x.has)::integer AS wanted, count(*) FILTER (WHERE x.has)::integer AS had_it,
           count(*)::integer AS known
    FROM (SELECT y.device_id = ANY (g.ids) AS has FROM shift_reminders.devices y,
            (SELECT coalesce(array_agg(e->>'device'), '{}') AS ids
             FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) e
             WHERE a.reminder_id = q.id AND e->>'outcome' = 'accepted') g
          WHERE y.user_id = q.user_id) x) d
  CROSS JOIN LATERAL (SELECT CASE
    WHEN q.state = 'sending' THEN 'sending'
    WHEN q.state = 'pending' THEN 'already_pending'
    WHEN j.verdict NOT IN ('deliver', 'moved', 'checked_in', 'checked_out', 'attendance_logged') THEN j.verdict
    -- Looked up here, whatever the verdict: the judge stops at its first finding, and does not look at attendance when an
    -- earlier resend was told not to, or when the shift has moved. Qualified: the bare name would be the reminder's column.
    WHEN NOT judge_resend.although_checked_in AND EXISTS (
      SELECT 1 FROM shift_reminders.attendance a
      WHERE a.schedule_id = q.schedule_id AND a.type = r.skip_type AND (a.user_id IS NULL OR a.user_id = q.user_id))
      THEN CASE r.skip_type WHEN 'check_in' THEN 'checked_in' WHEN 'check_out' THEN 'checked_out' ELSE 'attendance_logged' END
    WHEN EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = q.user_id AND p.reminders_off) THEN 'opted_out'
    END AS refused) f
  CROSS JOIN LATERAL (SELECT CASE
    WHEN f.refused IS NOT NULL THEN f.refused
    -- Sent now, it would count as the reminder of the new time, and nothing would be sent then.
    WHEN j.verdict = 'moved' AND at < u.due AND q.reason IS DISTINCT FROM 'cancelled_by_admin' THEN 'moved'
    WHEN at > u.useful_until AND NOT judge_resend.although_begun THEN 'begun'
    WHEN d.known = 0 THEN 'no_device'
    WHEN d.wanted = 0 THEN 'nobody_missing'
    WHEN shift_reminders.paused(at) THEN 'paused'
    ELSE 'ok' END AS result) v
  WHERE q.id = ANY (ids)
$$;

CREATE OR REPLACE FUNCTION shift_reminders.preview_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean)
RETURNS TABLE (reminder_id bigint, result text, sentence text, devices integer, had_it integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
  SELECT j.reminder_id, j.result, j.sentence, j.devices, j.had_it
  FROM shift_reminders.judge_resend(ids, target, although_checked_in, although_begun, shift_reminders.clock()) j ORDER BY j.reminder_id
$$;

CREATE OR REPLACE FUNCTION shift_reminders.require_why(actor text, why text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = ''
AS $$
BEGIN
  IF coalesce(btrim(actor), '') = '' OR coalesce(btrim(why), '') = '' THEN
    RAISE EXCEPTION 'Who acts, and why, is missing.' USING ERRCODE = 'SR002', HINT = 'Give an actor and a reason.';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION shift_reminders.resend_reminders(ids bigint[], target text, actor text, why text,
  although_checked_in boolean DEFAULT false, although_begun boolean DEFAULT false)
RETURNS TABLE (reminder_id bigint, result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  held bigint[];
  chosen record;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF resend_reminders.target NOT IN ('all', 'missing') THEN
    RAISE EXCEPTION 'Unknown target "%".', resend_reminders.target USING ERRCODE = 'SR002', HINT = 'all: every device; missing: those that did not get it.';
  END IF;
  SELECT coalesce(array_agg(l.id), '{}') INTO held FROM (
    SELECT q.id FROM public.scheduled_notifications q WHERE q.id = ANY (ids) ORDER BY q.id FOR UPDATE SKIP LOCKED) l;

  SELECT array_agg(j.reminder_id) AS judged_ids, array_agg(j.result) AS results, array_agg(j.sentence) AS sentences,
         array_agg(j.reminder_id) FILTER (WHERE j.result = 'ok') AS ids,
         array_agg(j.anchor_at) FILTER (WHERE j.result = 'ok') AS anchors,
         array_agg(at) FILTER (WHERE j.result = 'ok') AS dues,
         array_agg(j.expires_at) FILTER (WHERE j.result = 'ok') AS expiries,
         array_agg('resent by ' || actor || ': ' || why) FILTER (WHERE j.result = 'ok') AS whys
  INTO chosen
  FROM shift_reminders.judge_resend(held, resend_reminders.target, resend_reminders.although_checked_in, resend_reminders.although_begun, at) j;

  IF chosen.ids IS NOT NULL THEN
    PERFORM shift_reminders.record_audit(actor, 'resend', 'reminder ' || q.id, why,
      jsonb_build_object('state', q.state, 'reason', q.reason, 'generation', q.generation),
      jsonb_build_object('state', 'pending', 'generation', q.generation + 1, 'target', resend_reminders.target,
                         'although_checked_in', resend_reminders.although_checked_in, 'although_begun', resend_reminders.although_begun))
    FROM public.scheduled_notifications q WHERE q.id = ANY (chosen.ids);
    PERFORM shift_reminders.begin_generation(chosen.ids, chosen.anchors, chosen.dues, chosen.expiries, chosen.whys, at,
      resend_reminders.target, actor, resend_reminders.although_checked_in, resend_reminders.although_begun);
    PERFORM pg_notify('shift_reminders_due', '0');
    PERFORM shift_reminders.notify_pages(at);
  END IF;
  RETURN QUERY
    SELECT i.id, coalesce(j.result, CASE WHEN q.id IS NULL THEN 'gone' ELSE 'busy' END),
      coalesce(j.sentence, CASE WHEN q.id IS NULL THEN 'This reminder no longer exists.' ELSE 'Somebody else is changing it just now; try again.' END)
    FROM unnest(ids) AS i(id)
    LEFT JOIN unnest(chosen.judged_ids, chosen.results, chosen.sentences) AS j(reminder_id, result, sentence) ON j.reminder_id = i.id
    LEFT JOIN public.scheduled_notifications q ON q.id = i.id;
END
$$;

CREATE OR REPLACE FUNCTION shift_reminders.cancel_reminders(ids bigint[], actor text, why text)
RETURNS TABLE (reminder_id bigint, result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  q public.scheduled_notifications;
  wanted bigint;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  FOR wanted IN SELECT DISTINCT i FROM unnest(ids) i ORDER BY i LOOP
    reminder_id := wanted;
    SELECT * INTO q FROM public.scheduled_notifications x WHERE x.id = wanted FOR UPDATE SKIP LOCKED;
    IF q.id IS NULL THEN
      result := CASE WHEN EXISTS (SELECT 1 FROM public.scheduled_notifications x WHERE x.id = wanted) THEN 'busy' ELSE 'gone' END;
      sentence := CASE result WHEN 'busy' THEN 'Somebody else is changing it just now; try again.' ELSE 'This reminder no longer exists.' END;
    ELSIF q.state IN ('sent', 'expired') OR q.reason = 'cancelled_by_admin' THEN
      result := 'already_' || q.state;
      sentence := 'It is already ' || q.state || '.';
    ELSE
      IF q.state = 'sending' THEN
        -- The push may be on its way; recording it decides whether there is still anything to cancel.
        UPDATE public.scheduled_notifications x SET pending_change = jsonb_build_object('kind', 'cancel', 'by', actor, 'why', why) WHERE x.id = wanted;
        sentence := 'It is being sent right now; if no device accepts it, it is not tried again.';
      ELSE
        UPDATE public.scheduled_notifications x SET
          state = CASE WHEN x.accepted_at IS NULL THEN 'cancelled' ELSE 'sent' END,
          reason = CASE WHEN x.accepted_at IS NULL THEN 'cancelled_by_admin' ELSE 'partial' END,
          processed = true, processed_at = at, last_error = coalesce(x.last_error, why)
        WHERE x.id = wanted;
        DELETE FROM public.notification_pushes p WHERE p.notification_id IN (
          SELECT m.notification_id FROM public.notification_pushes m
          WHERE m.notification_id = 'shift-' || q.schedule_id || '-' || q.user_id || '-' || q.notify_type
            AND m.reminder_id = wanted AND shift_reminders.mark_state(m) = 'in_flight' FOR UPDATE SKIP LOCKED);
        sentence := 'Cancelled.';
      END IF;
      result := 'ok';
      PERFORM shift_reminders.record_audit(actor, 'cancel', 'reminder ' || wanted, why,
        jsonb_build_object('state', q.state, 'reason', q.reason, 'generation', q.generation), jsonb_build_object('state', 'cancelled'));
    END IF;
    RETURN NEXT;
  END LOOP;
  PERFORM shift_reminders.notify_pages(at);
END
$$;

-- Takes an admin's cancel back: the next generation, by the live shift, if it would still be useful.
CREATE OR REPLACE FUNCTION shift_reminders.uncancel_reminders(ids bigint[], actor text, why text)
RETURNS TABLE (reminder_id bigint, result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  q public.scheduled_notifications;
  rule shift_reminders.rules;
  live record;
  wanted bigint;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  FOR wanted IN SELECT DISTINCT i FROM unnest(ids) i ORDER BY i LOOP
    reminder_id := wanted;
    SELECT * INTO q FROM public.scheduled_notifications x WHERE x.id = wanted FOR UPDATE SKIP LOCKED;
    SELECT * INTO rule FROM shift_reminders.rules r WHERE r.notify_type = q.notify_type;
    SELECT * INTO live FROM shift_reminders.judge(ARRAY[wanted]);
    IF q.id IS NULL THEN
      result := 'busy'; sentence := 'It no longer exists, or somebody else is changing it just now.';
    ELSIF q.state = 'sending' AND q.pending_change->>'kind' = 'cancel' THEN
      result := 'ok';
      PERFORM shift_reminders.record_audit(actor, 'take back cancel', 'reminder ' || wanted, why,
        jsonb_build_object('state', q.state, 'cancel', q.pending_change), jsonb_build_object('state', q.state));
      UPDATE public.scheduled_notifications x SET pending_change = NULL WHERE x.id = wanted;
      sentence := 'It is being sent right now, and is tried again if no device accepts it.';
    ELSIF q.reason IS DISTINCT FROM 'cancelled_by_admin' THEN
      result := 'not_cancelled'; sentence := 'No admin cancelled it; it is ' || q.state || '.';
    ELSE
      result := 'ok';
      PERFORM shift_reminders.record_audit(actor, 'take back cancel', 'reminder ' || wanted, why,
        jsonb_build_object('state', q.state, 'reason', q.reason), jsonb_build_object('state', 'pending'));
      IF live.verdict IN ('deliver', 'moved') AND q.resent_by IS NOT NULL AND q.expires_at > at THEN
        -- A resend goes on as it was asked for: to the same devices, with the same overrides, for as long.
        PERFORM shift_reminders.begin_generation(ARRAY[wanted], ARRAY[live.live_anchor], ARRAY[at], ARRAY[q.expires_at],
          ARRAY['cancel taken back by ' || actor || ': ' || why], at, q.target, q.resent_by, q.although_checked_in, q.although_begun);
        sentence := 'It will be sent now.';
        PERFORM pg_notify('shift_reminders_due', '0');
      ELSIF live.verdict IN ('deliver', 'moved') AND live.live_anchor - rule.lead + rule.grace > at THEN
        PERFORM shift_reminders.begin_generation(ARRAY[wanted], ARRAY[live.live_anchor], ARRAY[live.live_anchor - rule.lead],
          ARRAY[live.live_anchor - rule.lead + rule.grace], ARRAY['cancel taken back by ' || actor || ': ' || why], at);
        sentence := 'It will be sent when it is due.';
        PERFORM pg_notify('shift_reminders_due', '0');
      ELSIF live.verdict NOT IN ('deliver', 'moved') THEN
        -- Something else stands in its way; when that clears, it re-arms like any other.
        UPDATE public.scheduled_notifications x SET state = r.state, reason = r.reason, processed_at = at
        FROM shift_reminders.reasons r WHERE x.id = wanted AND r.reason = live.verdict AND r.state <> 'pending'
        RETURNING r.sentence INTO sentence;
        sentence := 'Taken back, but it is not sent as things are: ' || sentence;
      ELSE
        -- Too late to be sent now, but no longer in the way of a later move of the shift.
        UPDATE public.scheduled_notifications x SET state = 'expired', reason = 'too_late', processed_at = at WHERE x.id = wanted;
        sentence := 'Taken back, but it would no longer be useful; it is resent only on request.';
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
  PERFORM shift_reminders.notify_pages(at);
END
$$;

CREATE OR REPLACE FUNCTION shift_reminders.pause_reminders(actor text, why text, until timestamptz DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF pause_reminders.until <= at THEN
    RAISE EXCEPTION 'A pause cannot end in the past (%).', pause_reminders.until USING ERRCODE = 'SR002', HINT = 'Choose a later time, or none.';
  END IF;
  UPDATE shift_reminders.pauses p SET ended_at = p.until, ended_by = 'until' WHERE p.ended_at IS NULL AND p.until <= at;
  INSERT INTO shift_reminders.pauses (started_at, started_by, why, until)
  VALUES (at, actor, pause_reminders.why, pause_reminders.until) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM shift_reminders.record_audit(actor, 'pause', 'reminders', why, NULL, jsonb_build_object('until', pause_reminders.until));
  PERFORM shift_reminders.notify_pages(at);
  RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION shift_reminders.resume_reminders(actor text, why text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  ended shift_reminders.pauses;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  UPDATE shift_reminders.pauses p SET ended_at = at, ended_by = actor WHERE p.ended_at IS NULL RETURNING * INTO ended;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM shift_reminders.record_audit(actor, 'resume', 'reminders', why,
    jsonb_build_object('started_at', ended.started_at, 'started_by', ended.started_by, 'until', ended.until), NULL);
  -- What came due meanwhile and is still useful goes out now, without waiting for the next tick.
  PERFORM public.enqueue_due_shift_notifications('manual');
  PERFORM pg_notify('shift_reminders_due', '0');
  PERFORM shift_reminders.notify_pages(at);
  RETURN true;
END
$$;

-- The devices a test push goes to. It is on record who asked, before anything is sent.
CREATE OR REPLACE FUNCTION shift_reminders.test_targets(actor text, why text, who uuid)
RETURNS TABLE (device_id text, token text, platform text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  PERFORM shift_reminders.record_audit(actor, 'send test', 'person ' || who, why, NULL, NULL);
  RETURN QUERY SELECT d.device_id, d.token, d.platform FROM shift_reminders.devices d WHERE d.user_id = who;
END
$$;
