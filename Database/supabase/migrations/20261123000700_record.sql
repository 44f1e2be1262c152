-- Record: what came back from the channel decides what becomes of the reminder. Safe to run again.
--
-- The state is fenced by the claim token; the record is not: a late result is kept beside the attempt it belongs to.

-- Made anew with the functions below that use them, or a database of an earlier version would keep the older shape.
DROP TYPE IF EXISTS shift_reminders.result, shift_reminders.decision CASCADE;
-- One attempt's results, with what its reminder was when it was locked: read once, as every look-up counts here.
CREATE TYPE shift_reminders.result AS (
  reminder_id bigint, token uuid, generation integer, attempt integer, devices jsonb,
  accepted integer, again integer, costs integer, gone integer, mismatch integer, rejected integer,
  platform integer, project integer, possibly_delivered integer, retry_after double precision, quota boolean,
  accepted_age_ms integer, detail text, outcome text,
  nid text, claimed_by text, claimed_at timestamptz, accepted_at timestamptz, expires_at timestamptz,
  failures integer, max_attempts integer, held_devices integer, change jsonb);
CREATE TYPE shift_reminders.decision AS (
  reminder_id bigint, nid text, state text, reason text, retry_at timestamptz, failures integer, accepted_at timestamptz,
  accepted boolean, release_mark boolean, detail text, moved_to timestamptz);

-- Exponential with jitter. A reminder is useful for minutes, so the steps are seconds, not hours.
CREATE OR REPLACE FUNCTION shift_reminders.backoff(failures integer) RETURNS interval
LANGUAGE sql VOLATILE SET search_path = ''
AS $$
  SELECT make_interval(secs => (ARRAY[5, 15, 45, 120])[least(greatest(failures, 1), 4)] * (0.8 + 0.4 * random()))
$$;

-- What one attempt means for the state: the table of the design, row by row; the first row that holds is the verdict.
CREATE OR REPLACE FUNCTION shift_reminders.decide(results shift_reminders.result[], at timestamptz)
RETURNS shift_reminders.decision[]
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN (
  SELECT array_agg(ROW(r.reminder_id, r.nid,
    (ARRAY['pending', 'sent', 'sent', 'cancelled', 'cancelled', 'expired', 'failed', 'failed', 'failed', 'failed', 'failed', 'failed'])[v.place],
    CASE v.place
      WHEN 1 THEN CASE WHEN r.project > 0 THEN 'channel_down'
                       WHEN r.costs = 0 AND (r.platform > 0 OR r.held_devices > 0) THEN 'platform_paused'
                       WHEN r.costs > 0 THEN 'retry' END
      ELSE (ARRAY[NULL, 'partial', 'accepted', 'cancelled_by_admin', 'superseded', 'channel_down', 'out_of_time', 'attempts_used_up',
                  'rejected', 'unregistered', 'sender_mismatch', 'no_device'])[v.place] END,
    t.retry_at, c.failures,
    coalesce(r.accepted_at, CASE WHEN r.accepted > 0 THEN at - coalesce(r.accepted_age_ms, 0) * interval '1 millisecond' END),
    c.ever,
    -- Only when no attempt of this generation can have reached anybody.
    v.place NOT IN (2, 3) AND NOT c.ever AND r.possibly_delivered = 0 AND (r.attempt = 1 OR NOT EXISTS (
      SELECT 1 FROM shift_reminders.attempts a LEFT JOIN LATERAL jsonb_array_elements(a.devices) x ON true
      WHERE a.reminder_id = r.reminder_id AND a.generation = r.generation
        AND (a.outcome = 'lost' OR x->>'outcome' = 'unknown' OR x->>'outcome' = 'transient' AND (x->>'http')::integer >= 500))),
    r.detail, (r.change->>'anchor_at')::timestamptz)::shift_reminders.decision)
  FROM unnest(results) r
  CROSS JOIN LATERAL (SELECT
    r.accepted_at IS NOT NULL OR r.accepted > 0 AS ever,
    r.again + r.held_devices AS again,
    r.failures + CASE WHEN r.costs > 0 THEN 1 ELSE 0 END AS failures) c
  CROSS JOIN LATERAL (SELECT at + CASE
      WHEN r.costs > 0 THEN greatest(shift_reminders.backoff(c.failures),
        make_interval(secs => coalesce(r.retry_after, CASE WHEN r.quota THEN 60 + 10 * random() ELSE 0 END)))
      WHEN r.project > 0 THEN interval '5 seconds'
      WHEN r.platform > 0 OR r.held_devices > 0 THEN interval '15 seconds'
      ELSE interval '0' END AS retry_at) t
  CROSS JOIN LATERAL (SELECT CASE
      WHEN c.again > 0 AND c.failures < r.max_attempts + CASE WHEN r.costs > 0 THEN 0 ELSE 1 END
        AND t.retry_at < r.expires_at AND r.change IS NULL THEN 1
      WHEN c.ever AND (c.again > 0 OR r.gone + r.mismatch + r.rejected > 0
        OR (r.attempt > 1 AND EXISTS (
          SELECT 1 FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
          WHERE a.reminder_id = r.reminder_id AND a.generation = r.generation AND x->>'outcome' IN ('gone', 'mismatch', 'rejected')))) THEN 2
      WHEN c.ever THEN 3
      -- Whatever the failure was: a reversible one would bring back what an admin has cancelled.
      WHEN r.change->>'kind' = 'cancel' THEN 4
      WHEN c.again > 0 AND r.change->>'kind' = 'moved' THEN 5
      WHEN c.again > 0 AND t.retry_at >= r.expires_at AND r.project > 0 AND c.failures = 0 THEN 6
      WHEN c.again > 0 AND t.retry_at >= r.expires_at THEN 7
      WHEN c.again > 0 THEN 8
      WHEN r.rejected > 0 THEN 9
      WHEN r.gone > 0 THEN 10
      WHEN r.mismatch > 0 THEN 11
      ELSE 12 END AS place OFFSET 0) v);
END
$$;

-- A mark is released when nobody can have got the reminder; a delivered one stays as it is. They are few and ours, but
-- another session may hold one: then we do not wait for it.
CREATE OR REPLACE FUNCTION shift_reminders.release_marks(decided shift_reminders.decision[]) RETURNS void
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM unnest(decided) d WHERE d.release_mark) THEN
    WITH free AS MATERIALIZED (
      SELECT p.notification_id FROM public.notification_pushes p
      WHERE p.notification_id = ANY (ARRAY(SELECT d.nid FROM unnest(decided) d WHERE d.release_mark)) AND p.state = 'ours'
      ORDER BY p.notification_id FOR UPDATE SKIP LOCKED)
    DELETE FROM public.notification_pushes p USING free f WHERE p.notification_id = f.notification_id;
  END IF;
END
$$;

-- Results whose claim was lost: the attempt is on record, the state is not ours to change. One exception, in the
-- record's favour: a device that accepted makes its generation sent, however late we learn of it.
CREATE OR REPLACE FUNCTION shift_reminders.record_late(results shift_reminders.result[], worker text, channel text, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = ''
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
    reason = CASE WHEN q.processed AND q.state <> 'sent' THEN 'partial' ELSE q.reason END
  FROM unnest(results) r
  WHERE r.accepted > 0 AND q.id = r.reminder_id AND q.generation = r.generation AND q.accepted_at IS NULL;

  UPDATE shift_reminders.generations g SET accepted_at = at - coalesce(r.accepted_age_ms, 0) * interval '1 millisecond', state = 'sent',
    reason = CASE WHEN g.state = 'sent' THEN g.reason ELSE 'partial' END
  FROM unnest(results) r
  WHERE r.accepted > 0 AND g.reminder_id = r.reminder_id AND g.generation = r.generation AND g.accepted_at IS NULL;

  INSERT INTO public.notification_pushes (notification_id, created_at, payload, state, reminder_id, generation)
  SELECT DISTINCT ON (q.id) 'shift-' || q.schedule_id || '-' || q.user_id || '-' || q.notify_type, at, '{}'::jsonb, 'ours', q.id, q.generation
  FROM unnest(results) r JOIN public.scheduled_notifications q ON q.id = r.reminder_id AND q.generation = r.generation
  -- A claim that is running holds the mark.
  WHERE r.accepted > 0 AND q.state <> 'sending'
  ON CONFLICT (notification_id) DO NOTHING;
END
$$;

-- A healthy channel that was noted a moment ago has nothing new to say: it is one row for all processors.
CREATE OR REPLACE FUNCTION shift_reminders.noted_as_healthy(of_channel text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = ''
AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM shift_reminders.channels c
    WHERE c.channel = of_channel AND c.last_accepted_at > at - interval '1 second' AND c.recent = repeat('a', 40));
END
$$;

-- Health of the channel, and the devices that are gone. More than half of the last 20 or more devices gone is not
-- people uninstalling the app but a configuration fault: then nobody is listed, and who was listed by it is taken back.
CREATE OR REPLACE FUNCTION shift_reminders.note_channel(
  of_channel text, device_users uuid[], asked_at timestamptz[], device_ids text[], platforms text[], outcomes text[], details text[],
  latencies_ms integer[], at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  history text;
  known shift_reminders.channels;
  fresh text;
  gone_share double precision;
  listed record;
  waits text := current_setting('lock_timeout');
BEGIN
  IF NOT outcomes && ARRAY['gone', 'mismatch', 'platform_credentials', 'project_credentials']
     AND shift_reminders.noted_as_healthy(of_channel, at) THEN
    RETURN;
  END IF;

  INSERT INTO shift_reminders.channels AS c (channel, since) VALUES (of_channel, at) ON CONFLICT DO NOTHING;
  SELECT * INTO known FROM shift_reminders.channels c WHERE c.channel = of_channel FOR UPDATE;
  fresh := (SELECT string_agg(CASE o WHEN 'accepted' THEN 'a' ELSE 'g' END, '') FROM unnest(outcomes) o WHERE o IN ('accepted', 'gone'));
  history := right(known.recent || coalesce(fresh, ''), 40);
  gone_share := length(replace(history, 'a', ''))::double precision / greatest(length(history), 1);

  UPDATE shift_reminders.channels c SET
    recent = history,
    last_accepted_at = CASE WHEN 'accepted' = ANY (outcomes) THEN at ELSE c.last_accepted_at END,
    last_latency_ms = coalesce((SELECT (percentile_cont(0.5) WITHIN GROUP (ORDER BY l))::integer
                                FROM unnest(outcomes, latencies_ms) AS x(o, l) WHERE o = 'accepted'), c.last_latency_ms),
    state = CASE WHEN 'project_credentials' = ANY (outcomes) THEN 'down' ELSE c.state END,
    since = CASE WHEN 'project_credentials' = ANY (outcomes) AND c.state = 'up' THEN at ELSE c.since END,
    reason = CASE WHEN 'project_credentials' = ANY (outcomes)
      THEN coalesce((SELECT d FROM unnest(outcomes, details) AS x(o, d) WHERE o = 'project_credentials' AND d IS NOT NULL LIMIT 1),
                    'The channel refused our credentials.') ELSE c.reason END,
    alarm = CASE WHEN length(history) >= 20 AND gone_share > 0.5
      THEN 'More than half of the last ' || length(history) || ' devices were called gone: look for a configuration fault. No device is listed as dead meanwhile.' END,
    alarm_since = CASE WHEN length(history) >= 20 AND gone_share > 0.5 THEN coalesce(c.alarm_since, at) END
  WHERE c.channel = of_channel;

  INSERT INTO shift_reminders.channel_platforms (channel, platform, reason, paused_since)
  SELECT DISTINCT ON (x.p) of_channel, x.p, coalesce(x.d, 'The channel refused the credentials of this platform.'), at
  FROM unnest(outcomes, platforms, details) AS x(o, p, d) WHERE x.o = 'platform_credentials' AND x.p IS NOT NULL
  ON CONFLICT DO NOTHING;

  IF length(history) >= 20 AND gone_share > 0.5 THEN
    IF known.alarm IS NULL THEN
      DELETE FROM shift_reminders.dead_devices d WHERE d.channel = of_channel AND d.died_at > at - interval '1 hour';
    END IF;
    RETURN;
  END IF;
  FOR listed IN
    INSERT INTO shift_reminders.dead_devices AS d (device_id, user_id, platform, channel, reason, died_at)
    -- Dead as of the claim: a device that registered again since then was not what the channel was asked about.
    SELECT DISTINCT ON (x.id) x.id, x.who, x.p, of_channel, x.o, coalesce(x.asked, at)
    FROM unnest(device_ids, device_users, platforms, outcomes, asked_at) AS x(id, who, p, o, asked)
    -- Another project's devices are dead for us only when this project has ever reached anybody.
    WHERE x.o = 'gone' OR (x.o = 'mismatch' AND known.last_accepted_at IS NOT NULL)
    ORDER BY x.id
    ON CONFLICT (device_id) DO UPDATE SET died_at = greatest(d.died_at, excluded.died_at), reason = excluded.reason, channel = excluded.channel
    RETURNING d.user_id, d.device_id
  LOOP
    IF shift_reminders.setting('delete_dead_host_tokens') = 'on' THEN
      BEGIN
        PERFORM set_config('lock_timeout', '50ms', true);
        PERFORM shift_reminders.host_forget_device(listed.user_id, listed.device_id);
      EXCEPTION WHEN OTHERS THEN
        -- The host's table has rules of its own, and what was delivered must not be lost by them. The device is on our
        -- list, so that nothing is sent to it. Not SQLERRM: a trigger of the host's may put the token into it.
        RAISE WARNING 'The host''s table keeps the token of the dead device %: error %. Nothing is sent to it.', listed.device_id, SQLSTATE;
      END;
      PERFORM set_config('lock_timeout', waits, true);
    END IF;
  END LOOP;
END
$$;

-- What the devices' results say of the channel: only those that this recording put on record (fresh), each once.
-- fresh NULL: all of them.
CREATE OR REPLACE FUNCTION shift_reminders.note_results(
  of_channel text, reminder_ids bigint[], generations integer[], attempts integer[], fresh bigint[],
  device_of integer[], device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  n record;
  users uuid[];
  asked timestamptz[];
BEGIN
  IF fresh IS NOT NULL THEN
    SELECT array_agg(d.whose) AS device_of, array_agg(d.id) AS device_ids, array_agg(d.p) AS platforms, array_agg(d.o) AS outcomes,
           array_agg(d.detail) AS details, array_agg(d.ms) AS latencies_ms INTO n
    FROM unnest(device_of, device_ids, platforms, outcomes, details, latencies_ms) AS d(whose, id, p, o, detail, ms)
    WHERE d.whose = ANY (fresh);
    device_of := n.device_of; device_ids := n.device_ids; platforms := n.platforms;
    outcomes := n.outcomes; details := n.details; latencies_ms := n.latencies_ms;
  END IF;
  IF device_of IS NULL THEN RETURN; END IF;
  IF outcomes && ARRAY['gone', 'mismatch'] THEN
    SELECT array_agg(q.user_id ORDER BY x.place), array_agg(a.claimed_at ORDER BY x.place) INTO users, asked
    FROM unnest(device_of) WITH ORDINALITY AS x(whose, place)
    LEFT JOIN public.scheduled_notifications q ON q.id = reminder_ids[x.whose]
    LEFT JOIN shift_reminders.attempts a ON a.reminder_id = reminder_ids[x.whose] AND a.generation = generations[x.whose]
      AND a.attempt = attempts[x.whose];
  END IF;
  PERFORM shift_reminders.note_channel(of_channel, users, asked, device_ids, platforms, outcomes, details, latencies_ms, at);
END
$$;

-- What came back, one row per reminder, told apart by whether its claim still holds. Arrays as in record_attempts.
CREATE OR REPLACE FUNCTION shift_reminders.gather_results(
  held public.scheduled_notifications[], reminder_ids bigint[], claim_tokens uuid[], generations integer[], attempts integer[],
  device_of integer[], device_ids text[], platforms text[], outcomes text[], codes text[], http_statuses integer[],
  message_ids text[], latencies_ms integer[], retry_after_s double precision[], details text[], ages_ms integer[],
  OUT ours shift_reminders.result[], OUT late shift_reminders.result[])
-- Planned once, for arrays of unknown length, which the planner takes for ten rows: a nested loop over two arrays of
-- 500 would be 250,000 comparisons.
LANGUAGE plpgsql STABLE SET search_path = '' SET plan_cache_mode = force_generic_plan SET enable_nestloop = off
AS $$
BEGIN
  -- Ours by token, not by reminder: a worker may hand in a lost claim's results together with those of the claim it has now.
  SELECT array_agg(i.result) FILTER (WHERE i.is_ours), array_agg(i.result) FILTER (WHERE NOT i.is_ours)
  INTO ours, late
  FROM (
    SELECT h.state = 'sending' AND h.claim_token = r.token AS is_ours,
      ROW(r.id, r.token, r.generation, r.attempt, coalesce(s.devices, '[]'),
        coalesce(s.accepted, 0), coalesce(s.again, 0), coalesce(s.costs, 0), coalesce(s.gone, 0), coalesce(s.mismatch, 0),
        coalesce(s.rejected, 0), coalesce(s.platform, 0), coalesce(s.project, 0), coalesce(s.possibly, 0),
        s.retry_after, s.quota, s.age, s.detail, coalesce(s.outcome, 'not_attempted'),
        'shift-' || h.schedule_id || '-' || h.user_id || '-' || h.notify_type, h.claimed_by, h.claimed_at, h.accepted_at,
        h.expires_at, h.retry_count, coalesce(u.max_attempts, 1), h.held_devices, h.pending_change)::shift_reminders.result AS result
    FROM unnest(reminder_ids, claim_tokens, generations, attempts) WITH ORDINALITY AS r(id, token, generation, attempt, place)
    JOIN unnest(held) h ON h.id = r.id
    LEFT JOIN shift_reminders.rules u ON u.notify_type = h.notify_type
    LEFT JOIN (
      SELECT d.whose,
        -- Written as text and read once: a third of what jsonb_build_object, jsonb_strip_nulls and jsonb_agg cost.
        ('[' || string_agg(concat('{"device":', to_json(d.id), ',"platform":' || to_json(d.platform), ',"outcome":' || to_json(d.outcome),
          ',"code":' || to_json(d.code), ',"http":' || d.http, ',"message_id":' || to_json(d.message), ',"ms":' || d.ms,
          ',"retry_after":' || to_json(d.retry_after), ',"detail":' || to_json(d.detail), '}'), ',') || ']')::jsonb AS devices,
        (count(*) FILTER (WHERE d.outcome = 'accepted'))::integer AS accepted,
        (count(*) FILTER (WHERE d.outcome IN ('transient', 'unknown', 'platform_credentials', 'project_credentials', 'not_attempted')))::integer AS again,
        -- A credential fault is ours, not the reminder's, unless there is no platform whose pause could hold it back.
        (count(*) FILTER (WHERE d.outcome IN ('transient', 'unknown') OR d.outcome = 'platform_credentials' AND d.platform IS NULL))::integer AS costs,
        (count(*) FILTER (WHERE d.outcome = 'gone'))::integer AS gone,
        (count(*) FILTER (WHERE d.outcome = 'mismatch'))::integer AS mismatch,
        (count(*) FILTER (WHERE d.outcome = 'rejected'))::integer AS rejected,
        (count(*) FILTER (WHERE d.outcome = 'platform_credentials' AND d.platform IS NOT NULL))::integer AS platform,
        (count(*) FILTER (WHERE d.outcome = 'project_credentials'))::integer AS project,
        (count(*) FILTER (WHERE d.outcome IN ('accepted', 'unknown') OR d.outcome = 'transient' AND d.http >= 500))::integer AS possibly,
        max(d.retry_after) AS retry_after,
        bool_or(d.http = 429) AS quota,
        max(d.age) FILTER (WHERE d.outcome = 'accepted') AS age,
        left(string_agg(DISTINCT d.detail, '; ') FILTER (WHERE d.outcome <> 'accepted'), 1000) AS detail,
        CASE WHEN count(*) = count(*) FILTER (WHERE d.outcome = 'accepted') THEN 'accepted'
             WHEN bool_or(d.outcome = 'accepted') THEN 'partial' ELSE min(d.outcome) END AS outcome
      FROM unnest(device_of, device_ids, platforms, outcomes, codes, http_statuses, message_ids, latencies_ms, retry_after_s, details,
                  coalesce(ages_ms, array_fill(0, ARRAY[coalesce(cardinality(device_of), 0)])))
        AS d(whose, id, platform, outcome, code, http, message, ms, retry_after, detail, age)
      GROUP BY d.whose) s ON s.whose = r.place) i;
END
$$;

-- What nearly every attempt is, the first one and accepted by all its devices, put on record in one statement. devices
-- as attempts keeps them, one array per reminder. Returns the places of those that are on record now; whatever else is true of the
-- others (their claim was lost, somebody changes them, another attempt went before), record_attempts can tell.
DROP FUNCTION IF EXISTS shift_reminders.record_accepted(text, bigint[], uuid[], jsonb[], integer[], integer[]);
CREATE FUNCTION shift_reminders.record_accepted(
  channel text, reminder_ids bigint[], claim_tokens uuid[], devices jsonb[], ages_ms integer[], latencies_ms integer[])
RETURNS integer[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  recorded integer[];
  waits text := current_setting('lock_timeout');
BEGIN
  BEGIN
    PERFORM set_config('lock_timeout', '50ms', true);
    WITH ended AS (
      UPDATE public.scheduled_notifications q SET
        state = 'sent', reason = 'accepted', processed = true, processed_at = at,
        accepted_at = at - r.age_ms * interval '1 millisecond', claim_token = NULL, lease_until = NULL
      FROM unnest(reminder_ids, claim_tokens, devices, ages_ms) WITH ORDINALITY AS r(id, token, devices, age_ms, place)
      WHERE q.id = r.id AND q.state = 'sending' AND q.claim_token = r.token
        AND q.attempt_count = 1 AND q.accepted_at IS NULL AND q.held_devices = 0 AND q.pending_change IS NULL
      RETURNING q.id, q.generation, r.token, q.claimed_by, q.claimed_at, r.devices, r.place
    ), kept AS (
      INSERT INTO shift_reminders.attempts (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, channel, outcome, devices)
      SELECT e.id, e.generation, 1, e.token, e.claimed_by, e.claimed_at, at, record_accepted.channel, 'accepted', e.devices FROM ended e)
    SELECT array_agg(e.place::integer) INTO recorded FROM ended e;
  EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    recorded := NULL; -- record_attempts passes over what is locked.
  END;
  PERFORM set_config('lock_timeout', waits, true);
  IF recorded IS NOT NULL THEN
    -- Asked here as well, so that nothing is made of the usual batch.
    IF NOT shift_reminders.noted_as_healthy(record_accepted.channel, at) THEN
      PERFORM shift_reminders.note_channel(record_accepted.channel, NULL, NULL, NULL, NULL,
        array_fill('accepted'::text, ARRAY[cardinality(recorded)]), NULL, ARRAY(SELECT latencies_ms[r] FROM unnest(recorded) r), at);
    END IF;
    PERFORM shift_reminders.notify_pages(at);
  END IF;
  RETURN coalesce(recorded, '{}');
END
$$;

-- Arrays 1 to 4 are parallel, one entry per reminder; the others one entry per device, device_of telling whose.
-- Idempotent: the same results recorded twice change nothing the second time.
-- state 'busy' in the answer: another session holds the row just now; record this one again.
CREATE OR REPLACE FUNCTION shift_reminders.record_attempts(
  worker text, channel text, reminder_ids bigint[], claim_tokens uuid[], generations integer[], attempts integer[],
  device_of integer[], device_ids text[], platforms text[], outcomes text[], codes text[], http_statuses integer[],
  message_ids text[], latencies_ms integer[], retry_after_s double precision[], details text[], ages_ms integer[] DEFAULT NULL)
RETURNS TABLE (reminder_id bigint, state text, reason text, retry_in double precision, fenced boolean)
-- Everything here is a look-up by key, in a table of any size: planned once, and never by reading the whole table. A
-- table of one row is read whole all the same, at a price that would have it compiled: no JIT.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  gathered record;
  held public.scheduled_notifications[];
  moving bigint[];
  all_ours boolean;
  one record;
  known integer[];
  ours shift_reminders.result[];
  late shift_reminders.result[];
  decided shift_reminders.decision[];
  moved record;
BEGIN
  -- Locked in id order; what another session holds is skipped, and the caller records it again.
  SELECT array_agg(k.q) INTO held
  FROM (SELECT q FROM public.scheduled_notifications q WHERE q.id = ANY (reminder_ids) ORDER BY q.id FOR UPDATE SKIP LOCKED) k;
  SELECT array_agg(h.id) INTO moving FROM unnest(held) h WHERE h.pending_change->>'kind' = 'moved';
  IF moving IS NOT NULL THEN
    -- Since a tick noted that the shift moved, it may have moved on or back: the live shift decides.
    UPDATE public.scheduled_notifications q SET pending_change =
      CASE WHEN j.verdict = 'moved' THEN jsonb_build_object('kind', 'moved', 'anchor_at', j.live_anchor) END
    FROM shift_reminders.judge(moving) j WHERE q.id = j.reminder_id;
    SELECT array_agg(q) INTO held FROM public.scheduled_notifications q WHERE q.id IN (SELECT h.id FROM unnest(held) h);
  END IF;

  gathered := shift_reminders.gather_results(held, reminder_ids, claim_tokens, generations, attempts, device_of, device_ids, platforms,
    outcomes, codes, http_statuses, message_ids, latencies_ms, retry_after_s, details, ages_ms);
  ours := gathered.ours;
  late := gathered.late;
  all_ours := coalesce(cardinality(ours), 0) = coalesce(cardinality(reminder_ids), 0);

  IF late IS NOT NULL THEN
    -- The first recording may have been committed although its answer was lost: then these are not late but known.
    SELECT array_agg(i.place) INTO known
    FROM unnest(reminder_ids, claim_tokens, generations, attempts) WITH ORDINALITY AS i(id, token, generation, attempt, place)
    JOIN shift_reminders.attempts a ON a.reminder_id = i.id AND a.generation = i.generation
      AND a.attempt = i.attempt AND a.claim_token = i.token AND a.outcome <> 'lost';
    SELECT array_agg(r::shift_reminders.result) INTO late FROM unnest(late) r
    WHERE known IS NULL OR r.token <> ALL (ARRAY(SELECT claim_tokens[k] FROM unnest(known) k WHERE reminder_ids[k] = r.reminder_id));
    IF late IS NOT NULL THEN
      PERFORM shift_reminders.record_late(late, worker, record_attempts.channel, at);
      -- What a lost claim's late result has just said of a reminder counts for its successor's.
      FOR one IN
        SELECT o.ordinality AS place, q.accepted_at FROM unnest(ours) WITH ORDINALITY o
        JOIN public.scheduled_notifications q ON q.id = o.reminder_id
        WHERE o.reminder_id IN (SELECT l.reminder_id FROM unnest(late) l)
      LOOP
        ours[one.place].accepted_at := one.accepted_at;
      END LOOP;
    END IF;
  END IF;

  IF ours IS NOT NULL THEN
    INSERT INTO shift_reminders.attempts (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, channel, outcome, devices)
    SELECT r.reminder_id, r.generation, r.attempt, r.token, r.claimed_by, r.claimed_at, at, record_attempts.channel, r.outcome, r.devices
    FROM unnest(ours) r;

    decided := shift_reminders.decide(ours, at);

    UPDATE public.scheduled_notifications q SET
      state = d.state, reason = d.reason, processed = d.state <> 'pending',
      processed_at = CASE WHEN d.state <> 'pending' THEN at END,
      -- Not before it is due, even when the server's clock was set back since the claim.
      next_attempt_at = CASE WHEN d.state = 'pending' THEN greatest(d.retry_at, q.scheduled_for) ELSE q.next_attempt_at END,
      retry_count = d.failures, accepted_at = d.accepted_at,
      last_error = CASE WHEN d.reason = 'accepted' THEN q.last_error ELSE coalesce(d.detail, q.last_error) END,
      claim_token = NULL, lease_until = NULL, held_devices = 0, pending_change = NULL
    FROM unnest(decided) d WHERE q.id = d.reminder_id;

    IF moving IS NOT NULL THEN
      SELECT array_agg(q.id) AS ids, array_agg(d.moved_to) AS anchors, array_agg(d.moved_to - u.lead) AS dues,
             array_agg(d.moved_to - u.lead + u.grace) AS expiries, array_agg('the shift moved while it was sending'::text) AS whys
      INTO moved
      FROM unnest(decided) d JOIN public.scheduled_notifications q ON q.id = d.reminder_id
      JOIN shift_reminders.rules u ON u.notify_type = q.notify_type WHERE d.moved_to IS NOT NULL;
      IF moved.ids IS NOT NULL THEN
        PERFORM shift_reminders.begin_generation(moved.ids, moved.anchors, moved.dues, moved.expiries, moved.whys, at);
      END IF;
    END IF;
    PERFORM shift_reminders.release_marks(decided);
  END IF;

  PERFORM shift_reminders.note_results(record_attempts.channel, reminder_ids, generations, attempts,
    CASE WHEN NOT all_ours THEN ARRAY(SELECT i.place FROM unnest(reminder_ids) WITH ORDINALITY AS i(id, place)
      WHERE i.id IN (SELECT h.id FROM unnest(held) h) AND (known IS NULL OR i.place <> ALL (known))) END,
    device_of, device_ids, platforms, outcomes, details, latencies_ms, at);
  PERFORM shift_reminders.notify_pages(at);

  IF all_ours AND moving IS NULL THEN
    RETURN QUERY
      SELECT d.reminder_id, d.state, d.reason, CASE WHEN d.state = 'pending' THEN date_part('epoch', d.retry_at - at) END, false
      FROM unnest(decided) d;
    RETURN;
  END IF;
  RETURN QUERY
    SELECT i.id, CASE WHEN q.id IS NULL THEN 'gone' WHEN i.id IN (SELECT h.id FROM unnest(held) h) THEN q.state ELSE 'busy' END,
      q.reason, CASE WHEN q.state = 'pending' THEN extract(epoch FROM q.next_attempt_at - at)::double precision END,
      late IS NOT NULL AND EXISTS (SELECT 1 FROM unnest(late) l WHERE l.reminder_id = i.id AND l.token = i.token)
    FROM unnest(reminder_ids, claim_tokens) WITH ORDINALITY AS i(id, token, place)
    LEFT JOIN public.scheduled_notifications q ON q.id = i.id ORDER BY i.place;
END
$$;

-- ── Processors and channels ─────────────────────────────────────────────────────────────────────────────────────────
CREATE OR REPLACE FUNCTION shift_reminders.processor_beat(worker text, host text, version text, channel text)
RETURNS TABLE (alive integer, paused boolean, channel_down text, seconds_since_tick double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  INSERT INTO shift_reminders.processors AS p (name, host, version, channel, started_at, last_seen_at)
  VALUES (processor_beat.worker, processor_beat.host, processor_beat.version, processor_beat.channel, at, at)
  ON CONFLICT (name) DO UPDATE SET last_seen_at = at, channel = excluded.channel, version = excluded.version, host = excluded.host;
  RETURN QUERY SELECT
    (SELECT count(*)::integer FROM shift_reminders.processors p WHERE p.last_seen_at > at - interval '30 seconds'
       AND p.channel = processor_beat.channel),
    shift_reminders.paused(at),
    (SELECT coalesce(c.reason, 'down') FROM shift_reminders.channels c WHERE c.channel = processor_beat.channel AND c.state = 'down'),
    (SELECT extract(epoch FROM at - max(h.started_at))::double precision FROM shift_reminders.heartbeats h WHERE NOT h.busy);
END
$$;

CREATE OR REPLACE FUNCTION shift_reminders.channel_probed(channel text, ok boolean, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  was_down boolean;
BEGIN
  INSERT INTO shift_reminders.channels AS c (channel, since) VALUES (channel_probed.channel, at) ON CONFLICT DO NOTHING;
  SELECT c.state = 'down' INTO was_down FROM shift_reminders.channels c WHERE c.channel = channel_probed.channel FOR UPDATE;
  UPDATE shift_reminders.channels c SET
    last_probe_at = at,
    state = CASE WHEN ok THEN 'up' ELSE 'down' END,
    since = CASE WHEN was_down = ok THEN at ELSE c.since END,
    reason = CASE WHEN ok THEN NULL ELSE coalesce(channel_probed.reason, c.reason) END
  WHERE c.channel = channel_probed.channel;
  IF ok AND was_down THEN
    UPDATE public.scheduled_notifications q SET next_attempt_at = greatest(at, q.scheduled_for)
    WHERE q.id IN (SELECT o.id FROM public.scheduled_notifications o
                   WHERE NOT o.processed AND o.state = 'pending' AND o.reason = 'channel_down' AND o.next_attempt_at > at ORDER BY o.id FOR UPDATE SKIP LOCKED);
    PERFORM pg_notify('shift_reminders_due', '0');
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION shift_reminders.platform_probed(channel text, platform text, ok boolean, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  IF ok THEN
    DELETE FROM shift_reminders.channel_platforms p WHERE p.channel = platform_probed.channel AND p.platform = platform_probed.platform;
    UPDATE public.scheduled_notifications q SET next_attempt_at = greatest(at, q.scheduled_for)
    WHERE q.id IN (SELECT o.id FROM public.scheduled_notifications o
                   WHERE NOT o.processed AND o.state = 'pending' AND o.reason = 'platform_paused' AND o.next_attempt_at > at ORDER BY o.id FOR UPDATE SKIP LOCKED);
    PERFORM pg_notify('shift_reminders_due', '0');
  ELSE
    UPDATE shift_reminders.channel_platforms p SET last_probe_at = at, reason = coalesce(platform_probed.reason, p.reason)
    WHERE p.channel = platform_probed.channel AND p.platform = platform_probed.platform;
  END IF;
END
$$;

-- The platforms that are paused, each with one device a probe can be addressed to (validate_only reaches nobody).
CREATE OR REPLACE FUNCTION shift_reminders.paused_platforms(channel text)
RETURNS TABLE (platform text, reason text, paused_since timestamptz, probe_device_id text, probe_token text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
  SELECT p.platform, p.reason, p.paused_since, d.device_id, d.token
  FROM shift_reminders.channel_platforms p
  LEFT JOIN LATERAL (SELECT x.device_id, x.token FROM shift_reminders.devices x WHERE x.platform = p.platform LIMIT 1) d ON true
  WHERE p.channel = paused_platforms.channel
$$;

DO $$
DECLARE
  f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY[
    'shift_reminders.record_accepted(text, bigint[], uuid[], jsonb[], integer[], integer[])',
    'shift_reminders.record_attempts(text, text, bigint[], uuid[], integer[], integer[], integer[], text[], text[], text[], text[], integer[], text[], integer[], double precision[], text[], integer[])',
    'shift_reminders.processor_beat(text, text, text, text)', 'shift_reminders.channel_probed(text, boolean, text)',
    'shift_reminders.platform_probed(text, text, boolean, text)', 'shift_reminders.paused_platforms(text)']::regprocedure[]
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO shift_reminders_app', f);
  END LOOP;
END
$$;
