-- Returns the batch. Times count from now; the people take turns. enqueue_now does not wait for the next tick.
CREATE OR REPLACE FUNCTION shift_reminders.create_test_shifts(
  people uuid[], shifts integer, starts_in interval, lasts interval, apart interval, label text, zone text,
  check_in_after interval, check_out_after interval, enqueue_now boolean, actor text, why text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  moment timestamptz := date_trunc('milliseconds', shift_reminders.clock());
  plan jsonb;
  batch bigint;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF coalesce(cardinality(people), 0) = 0 THEN
    RAISE EXCEPTION 'No person was chosen.' USING ERRCODE = 'SR002', HINT = 'Choose at least one person.';
  ELSIF shifts IS NULL OR shifts NOT BETWEEN 1 AND 5000 THEN
    RAISE EXCEPTION '% test shifts at once are not possible.', shifts USING ERRCODE = 'SR002', HINT = 'Choose 1 to 5,000.';
  ELSIF starts_in NOT BETWEEN interval '-7 days' AND interval '7 days' THEN
    RAISE EXCEPTION 'A test shift cannot start in %.', starts_in USING ERRCODE = 'SR002', HINT = 'Choose a time within 7 days.';
  ELSIF lasts NOT BETWEEN interval '1 second' AND interval '7 days' THEN
    RAISE EXCEPTION 'A test shift cannot last %.', lasts USING ERRCODE = 'SR002', HINT = 'Choose 1 second to 7 days.';
  ELSIF apart NOT BETWEEN interval '0' AND interval '1 hour' THEN
    RAISE EXCEPTION 'Test shifts cannot start % apart.', apart USING ERRCODE = 'SR002', HINT = 'Choose 0 to 1 hour.';
  ELSIF NOT EXISTS (SELECT 1 FROM pg_timezone_names z WHERE z.name = zone) AND zone IS NOT NULL THEN
    RAISE EXCEPTION 'There is no time zone "%".', zone USING ERRCODE = 'SR002', HINT = 'Use a name such as Europe/Berlin.';
  END IF;

  plan := jsonb_strip_nulls(jsonb_build_object('people', cardinality(people), 'shifts', shifts, 'starts_in', starts_in,
    'lasts', lasts, 'apart', nullif(apart, interval '0'), 'label', label, 'time_zone', zone,
    'check_in_after', check_in_after, 'check_out_after', check_out_after));
  INSERT INTO shift_reminders.test_batches (created_at, created_by, why, plan, shifts)
  VALUES (moment, actor, create_test_shifts.why, plan, create_test_shifts.shifts) RETURNING id INTO batch;

  INSERT INTO shift_reminders.test_shifts (schedule_id, batch_id, user_id, start_at, end_at)
  SELECT shift_reminders.host_create_shift(s.person, s.start_at, s.start_at + lasts, label, zone), batch, s.person, s.start_at, s.start_at + lasts
  FROM (SELECT people[1 + (n - 1) % cardinality(people)] AS person, moment + starts_in + (n - 1) * apart AS start_at
        FROM generate_series(1, create_test_shifts.shifts) AS n) s;

  INSERT INTO shift_reminders.test_attendance (schedule_id, type, at)
  SELECT s.schedule_id, a.type, moment + a.after
  FROM shift_reminders.test_shifts s
  CROSS JOIN (VALUES ('check_in', check_in_after), ('check_out', check_out_after)) AS a(type, after)
  WHERE s.batch_id = batch AND a.after IS NOT NULL;

  PERFORM shift_reminders.record_audit(actor, 'seed test shifts', 'test batch ' || batch, why, NULL, plan);
  IF enqueue_now THEN PERFORM public.enqueue_due_shift_notifications('manual'); END IF;
  PERFORM shift_reminders.notify_pages(moment);
  RETURN batch;
END
$$;
