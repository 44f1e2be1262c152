-- Results whose claim was lost: the attempt is on record, the state is not ours to change. One exception, in the
-- record's favour: a device that accepted makes its generation sent, however late we learn of it.
CREATE OR REPLACE FUNCTION shift_reminders.record_late(results shift_reminders.result[], worker text, channel text, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO shift_reminders.attempts AS a (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, channel, outcome, late, devices)
  SELECT r.reminder_id, r.generation, r.attempt, r.token, worker, at, at, channel, r.outcome, true, r.devices
  FROM unnest(results) r
  ON CONFLICT (reminder_id, generation, attempt) DO UPDATE
    SET recorded_at = at, channel = excluded.channel, outcome = excluded.outcome, late = true, devices = excluded.devices
    WHERE a.claim_token = excluded.claim_token AND a.outcome = 'lost';

  UPDATE public.scheduled_notifications q SET
    accepted_at = coalesce(q.accepted_at, at - coalesce(r.accepted_age_ms, 0) * interval '1 millisecond'),
    state = CASE WHEN q.processed THEN 'sent' ELSE q.state END,
    reason = CASE WHEN q.processed AND q.state <> 'sent' THEN r.outcome ELSE q.reason END
  FROM unnest(results) r
  WHERE r.accepted > 0 AND q.id = r.reminder_id AND q.generation = r.generation AND q.accepted_at IS NULL;

  UPDATE shift_reminders.generations g SET accepted_at = at - coalesce(r.accepted_age_ms, 0) * interval '1 millisecond', state = 'sent',
    reason = CASE WHEN g.state = 'sent' THEN g.reason ELSE r.outcome END
  FROM unnest(results) r
  WHERE r.accepted > 0 AND g.reminder_id = r.reminder_id AND g.generation = r.generation AND g.accepted_at IS NULL;

  INSERT INTO public.notification_pushes (notification_id, created_at, payload, state, reminder_id, generation)
  SELECT DISTINCT ON (q.id) shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type), at, '{}'::jsonb, 'ours', q.id, q.generation
  FROM unnest(results) r JOIN public.scheduled_notifications q ON q.id = r.reminder_id AND q.generation = r.generation
  -- A claim that is running holds the mark.
  WHERE r.accepted > 0 AND q.state <> 'sending'
  ON CONFLICT (notification_id) DO NOTHING;
END
$$;
