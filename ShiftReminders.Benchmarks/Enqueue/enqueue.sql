-- The plan's own queue and function, and a bare INSERT, over the same shifts.
CREATE TABLE bench.plan_queue (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schedule_id bigint NOT NULL, user_id uuid NOT NULL, notify_type text NOT NULL, scheduled_for timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), processed boolean NOT NULL DEFAULT false, processed_at timestamptz,
  retry_count integer NOT NULL DEFAULT 0, last_error text, UNIQUE (schedule_id, user_id, notify_type));
CREATE TABLE bench.bare_queue (LIKE bench.plan_queue INCLUDING ALL);
-- The same columns, constraints and indexes as the product's queue.
CREATE TABLE bench.our_queue (LIKE public.scheduled_notifications INCLUDING ALL);

CREATE FUNCTION bench.plan_loop() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  r record;
  added integer := 0;
BEGIN
  FOR r IN SELECT s.id, s.assigned_user_id, s.start_at FROM public.duty_schedules s
           WHERE s.start_at > now() AND s.start_at <= now() + interval '15 minutes' AND s.status = 'scheduled' LOOP
    IF NOT EXISTS (SELECT 1 FROM public.attendance_logs a WHERE a.schedule_id = r.id AND a.type = 'check_in') THEN
      INSERT INTO bench.plan_queue (schedule_id, user_id, notify_type, scheduled_for)
      VALUES (r.id, r.assigned_user_id, 'start_15', r.start_at) ON CONFLICT DO NOTHING;
      added := added + 1;
    END IF;
  END LOOP;
  RETURN added;
END
$$;

CREATE VIEW bench.due AS
  SELECT s.id, s.assigned_user_id, s.start_at FROM public.duty_schedules s
  WHERE s.start_at > now() AND s.start_at <= now() + interval '15 minutes' AND s.status = 'scheduled'
    AND NOT EXISTS (SELECT 1 FROM public.attendance_logs a WHERE a.schedule_id = s.id AND a.type = 'check_in');

-- Shifts of a year past and a month to come, none of them due. In parts, as one statement would keep ten million on disk
-- before it wrote the first; and the host's indexes are built once, over all of them.
CREATE PROCEDURE bench.add_other_shifts(how_many bigint) LANGUAGE plpgsql AS $$
DECLARE
  part constant bigint := 500000;
  indexes text[];
  one text;
BEGIN
  SELECT array_agg(pg_get_indexdef(i.indexrelid)) INTO indexes
  FROM pg_index i WHERE i.indrelid = 'public.duty_schedules'::regclass AND NOT i.indisunique;
  FOR one IN SELECT i.indexrelid::regclass::text FROM pg_index i
             WHERE i.indrelid = 'public.duty_schedules'::regclass AND NOT i.indisunique LOOP
    EXECUTE 'DROP INDEX ' || one;
  END LOOP;
  COMMIT;
  FOR part_of IN 0 .. (how_many - 1) / part LOOP
    INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at, label)
    SELECT bench.person(n % 100000), t.start_at, t.start_at + interval '8 hours', 'Store ' || n % 100
    FROM generate_series(part_of * part + 1, least((part_of + 1) * part, how_many)) n
    CROSS JOIN LATERAL (SELECT now() + interval '1 day' * CASE WHEN n % 13 = 0 THEN 1 + 30.0 * n / how_many ELSE -1 - 365.0 * n / how_many END AS start_at) t;
    COMMIT;
  END LOOP;
  FOREACH one IN ARRAY indexes LOOP
    EXECUTE one;
    COMMIT;
  END LOOP;
END
$$;
CREATE FUNCTION bench.add_due_shifts(how_many bigint, checked_in bigint) RETURNS void LANGUAGE sql AS $$
  WITH added AS (
    INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at, label)
    SELECT bench.person(n), now() + interval '10 minutes' + interval '4 minutes' * n / how_many, now() + interval '8 hours', 'Store ' || n % 100
    FROM generate_series(1, how_many) n RETURNING id, assigned_user_id)
  INSERT INTO public.attendance_logs (schedule_id, user_id, type)
  SELECT id, assigned_user_id, 'check_in' FROM added ORDER BY id LIMIT checked_in
$$;

-- How many reminders are not in all four queues: 0, or the times are those of different work.
CREATE FUNCTION bench.rows_that_differ() RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM (
    SELECT FROM (
      SELECT schedule_id, user_id, notify_type FROM public.scheduled_notifications
      UNION ALL SELECT schedule_id, user_id, notify_type FROM bench.plan_queue
      UNION ALL SELECT schedule_id, user_id, notify_type FROM bench.bare_queue
      UNION ALL SELECT schedule_id, user_id, notify_type FROM bench.our_queue) every
    GROUP BY schedule_id, user_id, notify_type HAVING count(*) <> 4) differ
$$;
