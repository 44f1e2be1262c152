-- What a resend of each reminder would do now. The preview shows these rows, and the act decides by the same ones.
CREATE OR REPLACE FUNCTION shift_reminders.judge_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean, at timestamptz)
RETURNS TABLE (reminder_id bigint, result text, sentence text, devices integer, had_it integer, anchor_at timestamptz, expires_at timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
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
  CROSS JOIN LATERAL (SELECT shift_reminders.due_at(x.anchor, r.lead) AS due, shift_reminders.expires_at(x.anchor, r.lead, r.grace) AS useful_until
                      FROM (SELECT coalesce(j.live_anchor, q.anchor_at) AS anchor) x) u
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
      WHERE a.schedule_id = q.schedule_id AND a.type = r.skip_type AND shift_reminders.logged_for(a.user_id, q.user_id))
      THEN shift_reminders.attended_reason(r.skip_type)
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
