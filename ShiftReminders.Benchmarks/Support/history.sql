-- A year of finished reminders as the product leaves them: shift, reminder, mark and attempt. A part of them at a time.
CREATE FUNCTION bench.add_history(how_many bigint, first_one bigint, last_one bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  year constant interval := interval '365 days';
BEGIN
  INSERT INTO public.duty_schedules (id, assigned_user_id, start_at, end_at, label)
  SELECT n, bench.person(n % 50000 + 1), t.at + interval '15 minutes', t.at + interval '8 hours', 'Store ' || n % 100
  FROM generate_series(first_one, last_one) n CROSS JOIN LATERAL (SELECT now() - interval '1 day' - year * ((how_many - n)::float8 / how_many) AS at) t;
  PERFORM setval(pg_get_serial_sequence('public.duty_schedules', 'id'), last_one + 1);

  INSERT INTO public.scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for, created_at, anchor_at,
    next_attempt_at, expires_at, armed_at, state, reason, processed, processed_at, attempt_count, accepted_at, claimed_by, claimed_at)
  SELECT s.id, s.assigned_user_id, 'start_15', s.start_at - interval '15 minutes', s.start_at - interval '16 minutes', s.start_at,
    s.start_at - interval '15 minutes', s.start_at, s.start_at - interval '16 minutes',
    CASE WHEN s.id % 2000 = 0 THEN 'failed' ELSE 'sent' END, CASE WHEN s.id % 2000 = 0 THEN 'no_device' ELSE 'accepted' END,
    true, s.start_at - interval '15 minutes', 1, CASE WHEN s.id % 2000 <> 0 THEN s.start_at - interval '15 minutes' END,
    'bench', s.start_at - interval '15 minutes'
  FROM public.duty_schedules s WHERE s.id BETWEEN first_one AND last_one ORDER BY s.id;

  INSERT INTO public.notification_pushes (notification_id, created_at, payload, state, reminder_id, generation)
  SELECT 'shift-' || q.schedule_id || '-' || q.user_id || '-' || q.notify_type, q.scheduled_for, '{}', 'ours', q.id, 1
  FROM public.scheduled_notifications q WHERE q.schedule_id BETWEEN first_one AND last_one AND q.state = 'sent';

  INSERT INTO shift_reminders.attempts (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, channel, outcome, devices)
  SELECT q.id, 1, 1, gen_random_uuid(), 'bench', q.scheduled_for, q.scheduled_for, 'Fcm:bench', 'accepted',
    '[{"device": "0123456789abcdef0123456789abcdef", "platform": "android", "outcome": "accepted", "http": 200, "ms": 80}]'
  FROM public.scheduled_notifications q WHERE q.schedule_id BETWEEN first_one AND last_one AND q.state = 'sent';
END
$$;
