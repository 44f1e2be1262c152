-- Claim: due reminders become sending, with a claim token, a lease, a mark and their devices. Safe to run again.

-- Made anew with the functions below that use it, or a database of an earlier version would keep the older shape.
DROP TYPE IF EXISTS shift_reminders.claimable CASCADE;
CREATE TYPE shift_reminders.claimable AS (
  reminder_id bigint, nid text, verdict text, start_at timestamptz, end_at timestamptz, label text, time_zone text,
  locale text, display_name text, title_template text, body_template text,
  device_ids text[], tokens text[], platforms text[], held integer, generation integer);

-- title_template and body_template: NULL where they are those of an earlier row of the same notify_type and locale.
DROP FUNCTION IF EXISTS shift_reminders.claim_reminders(text, text, integer, interval);
DROP TYPE IF EXISTS shift_reminders.claimed CASCADE;
CREATE TYPE shift_reminders.claimed AS (
  reminder_id bigint, claim_token uuid, generation integer, attempt integer, notification_id text,
  schedule_id bigint, user_id uuid, notify_type text, scheduled_for timestamptz, expires_in double precision,
  lease_in double precision, start_at timestamptz, end_at timestamptz, anchor_at timestamptz, label text, time_zone text,
  locale text, display_name text, title_template text, body_template text, device_ids text[], tokens text[], platforms text[]);

-- A rule's text in the locale that fits best: the person's, its language, the site's, English.
CREATE OR REPLACE FUNCTION shift_reminders.text_for(rule text, wanted text, site_locale text)
RETURNS TABLE (locale text, title text, body text)
LANGUAGE plpgsql STABLE ROWS 1 SET search_path = ''
AS $$
BEGIN
  wanted := shift_reminders.locale_of(wanted);
  RETURN QUERY
  SELECT x.locale, x.title, x.body FROM shift_reminders.rule_texts x
  WHERE x.notify_type = rule AND x.locale IN (wanted, split_part(wanted, '-', 1), site_locale, 'en')
  ORDER BY x.locale = wanted DESC, x.locale = split_part(wanted, '-', 1) DESC, x.locale = site_locale DESC, x.locale LIMIT 1;
END
$$;

-- The devices that need nothing more in this generation; for a resend to the missing ones, those that ever accepted.
CREATE OR REPLACE FUNCTION shift_reminders.done_devices(reminder bigint, of_generation integer, for_target text) RETURNS text[]
LANGUAGE sql STABLE SET search_path = ''
AS $$
  SELECT coalesce(array_agg(x->>'device'), '{}')
  FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
  WHERE a.reminder_id = reminder
    AND ((a.generation = of_generation AND x->>'outcome' IN ('accepted', 'gone', 'mismatch', 'rejected'))
         OR (for_target = 'missing' AND x->>'outcome' = 'accepted'))
$$;

-- Locked candidates, judged, with texts and devices; one look-up per reminder each.
CREATE OR REPLACE FUNCTION shift_reminders.judge_for_claim(
  candidates public.scheduled_notifications[], paused_platforms text[], site_zone text, site_locale text)
RETURNS shift_reminders.claimable[]
LANGUAGE plpgsql STABLE SET search_path = '' SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
BEGIN
  RETURN (
  WITH judged AS MATERIALIZED (
    SELECT (j.reminder).id, (j.reminder).schedule_id, (j.reminder).user_id, (j.reminder).notify_type, (j.reminder).generation,
      (j.reminder).reason, (j.reminder).next_attempt_at, (j.reminder).attempt_count, (j.reminder).accepted_at, (j.reminder).target,
      j.verdict, j.start_at, j.end_at, j.label, j.time_zone, j.display_name, coalesce(j.locale, '') AS locale
    FROM shift_reminders.judge_rows(candidates) j
  ), texts AS MATERIALIZED (
    -- One for each kind and locale of the batch, not one for each reminder.
    SELECT w.notify_type, w.locale AS wanted, x.*
    FROM (SELECT DISTINCT j.notify_type, j.locale FROM judged j) w
    CROSS JOIN LATERAL shift_reminders.text_for(w.notify_type, w.locale, site_locale) x
  )
  SELECT array_agg(ROW(
    q.id, 'shift-' || q.schedule_id || '-' || q.user_id || '-' || q.notify_type,
    CASE
      WHEN q.verdict <> 'deliver' THEN q.verdict
      WHEN t.title IS NULL THEN 'no_text'
      WHEN d.found_ids IS NOT NULL THEN 'deliver'
      WHEN d.held > 0 THEN 'platform_paused'
      -- A retry finds nobody left to retry.
      WHEN q.accepted_at IS NOT NULL THEN CASE WHEN EXISTS (
        SELECT 1 FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
        WHERE a.reminder_id = q.id AND a.generation = q.generation AND x->>'outcome' IN ('gone', 'mismatch', 'rejected'))
        THEN 'partial' ELSE 'accepted' END
      WHEN q.attempt_count > 0 AND EXISTS (
        SELECT 1 FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
        WHERE a.reminder_id = q.id AND a.generation = q.generation AND x->>'outcome' = 'gone') THEN 'unregistered'
      WHEN q.target = 'missing' AND EXISTS (SELECT 1 FROM shift_reminders.devices x WHERE x.user_id = q.user_id) THEN 'nobody_missing'
      ELSE 'no_device'
    END,
    q.start_at, q.end_at, q.label, coalesce(q.time_zone, site_zone),
    t.locale, q.display_name, t.title, t.body, d.found_ids, d.tokens, d.platforms, coalesce(d.held, 0),
    q.generation)::shift_reminders.claimable
    ORDER BY q.reason IS NOT NULL, q.next_attempt_at, q.id)
  FROM judged q
  LEFT JOIN texts t ON t.notify_type = q.notify_type AND t.wanted = q.locale
  LEFT JOIN LATERAL (
    SELECT array_agg(v.device_id) FILTER (WHERE NOT v.is_held) AS found_ids,
           array_agg(v.token) FILTER (WHERE NOT v.is_held) AS tokens,
           array_agg(v.platform) FILTER (WHERE NOT v.is_held) AS platforms,
           (count(*) FILTER (WHERE v.is_held))::integer AS held
    FROM (SELECT x.device_id, x.token, x.platform, coalesce(x.platform = ANY (paused_platforms), false) AS is_held
          FROM shift_reminders.devices x
          WHERE x.user_id = q.user_id
            -- CASE, so that a first attempt never looks for earlier ones.
            AND CASE WHEN q.attempt_count = 0 AND q.target = 'all' THEN true
                     ELSE x.device_id <> ALL (shift_reminders.done_devices(q.id, q.generation, q.target)) END) v
  ) d ON true);
END
$$;

-- Marks the reminders, and returns those whose mark is now ours. A foreign mark newer than the generation is respected;
-- a foreign one that is older belongs to an earlier generation, and one of our own is taken over.
CREATE OR REPLACE FUNCTION shift_reminders.take_marks(chosen shift_reminders.claimable[], at timestamptz) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  marked bigint[];
BEGIN
  WITH taken AS (
    INSERT INTO public.notification_pushes AS p (notification_id, created_at, payload, state, reminder_id, generation)
    SELECT c.nid, at, '{}', 'ours', c.reminder_id, c.generation
    FROM unnest(chosen) c
    -- In key order: two claims that met each other's marks in different orders would deadlock.
    ORDER BY c.nid
    ON CONFLICT (notification_id) DO UPDATE
      SET state = 'ours', reminder_id = excluded.reminder_id, generation = excluded.generation, updated_at = at
      WHERE p.state <> 'foreign'
         OR p.created_at < (SELECT r.armed_at FROM public.scheduled_notifications r WHERE r.id = excluded.reminder_id)
    RETURNING p.reminder_id)
  SELECT coalesce(array_agg(t.reminder_id), '{}') INTO marked FROM taken t;
  RETURN marked;
END
$$;

-- Up to look due reminders that nobody else holds, in due order: fresh ones, or those that wait for a reason.
-- No sort: while the statistics know nothing of a burst, another index and a sort seem as good, and that sorts the backlog
-- for every claim.
CREATE OR REPLACE FUNCTION shift_reminders.lock_due(waiting boolean, look integer, at timestamptz) RETURNS public.scheduled_notifications[]
LANGUAGE plpgsql SET search_path = '' SET enable_sort = off
AS $$
DECLARE
  locked public.scheduled_notifications[];
BEGIN
  -- EXECUTE plans for these very numbers: a generic plan for LIMIT $n expects a tenth of the table, and scans it.
  EXECUTE format($sql$
    SELECT array_agg(c.q) FROM (
      SELECT q FROM public.scheduled_notifications q
      WHERE NOT q.processed AND %s AND q.next_attempt_at <= $1 AND q.expires_at > $1 AND q.state = 'pending'
      ORDER BY %s, q.expires_at, q.id LIMIT %s FOR UPDATE SKIP LOCKED) c
    $sql$,
    -- The second condition says nothing new (no attempt is due before its reminder), but ends the look through the index.
    CASE WHEN waiting THEN 'q.reason IS NOT NULL' ELSE 'q.reason IS NULL AND q.scheduled_for <= $1' END,
    CASE WHEN waiting THEN 'q.next_attempt_at' ELSE 'q.scheduled_for' END, look) INTO locked USING at;
  RETURN locked;
END
$$;

-- Claims first attempts at which nothing is in the way, which is nearly all of them on most days, in one statement: judged, marked and
-- leased row by row as they are read. Whatever needs another look (a verdict, a mark that is there already, a device
-- that has had it) is left to claim_reminders.
CREATE OR REPLACE FUNCTION shift_reminders.claim_first(
  worker text, batch_size integer, lease interval, token uuid, at timestamptz, site_zone text, site_locale text)
RETURNS SETOF shift_reminders.claimed
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_generic_plan
SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  l record;
  lease_seconds double precision := date_part('epoch', claim_first.lease);
BEGIN
  -- Locked by a statement of its own: what the next one sees was committed before it began, the rows as they were locked included.
  SELECT array_agg(x.place) AS places, array_agg(x.id) AS ids, array_agg(x.schedule_id) AS schedule_ids, array_agg(x.user_id) AS user_ids,
    array_agg(x.notify_type) AS notify_types, array_agg(x.anchor_at) AS anchors, array_agg(x.although_checked_in) AS although_checked_in
  INTO l
  FROM (
    SELECT q.ctid AS place, q.id, q.schedule_id, q.user_id, q.notify_type, q.anchor_at, q.although_checked_in,
      q.generation = 1 AND q.attempt_count = 0 AND q.target = 'all' AS is_first
    FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.next_attempt_at <= at AND q.expires_at > at
      AND q.state = 'pending'
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) x
  -- Outside: the others take their turn in the batch too, or a stream of first attempts would pass them by.
  WHERE x.is_first;
  IF l.ids IS NULL THEN RETURN; END IF;

  RETURN QUERY
  WITH judged AS MATERIALIZED (
    SELECT d.turn, d.place, d.id, 'shift-' || d.schedule_id || '-' || d.user_id || '-' || d.notify_type AS nid, d.notify_type,
      j.start_at, j.end_at, j.label, j.time_zone, j.display_name, coalesce(j.locale, '') AS locale, v.device_ids, v.tokens, v.platforms
    FROM unnest(l.places, l.ids, l.schedule_ids, l.user_ids, l.notify_types, l.anchors, l.although_checked_in)
      WITH ORDINALITY AS d(place, id, schedule_id, user_id, notify_type, anchor_at, although_checked_in, turn)
    JOIN shift_reminders.rules r ON r.notify_type = d.notify_type
    CROSS JOIN LATERAL shift_reminders.judge_one(
      d.schedule_id, d.user_id, d.anchor_at, d.although_checked_in, r.notify_type, r.enabled, r.anchor, r.skip_type) j
    CROSS JOIN LATERAL (
      SELECT array_agg(x.device_id) AS device_ids, array_agg(x.token) AS tokens, array_agg(x.platform) AS platforms
      FROM shift_reminders.devices x WHERE x.user_id = d.user_id) v
    WHERE j.verdict = 'deliver' AND v.device_ids IS NOT NULL
    ORDER BY d.turn
  ), marked AS (
    -- Not ON CONFLICT, which would look into the index once more for every mark: there is none yet, or this fails.
    INSERT INTO public.notification_pushes (notification_id, created_at, payload, state, reminder_id, generation)
    SELECT j.nid, at, '{}', 'ours', j.id, 1 FROM judged j
  ), texts AS MATERIALIZED (
    SELECT w.notify_type, w.locale AS wanted, w.first, t.*
    FROM (SELECT j.notify_type, j.locale, min(j.turn) AS first FROM judged j GROUP BY j.notify_type, j.locale) w
    CROSS JOIN LATERAL shift_reminders.text_for(w.notify_type, w.locale, site_locale) t
  )
  UPDATE public.scheduled_notifications q SET
    state = 'sending', claim_token = token, claimed_by = claim_first.worker, claimed_at = at,
    lease_until = at + claim_first.lease, attempt_count = 1
  FROM judged j
  -- LIMIT keeps the reminders in their turn, so that the first of each is the one that brings the text.
  LEFT JOIN LATERAL (SELECT * FROM texts x WHERE x.notify_type = j.notify_type AND x.wanted = j.locale LIMIT 1) t ON true
  -- By its place, which a locked row keeps: not a second way down the index.
  WHERE q.ctid = j.place
  RETURNING q.id, q.claim_token, q.generation, q.attempt_count, j.nid, q.schedule_id, q.user_id, q.notify_type,
    -- date_part, because extract is numeric, and slower than any look-up here.
    q.scheduled_for, date_part('epoch', q.expires_at - at), lease_seconds,
    j.start_at, j.end_at, q.anchor_at, j.label, coalesce(j.time_zone, site_zone), t.locale, j.display_name,
    CASE WHEN j.turn = t.first THEN t.title END, CASE WHEN j.turn = t.first THEN t.body END,
    j.device_ids, j.tokens, j.platforms;
END
$$;

CREATE OR REPLACE FUNCTION shift_reminders.claim_reminders(worker text, channel text, batch_size integer, lease interval)
RETURNS SETOF shift_reminders.claimed
-- After a burst the statistics still say that next to nothing is pending, and a bitmap of "next to nothing" reads and
-- sorts the whole backlog for each claim: only an index read in its own order stops after a batch.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_generic_plan
SET enable_bitmapscan = off SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  token uuid := gen_random_uuid();
  found_so_far integer := 0;
  look integer;
  candidates public.scheduled_notifications[];
  retries public.scheduled_notifications[];
  paused_platforms text[];
  judged shift_reminders.claimable[];
  chosen shift_reminders.claimable[];
  marked bigint[];
  one shift_reminders.claimable;
  progress integer;
  site_zone text := shift_reminders.setting('site_time_zone');
  site_locale text := shift_reminders.setting('site_locale');
  waits text := current_setting('lock_timeout');
BEGIN
  IF shift_reminders.paused(at) OR EXISTS (
    SELECT 1 FROM shift_reminders.channels c WHERE c.channel = claim_reminders.channel AND c.state = 'down') THEN
    PERFORM shift_reminders.sweep_leases(at, 500);
    PERFORM shift_reminders.sweep_expired(at, 500);
    RETURN;
  END IF;
  SELECT coalesce(array_agg(p.platform), '{}') INTO paused_platforms
  FROM shift_reminders.channel_platforms p WHERE p.channel = claim_reminders.channel;

  IF cardinality(paused_platforms) = 0 AND NOT EXISTS (
    SELECT 1 FROM shift_reminders.rules r WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.text_for(r.notify_type, '', site_locale))) THEN
    BEGIN
      -- Another session's uncommitted mark would make us wait for its end: we do not.
      PERFORM set_config('lock_timeout', '50ms', true);
      RETURN QUERY SELECT * FROM shift_reminders.claim_first(
        claim_reminders.worker, claim_reminders.batch_size, claim_reminders.lease, token, at, site_zone, site_locale);
      GET DIAGNOSTICS found_so_far = ROW_COUNT;
    EXCEPTION WHEN unique_violation OR lock_not_available OR deadlock_detected THEN
      NULL; -- Somebody else's mark is among them: one by one, below.
    END;
    PERFORM set_config('lock_timeout', waits, true);
  END IF;
  -- A full batch says that there is more to send: then what was lost or is too late can wait.
  IF found_so_far < claim_reminders.batch_size THEN
    PERFORM shift_reminders.sweep_leases(at, 500);
  END IF;

  -- Until enough is found or everything was looked at: what must not be sent leaves the way for what must.
  look := claim_reminders.batch_size - found_so_far;
  WHILE found_so_far < claim_reminders.batch_size LOOP
    candidates := shift_reminders.lock_due(false, look, at);
    IF coalesce(cardinality(candidates), 0) < look THEN
      retries := shift_reminders.lock_due(true, look - coalesce(cardinality(candidates), 0), at);
      candidates := candidates || retries;
    END IF;
    EXIT WHEN candidates IS NULL;

    judged := shift_reminders.judge_for_claim(candidates, paused_platforms, site_zone, site_locale);
    -- The usual case, everything may go out, passes the batch on as it is.
    progress := 0;
    IF NOT EXISTS (SELECT 1 FROM unnest(judged) j WHERE j.verdict <> 'deliver')
       AND cardinality(judged) <= claim_reminders.batch_size - found_so_far THEN
      chosen := judged;
    ELSE
      progress := shift_reminders.settle_undeliverable(judged, at);
      SELECT array_agg(u::shift_reminders.claimable) INTO chosen FROM (
        SELECT * FROM unnest(judged) j WHERE j.verdict = 'deliver' LIMIT claim_reminders.batch_size - found_so_far) u;
    END IF;
    progress := progress + coalesce(cardinality(chosen), 0);
    IF chosen IS NOT NULL THEN
      BEGIN
        -- Another session's uncommitted mark would make us wait for its end: we do not.
        PERFORM set_config('lock_timeout', '50ms', true);
        marked := shift_reminders.take_marks(chosen, at);
      EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        marked := '{}';
        FOREACH one IN ARRAY chosen LOOP
          BEGIN
            PERFORM set_config('lock_timeout', '5ms', true);
            marked := marked || shift_reminders.take_marks(ARRAY[one], at);
          EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            UPDATE public.scheduled_notifications q SET next_attempt_at = at + interval '1 second' WHERE q.id = one.reminder_id;
            chosen := (SELECT array_agg(c::shift_reminders.claimable) FROM unnest(chosen) c WHERE c.reminder_id <> one.reminder_id);
          END;
        END LOOP;
      END;
      PERFORM set_config('lock_timeout', waits, true);

      IF cardinality(marked) < coalesce(cardinality(chosen), 0) THEN
        UPDATE public.scheduled_notifications q SET
          state = CASE WHEN q.accepted_at IS NULL THEN 'skipped' ELSE 'sent' END,
          reason = CASE WHEN q.accepted_at IS NULL THEN 'already_pushed' ELSE 'partial' END,
          processed = true, processed_at = at
        WHERE q.id IN (SELECT c.reminder_id FROM unnest(chosen) c) AND q.id <> ALL (marked);
        chosen := (SELECT array_agg(c::shift_reminders.claimable) FROM unnest(chosen) c WHERE c.reminder_id = ANY (marked));
      END IF;

      RETURN QUERY
        UPDATE public.scheduled_notifications q SET
          state = 'sending', reason = NULL, claim_token = token, claimed_by = claim_reminders.worker, claimed_at = at,
          lease_until = at + claim_reminders.lease, attempt_count = q.attempt_count + 1, held_devices = c.held
        FROM unnest(chosen) c
        WHERE q.id = c.reminder_id
        RETURNING q.id, q.claim_token, q.generation, q.attempt_count, c.nid, q.schedule_id, q.user_id, q.notify_type,
          q.scheduled_for, date_part('epoch', q.expires_at - at), date_part('epoch', claim_reminders.lease),
          c.start_at, c.end_at, q.anchor_at, c.label, c.time_zone, c.locale, c.display_name, c.title_template, c.body_template,
          c.device_ids, c.tokens, c.platforms;
      found_so_far := found_so_far + cardinality(marked);
    END IF;

    EXIT WHEN cardinality(candidates) < look OR coalesce(progress, 0) = 0;
    look := least(greatest(look * 2, 100), 2000);
  END LOOP;
  IF found_so_far < claim_reminders.batch_size THEN
    PERFORM shift_reminders.sweep_expired(at, 500);
  END IF;
END
$$;

-- Everything judged that must not be delivered now. Returns how many rows left the way.
CREATE OR REPLACE FUNCTION shift_reminders.settle_undeliverable(judged shift_reminders.claimable[], at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = ''
AS $$
DECLARE
  moved bigint[];
  settled integer := 0;
  held integer := 0;
BEGIN
  UPDATE public.scheduled_notifications q SET
    state = CASE WHEN q.accepted_at IS NOT NULL THEN 'sent' ELSE r.state END,
    reason = CASE WHEN q.accepted_at IS NULL OR r.state = 'sent' THEN r.reason ELSE 'partial' END,
    processed = true, processed_at = at
  FROM unnest(judged) j JOIN shift_reminders.reasons r ON r.reason = j.verdict AND r.state <> 'pending'
  WHERE q.id = j.reminder_id;
  GET DIAGNOSTICS settled = ROW_COUNT;

  -- What will never be sent by us may be marked by others; a mark that a device accepted stays.
  DELETE FROM public.notification_pushes p USING (
    SELECT m.notification_id FROM unnest(judged) j
    JOIN public.scheduled_notifications q ON q.id = j.reminder_id AND q.processed AND q.state <> 'sent' AND q.attempt_count > 0
    JOIN public.notification_pushes m ON m.notification_id = j.nid AND shift_reminders.mark_state(m) = 'in_flight'
    FOR UPDATE OF m SKIP LOCKED) x
  WHERE p.notification_id = x.notification_id;

  UPDATE public.scheduled_notifications q SET reason = 'platform_paused', next_attempt_at = at + interval '15 seconds'
  FROM unnest(judged) j WHERE q.id = j.reminder_id AND j.verdict = 'platform_paused';
  GET DIAGNOSTICS held = ROW_COUNT;

  SELECT array_agg(j.reminder_id) INTO moved FROM unnest(judged) j WHERE j.verdict = 'moved';
  RETURN settled + held + CASE WHEN moved IS NULL THEN 0 ELSE shift_reminders.rearm(moved, at) END;
END
$$;

-- Nothing was handed to a channel: the claim is given back and costs no attempt.
CREATE OR REPLACE FUNCTION shift_reminders.release_reminders(reminder_ids bigint[], claim_tokens uuid[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '2s'
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  released integer;
BEGIN
  -- Whoever holds a row for a moment is waited for: a claim that is not given back costs its reminder an attempt.
  BEGIN
    PERFORM 1 FROM public.scheduled_notifications q
    JOIN unnest(reminder_ids, claim_tokens) AS c(id, token) ON c.id = q.id AND c.token = q.claim_token ORDER BY q.id FOR UPDATE OF q;
  EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    NULL; -- Then the others are released, and this one's lease runs out.
  END;
  WITH ours AS MATERIALIZED (
    SELECT q.id, q.generation, 'shift-' || q.schedule_id || '-' || q.user_id || '-' || q.notify_type AS nid
    FROM public.scheduled_notifications q
    JOIN unnest(reminder_ids, claim_tokens) AS c(id, token) ON c.id = q.id AND c.token = q.claim_token
    WHERE q.state = 'sending' ORDER BY q.id FOR UPDATE OF q SKIP LOCKED),
  free AS MATERIALIZED (
    SELECT p.notification_id FROM public.notification_pushes p
    -- Earlier attempts of this generation may have been delivered: then the mark stays.
    WHERE p.notification_id IN (SELECT o.nid FROM ours o WHERE NOT EXISTS (
      SELECT 1 FROM shift_reminders.attempts a WHERE a.reminder_id = o.id AND a.generation = o.generation))
      AND shift_reminders.mark_state(p) = 'in_flight' FOR UPDATE SKIP LOCKED),
  unmarked AS (
    DELETE FROM public.notification_pushes p WHERE p.notification_id IN (SELECT f.notification_id FROM free f))
  UPDATE public.scheduled_notifications q SET
    state = CASE WHEN q.pending_change->>'kind' = 'cancel' THEN CASE WHEN q.accepted_at IS NULL THEN 'cancelled' ELSE 'sent' END ELSE 'pending' END,
    reason = CASE WHEN q.pending_change->>'kind' = 'cancel' THEN CASE WHEN q.accepted_at IS NULL THEN 'cancelled_by_admin' ELSE 'partial' END END,
    processed = q.pending_change->>'kind' IS NOT DISTINCT FROM 'cancel',
    processed_at = CASE WHEN q.pending_change->>'kind' = 'cancel' THEN at END,
    next_attempt_at = greatest(q.next_attempt_at, q.scheduled_for), held_devices = 0,
    claim_token = NULL, lease_until = NULL, pending_change = NULL
  FROM ours o WHERE q.id = o.id;
  GET DIAGNOSTICS released = ROW_COUNT;
  RETURN released;
END
$$;

-- Seconds until something may be claimed through this channel (0 or less: now); NULL: nothing is waiting.
CREATE OR REPLACE FUNCTION shift_reminders.next_due_in(channel text) RETURNS double precision
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  IF shift_reminders.paused(at) OR EXISTS (
    SELECT 1 FROM shift_reminders.channels c WHERE c.channel = next_due_in.channel AND c.state = 'down') THEN
    RETURN NULL;
  END IF;
  RETURN extract(epoch FROM least(
    -- Of several: one that was put off a moment is not to hide the next.
    (SELECT min(n.next_attempt_at) FROM (
       SELECT q.next_attempt_at FROM public.scheduled_notifications q
       WHERE NOT q.processed AND q.reason IS NULL AND q.expires_at > at AND q.state = 'pending'
       ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT 100) n),
    (SELECT q.next_attempt_at FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NOT NULL AND q.expires_at > at AND q.state = 'pending' ORDER BY q.next_attempt_at LIMIT 1),
    -- What is being sent was due, and there is no more of it than processors hold.
    (SELECT min(q.lease_until) FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.state = 'sending')) - at);
END
$$;

REVOKE ALL ON FUNCTION shift_reminders.claim_reminders(text, text, integer, interval),
  shift_reminders.release_reminders(bigint[], uuid[]), shift_reminders.next_due_in(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shift_reminders.claim_reminders(text, text, integer, interval),
  shift_reminders.release_reminders(bigint[], uuid[]), shift_reminders.next_due_in(text) TO shift_reminders_app;
