-- Test shifts: what a tester seeds into the host's tables, what becomes of it, and its removal. Safe to run again.
--
-- They are real shifts: the same tick queues them, the same processor sends them. The app calls these functions only
-- where TestShifts__Enabled says so; the host's tables are written through the host contract alone.

CREATE TABLE IF NOT EXISTS shift_reminders.test_batches (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created_at  timestamptz NOT NULL,
  created_by  text NOT NULL,
  why         text NOT NULL,
  plan        jsonb NOT NULL,
  shifts      integer NOT NULL CHECK (shifts BETWEEN 1 AND 5000),
  removed_at  timestamptz,
  removed_by  text,
  outcome     jsonb
);
COMMENT ON COLUMN shift_reminders.test_batches.outcome IS 'How many reminders were in which state when the batch was removed';

CREATE TABLE IF NOT EXISTS shift_reminders.test_shifts (
  schedule_id  bigint PRIMARY KEY,
  batch_id     bigint NOT NULL REFERENCES shift_reminders.test_batches ON DELETE CASCADE,
  user_id      uuid NOT NULL,
  start_at     timestamptz NOT NULL,
  end_at       timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS test_shifts_batch ON shift_reminders.test_shifts (batch_id, start_at, schedule_id);

-- A check-in that lies ahead: the host's table would make it count at once, so it waits here.
CREATE TABLE IF NOT EXISTS shift_reminders.test_attendance (
  schedule_id  bigint NOT NULL REFERENCES shift_reminders.test_shifts ON DELETE CASCADE,
  type         text NOT NULL CHECK (type <> ''),
  at           timestamptz NOT NULL,
  logged_at    timestamptz,
  problem      text,
  PRIMARY KEY (schedule_id, type)
);
CREATE INDEX IF NOT EXISTS test_attendance_open ON shift_reminders.test_attendance (at) WHERE logged_at IS NULL;

-- What finds a name by a part of it, whatever the case and the accents of either: "muller" finds Müller, and "Łu" finds Lu.
-- A regular expression over the name as it stands: quicker than to strip every name of its accents, and needs no extension.
CREATE OR REPLACE FUNCTION shift_reminders.name_pattern(words text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = ''
AS $$
  SELECT coalesce(string_agg(CASE WHEN s.letters IS NOT NULL THEN '[' || s.letters || ']'
                                  WHEN w.letter ~ '[[:alnum:]]' THEN w.letter
                                  ELSE '\' || w.letter END, '' ORDER BY w.place), '')
  FROM unnest(string_to_array(lower(btrim(words)), NULL)) WITH ORDINALITY AS w(letter, place)
  LEFT JOIN (VALUES ('aàáâãäåāăą'), ('cçćĉċč'), ('dďđð'), ('eèéêëēĕėęě'), ('gĝğġģ'), ('hĥħ'), ('iìíîïĩīĭįı'), ('jĵ'), ('kķ'),
    ('lĺļľŀł'), ('nñńņňŉ'), ('oòóôõöøōŏő'), ('rŕŗř'), ('sśŝşšș'), ('tţťŧț'), ('uùúûüũūŭůűų'), ('wŵ'), ('yýÿŷ'), ('zźżž'))
    AS s(letters) ON strpos(s.letters, w.letter) > 0
$$;

-- People whose name contains the words or whose id begins with them, and those known by a device only. One pass over the
-- host's people, as it is for the host to index them; what was asked is worked out once and not once more for each.
CREATE OR REPLACE FUNCTION shift_reminders.find_people(words text, most integer)
RETURNS TABLE (user_id uuid, display_name text, locale text, reminders_off boolean, devices integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' SET jit = off
AS $$
  WITH asked AS MATERIALIZED (
    SELECT a.word, a.word ~ '^[0-9a-f-]{1,36}$' AS may_be_id, shift_reminders.name_pattern(words) AS pattern
    FROM (SELECT lower(btrim(coalesce(words, ''))) AS word) a)
  SELECT f.user_id, f.display_name, f.locale, f.reminders_off,
    (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = f.user_id)
  FROM (
    SELECT k.user_id, k.display_name, k.locale, k.reminders_off
    FROM (
      SELECT p.user_id, p.display_name, p.locale, p.reminders_off FROM shift_reminders.people p
      UNION ALL
      SELECT DISTINCT d.user_id, NULL::text, NULL::text, false FROM shift_reminders.devices d
      WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = d.user_id)) k
    WHERE (SELECT a.word = '' FROM asked a)
       OR k.display_name ~* (SELECT a.pattern FROM asked a)
       OR ((SELECT a.may_be_id FROM asked a) AND starts_with(k.user_id::text, (SELECT a.word FROM asked a)))
    ORDER BY k.display_name NULLS LAST, k.user_id
    LIMIT least(most, 1000)) f
$$;

CREATE OR REPLACE FUNCTION shift_reminders.people_named(ids uuid[])
RETURNS TABLE (user_id uuid, display_name text, locale text, reminders_off boolean, devices integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
  SELECT i.id, p.display_name, p.locale, coalesce(p.reminders_off, false),
    (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = i.id)
  FROM unnest(ids) AS i(id)
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = i.id LIMIT 1) p ON true
$$;

-- Also those on the dead list, with the reason: a tester looks for exactly these.
CREATE OR REPLACE FUNCTION shift_reminders.devices_of(person uuid)
RETURNS TABLE (device_id text, platform text, updated_at timestamptz, dead_reason text, died_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
  SELECT i.id, h.platform, h.updated_at, x.reason, x.died_at
  FROM shift_reminders.host_devices() h
  CROSS JOIN LATERAL (SELECT shift_reminders.device_id(h.token) AS id) i
  LEFT JOIN shift_reminders.dead_devices x ON x.device_id = i.id AND (h.updated_at IS NULL OR h.updated_at <= x.died_at)
  WHERE h.user_id = person AND h.token IS NOT NULL
  ORDER BY h.updated_at DESC NULLS LAST, i.id
$$;

-- Returns the batch. Times count from now; the people take turns. enqueue_now does not wait for the next tick.
CREATE OR REPLACE FUNCTION shift_reminders.create_test_shifts(
  people uuid[], shifts integer, starts_in interval, lasts interval, apart interval, label text, zone text,
  check_in_after interval, check_out_after interval, enqueue_now boolean, actor text, why text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
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

-- Logs the check-ins whose time has come; returns the seconds until the next one, NULL when none is left.
CREATE OR REPLACE FUNCTION shift_reminders.log_due_test_attendance() RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  moment timestamptz := shift_reminders.clock();
  due record;
BEGIN
  FOR due IN
    SELECT t.schedule_id, t.type, t.at, s.user_id
    FROM shift_reminders.test_attendance t JOIN shift_reminders.test_shifts s ON s.schedule_id = t.schedule_id
    WHERE t.logged_at IS NULL AND t.at <= moment ORDER BY t.at, t.schedule_id LIMIT 1000 FOR UPDATE OF t SKIP LOCKED
  LOOP
    BEGIN
      PERFORM shift_reminders.host_log_attendance(due.schedule_id, due.user_id, due.type, due.at);
      UPDATE shift_reminders.test_attendance t SET logged_at = moment WHERE t.schedule_id = due.schedule_id AND t.type = due.type;
    EXCEPTION WHEN OTHERS THEN
      -- The host refused it, perhaps because the shift is gone: it is not tried for ever.
      UPDATE shift_reminders.test_attendance t SET logged_at = moment, problem = SQLERRM
      WHERE t.schedule_id = due.schedule_id AND t.type = due.type;
    END;
  END LOOP;
  IF FOUND THEN PERFORM shift_reminders.notify_pages(moment); END IF;
  -- NULL when nothing waits; greatest() alone would make that 0, and the caller would come back at once for ever.
  RETURN (SELECT CASE WHEN count(*) > 0 THEN greatest(0, extract(epoch FROM min(t.at) - moment)) END
          FROM shift_reminders.test_attendance t WHERE t.logged_at IS NULL);
END
$$;

-- Removes the shifts and all that came of them. What is being sent at this moment stays, and is counted as kept.
CREATE OR REPLACE FUNCTION shift_reminders.remove_test_batch(batch bigint, actor text, why text)
RETURNS TABLE (shifts integer, reminders integer, kept integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  removed shift_reminders.test_batches;
  shift_ids bigint[];
  ids bigint[];
  nids text[];
  counted jsonb;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  SELECT * INTO removed FROM shift_reminders.test_batches b WHERE b.id = batch FOR UPDATE;
  IF removed.id IS NULL OR removed.removed_at IS NOT NULL THEN
    RAISE EXCEPTION 'There is no test batch %, or it was removed already.', batch USING ERRCODE = 'SR002', HINT = 'Load the page again.';
  END IF;
  SELECT coalesce(array_agg(s.schedule_id), '{}') INTO shift_ids FROM shift_reminders.test_shifts s WHERE s.batch_id = batch;
  shifts := shift_reminders.host_remove_shifts(shift_ids);

  SELECT jsonb_object_agg(c.state, c.n) INTO counted FROM (
    SELECT q.state, count(*) AS n FROM public.scheduled_notifications q WHERE q.schedule_id = ANY (shift_ids) GROUP BY q.state) c;
  SELECT coalesce(array_agg(l.id), '{}'), array_agg('shift-' || l.schedule_id || '-' || l.user_id || '-' || l.notify_type) INTO ids, nids FROM (
    SELECT q.* FROM public.scheduled_notifications q
    WHERE q.schedule_id = ANY (shift_ids) AND q.state <> 'sending' ORDER BY q.id FOR UPDATE SKIP LOCKED) l;
  DELETE FROM shift_reminders.attempts a WHERE a.reminder_id = ANY (ids);
  DELETE FROM shift_reminders.generations g WHERE g.reminder_id = ANY (ids);
  DELETE FROM public.notification_pushes p WHERE p.notification_id = ANY (nids);
  DELETE FROM shift_reminders.sandbox_pushes p USING shift_reminders.test_shifts s
  WHERE s.batch_id = batch AND p.user_id = s.user_id AND p.notification_id = ANY (nids);
  DELETE FROM public.scheduled_notifications q WHERE q.id = ANY (ids);
  reminders := cardinality(ids);
  SELECT count(*)::integer INTO kept FROM public.scheduled_notifications q WHERE q.schedule_id = ANY (shift_ids);

  DELETE FROM shift_reminders.test_shifts s WHERE s.batch_id = batch;
  UPDATE shift_reminders.test_batches b SET removed_at = at, removed_by = actor, outcome = coalesce(counted, '{}') WHERE b.id = batch;
  PERFORM shift_reminders.record_audit(actor, 'remove test shifts', 'test batch ' || batch, why,
    removed.plan || jsonb_build_object('outcome', counted), NULL);
  PERFORM shift_reminders.notify_pages(at);
  RETURN NEXT;
END
$$;

-- The newest batches, each with how many of its reminders are in which state right now.
CREATE OR REPLACE FUNCTION shift_reminders.test_batch_list(most integer)
RETURNS TABLE (id bigint, created_at timestamptz, created_by text, why text, plan jsonb, shifts integer,
               removed_at timestamptz, removed_by text, outcome jsonb, check_ins_ahead integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
  SELECT b.id, b.created_at, b.created_by, b.why, b.plan, b.shifts, b.removed_at, b.removed_by,
    coalesce(b.outcome, (
      SELECT jsonb_object_agg(c.state, c.n) FROM (
        SELECT q.state, count(*) AS n FROM shift_reminders.test_shifts s
        JOIN public.scheduled_notifications q ON q.schedule_id = s.schedule_id
        WHERE s.batch_id = b.id GROUP BY q.state) c), '{}'),
    (SELECT count(*)::integer FROM shift_reminders.test_shifts s
     JOIN shift_reminders.test_attendance a ON a.schedule_id = s.schedule_id WHERE s.batch_id = b.id AND a.logged_at IS NULL)
  FROM shift_reminders.test_batches b ORDER BY b.id DESC LIMIT least(most, 200)
$$;

-- The batch's part of the board; a shift that was moved far away or deleted since is not in it.
CREATE OR REPLACE FUNCTION shift_reminders.test_board(batch bigint)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, start_at timestamptz, end_at timestamptz, is_active boolean,
  label text, time_zone text, notify_type text, anchor_at timestamptz, due_at timestamptz, expires_at timestamptz, attended_at timestamptz,
  reminder_id bigint, standing text, reason text, accepted_at timestamptz, devices integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  span record;
BEGIN
  SELECT min(s.start_at) AS first, max(s.start_at) + interval '1 second' AS last INTO span
  FROM shift_reminders.test_shifts s WHERE s.batch_id = batch;
  RETURN QUERY
    SELECT b.* FROM shift_reminders.shift_board(span.first, span.last) b
    WHERE EXISTS (SELECT 1 FROM shift_reminders.test_shifts s WHERE s.schedule_id = b.schedule_id AND s.batch_id = batch);
END
$$;

ALTER TABLE shift_reminders.test_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE shift_reminders.test_shifts ENABLE ROW LEVEL SECURITY;
ALTER TABLE shift_reminders.test_attendance ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON shift_reminders.test_batches, shift_reminders.test_shifts, shift_reminders.test_attendance FROM PUBLIC;

DO $grants$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'shift_reminders'::regnamespace
           AND p.proname IN ('name_pattern', 'find_people', 'people_named', 'devices_of', 'create_test_shifts', 'log_due_test_attendance', 'remove_test_batch',
                             'test_batch_list', 'test_board') LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO shift_reminders_app', f);
  END LOOP;
END
$grants$;
