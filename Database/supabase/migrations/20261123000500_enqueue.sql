-- Enqueue: the live shifts become reminders. Safe to run again.
--
--   judge_one, judge_rows, judge   what should become of reminders, by the live shift: used by enqueue and claim alike
--   begin_generation   archives how a reminder's generation ended and starts the next
--   rearm              the shift moved, or a reversible reason cleared: next generation
--   sweep_leases, sweep_expired   leases that ran out, reminders that are no longer useful
--   enqueue_rule       one rule: looks, then writes
--   enqueue_due_shift_notifications   what pg_cron calls

CREATE OR REPLACE FUNCTION shift_reminders.paused(at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = ''
AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM shift_reminders.pause_at(paused.at));
END
$$;

-- What should become of one reminder: 'deliver', 'moved', or the reason why it must not be sent. A string body without
-- SET, so that it is inlined: what a claim judges is part of the claim's own statement.
-- LIMIT keeps each a look-up per reminder: hashing a host's whole shift table for a handful of rows is the trap. And by
-- the shift, never by the person, who may have a thousand of them: IS NOT DISTINCT uses no index.
CREATE OR REPLACE FUNCTION shift_reminders.judge_one(
  schedule_id bigint, user_id uuid, anchor_at timestamptz, although_checked_in boolean,
  rule text, rule_enabled boolean, rule_anchor text, rule_skips text)
RETURNS TABLE (verdict text, live_anchor timestamptz, start_at timestamptz, end_at timestamptz, label text, time_zone text,
               display_name text, locale text)
LANGUAGE sql STABLE ROWS 1 AS '
  SELECT
    CASE
      WHEN $5 IS NULL THEN ''unknown_type''
      WHEN NOT $6 THEN ''rule_disabled''
      WHEN s.schedule_id IS NULL THEN
        CASE WHEN EXISTS (SELECT 1 FROM shift_reminders.shifts x WHERE x.schedule_id = $1)
             THEN ''reassigned'' ELSE ''shift_gone'' END
      WHEN NOT s.is_active THEN ''shift_inactive''
      -- The bounds also keep date arithmetic on absurd times from failing a whole batch.
      WHEN l.anchor IS NULL OR s.end_at < s.start_at
        OR l.anchor NOT BETWEEN ''1970-01-01 00:00+00'' AND ''3000-01-01 00:00+00'' THEN ''bad_times''
      WHEN l.anchor <> $3 THEN ''moved''
      WHEN NOT $4 AND EXISTS (
        SELECT 1 FROM shift_reminders.attendance a
        WHERE a.schedule_id = $1 AND a.type = $8 AND (a.user_id IS NULL OR a.user_id = $2))
        THEN CASE $8 WHEN ''check_in'' THEN ''checked_in'' WHEN ''check_out'' THEN ''checked_out'' ELSE ''attendance_logged'' END
      WHEN p.reminders_off THEN ''opted_out''
      ELSE ''deliver''
    END,
    l.anchor, s.start_at, s.end_at, s.label, s.time_zone, p.display_name, p.locale
  FROM (SELECT 1) one
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.shifts x
                     WHERE x.schedule_id = $1 AND x.user_id IS NOT DISTINCT FROM $2 LIMIT 1) s ON true
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = $2 LIMIT 1) p ON true
  CROSS JOIN LATERAL (SELECT CASE $7 WHEN ''start'' THEN s.start_at WHEN ''end'' THEN s.end_at END AS anchor) l';

CREATE OR REPLACE FUNCTION shift_reminders.judge_rows(reminders public.scheduled_notifications[])
RETURNS TABLE (reminder public.scheduled_notifications, verdict text, live_anchor timestamptz, start_at timestamptz, end_at timestamptz,
               label text, time_zone text, display_name text, locale text)
-- One plan for good: a look-up per reminder is right for one and for a hundred thousand, and planning it anew for each
-- batch costs as much as a tenth of the batch.
LANGUAGE plpgsql STABLE ROWS 500 SET search_path = '' SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT q, j.*
  FROM unnest(reminders) q
  LEFT JOIN shift_reminders.rules r ON r.notify_type = q.notify_type
  CROSS JOIN LATERAL shift_reminders.judge_one(
    q.schedule_id, q.user_id, q.anchor_at, q.although_checked_in, r.notify_type, r.enabled, r.anchor, r.skip_type) j;
END
$$;

-- The same for reminders that are not at hand: those that exist.
CREATE OR REPLACE FUNCTION shift_reminders.judge(ids bigint[])
RETURNS TABLE (reminder_id bigint, verdict text, live_anchor timestamptz)
LANGUAGE sql STABLE ROWS 500 SET search_path = ''
AS $$
  SELECT (j.reminder).id, j.verdict, j.live_anchor
  FROM shift_reminders.judge_rows(ARRAY(SELECT q FROM public.scheduled_notifications q WHERE q.id = ANY (ids))) j
$$;

-- The caller holds the rows' locks. Arrays are parallel.
CREATE OR REPLACE FUNCTION shift_reminders.begin_generation(
  ids bigint[], anchors timestamptz[], dues timestamptz[], expiries timestamptz[], whys text[], at timestamptz,
  new_target text DEFAULT 'all', asked_by text DEFAULT NULL, checked_in_too boolean DEFAULT false, begun_too boolean DEFAULT false)
RETURNS integer
LANGUAGE plpgsql SET search_path = ''
AS $$
DECLARE
  begun integer;
BEGIN
  INSERT INTO shift_reminders.generations (reminder_id, generation, state, reason, anchor_at, scheduled_for, expires_at,
                                           armed_at, ended_at, accepted_at, why)
  SELECT q.id, q.generation,
    CASE WHEN q.accepted_at IS NOT NULL THEN 'sent' WHEN q.processed THEN q.state ELSE 'cancelled' END,
    CASE WHEN q.processed THEN q.reason WHEN q.accepted_at IS NOT NULL THEN 'partial' ELSE 'superseded' END,
    q.anchor_at, q.scheduled_for, q.expires_at, q.armed_at, coalesce(q.processed_at, at), q.accepted_at, n.why
  FROM unnest(ids, whys) AS n(id, why)
  JOIN public.scheduled_notifications q ON q.id = n.id;

  UPDATE public.scheduled_notifications q SET
    generation = q.generation + 1,
    state = CASE WHEN n.expires_at <= at THEN 'expired' ELSE 'pending' END,
    reason = CASE WHEN n.expires_at <= at THEN 'too_late' END,
    processed = n.expires_at <= at,
    processed_at = CASE WHEN n.expires_at <= at THEN at END,
    anchor_at = n.anchor_at, scheduled_for = n.due, next_attempt_at = n.due, expires_at = n.expires_at, armed_at = at,
    attempt_count = 0, retry_count = 0, held_devices = 0, accepted_at = NULL, last_error = NULL,
    claim_token = NULL, claimed_by = NULL, claimed_at = NULL, lease_until = NULL, pending_change = NULL,
    target = new_target, resent_by = asked_by, although_checked_in = checked_in_too, although_begun = begun_too
  FROM unnest(ids, anchors, dues, expiries) AS n(id, anchor_at, due, expires_at)
  WHERE q.id = n.id;
  GET DIAGNOSTICS begun = ROW_COUNT;
  RETURN begun;
END
$$;

CREATE OR REPLACE FUNCTION shift_reminders.has_text(of_type text, for_user uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = ''
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.rule_texts x
    LEFT JOIN LATERAL (SELECT p.locale FROM shift_reminders.people p WHERE p.user_id = for_user LIMIT 1) w ON true
    WHERE x.notify_type = of_type
      AND x.locale IN (shift_reminders.locale_of(w.locale), split_part(shift_reminders.locale_of(w.locale), '-', 1),
                       shift_reminders.setting('site_locale'), 'en'))
$$;

CREATE OR REPLACE FUNCTION shift_reminders.rearm(candidates bigint[], at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = ''
AS $$
DECLARE
  wanted bigint[];
  moved_while_sending bigint[];
  n record;
BEGIN
  -- Looks before it locks: a lock is a write, and a person without a device would cost one every minute.
  SELECT array_agg(q.id) INTO wanted
  FROM shift_reminders.judge(candidates) j
  JOIN public.scheduled_notifications q ON q.id = j.reminder_id
  WHERE (j.verdict = 'moved' AND q.reason IS DISTINCT FROM 'cancelled_by_admin'
         AND (q.pending_change->>'anchor_at')::timestamptz IS DISTINCT FROM j.live_anchor)
     OR (j.verdict = 'deliver' AND q.processed AND q.expires_at > at
         AND EXISTS (SELECT 1 FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = q.state AND x.reversible)
         -- After a failure only a device that is new since then is a reason to try again.
         AND (q.state <> 'failed' OR EXISTS (
           SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = q.user_id
             AND (d.updated_at > q.processed_at
                  OR d.device_id <> ALL (shift_reminders.done_devices(q.id, q.generation, 'all')))))
         AND (q.reason <> 'no_text' OR shift_reminders.has_text(q.notify_type, q.user_id)));
  IF wanted IS NULL THEN RETURN 0; END IF;

  SELECT array_agg(l.id) FILTER (WHERE l.state = 'sending') AS sending_ids,
         array_agg(l.live_anchor) FILTER (WHERE l.state = 'sending') AS sending_anchors,
         array_agg(l.id) FILTER (WHERE l.state <> 'sending') AS ids,
         array_agg(l.live_anchor) FILTER (WHERE l.state <> 'sending') AS anchors,
         array_agg(l.live_anchor - l.lead) FILTER (WHERE l.state <> 'sending') AS dues,
         array_agg(l.live_anchor - l.lead + l.grace) FILTER (WHERE l.state <> 'sending') AS expiries,
         array_agg(CASE WHEN l.live_anchor <> l.anchor_at THEN 'the shift moved'
                                   ELSE 'no longer true: ' || l.reason END) FILTER (WHERE l.state <> 'sending') AS whys
  INTO n
  FROM (
    WITH locked AS MATERIALIZED (
      SELECT q.* FROM public.scheduled_notifications q WHERE q.id = ANY (wanted) ORDER BY q.id FOR UPDATE SKIP LOCKED)
    SELECT k.id, k.state, k.reason, k.anchor_at, j.live_anchor, r.lead, r.grace
    FROM locked k
    JOIN shift_reminders.judge(wanted) j ON j.reminder_id = k.id
    JOIN shift_reminders.rules r ON r.notify_type = k.notify_type
    -- By the row as it was locked: since the look above it may have been sent, resent or cancelled by an admin.
    WHERE j.verdict IN ('moved', 'deliver') AND k.reason IS DISTINCT FROM 'cancelled_by_admin'
      AND (k.anchor_at <> j.live_anchor OR k.processed AND k.expires_at > at AND EXISTS (
        SELECT 1 FROM shift_reminders.reasons x WHERE x.reason = k.reason AND x.state = k.state AND x.reversible))) AS l;

  -- A claim is running: its result belongs to the old anchor, and recording it starts the next generation.
  UPDATE public.scheduled_notifications q
  SET pending_change = jsonb_build_object('kind', 'moved', 'anchor_at', s.anchor)
  FROM unnest(n.sending_ids, n.sending_anchors) AS s(id, anchor)
  WHERE q.id = s.id AND q.pending_change->>'kind' IS DISTINCT FROM 'cancel';

  RETURN CASE WHEN n.ids IS NULL THEN 0
    ELSE shift_reminders.begin_generation(n.ids, n.anchors, n.dues, n.expiries, n.whys, at) END;
END
$$;

-- Leases that ran out count as attempts: a reminder that kills its processor must not loop.
-- Nothing is claimed before it is due, so the look ends at the present; a lease has no index, or every claim would write it.
-- Right after a burst the statistics know nothing of it; a bitmap would then read and sort the whole backlog.
CREATE OR REPLACE FUNCTION shift_reminders.sweep_leases(at timestamptz, batch_size integer) RETURNS void
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_custom_plan SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  ids bigint[];
BEGIN
  SELECT array_agg(l.id) INTO ids FROM (
    SELECT q.id FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.state = 'sending' AND q.lease_until <= at
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
  IF ids IS NOT NULL THEN
    INSERT INTO shift_reminders.attempts (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, outcome, devices)
    SELECT q.id, q.generation, q.attempt_count, q.claim_token, q.claimed_by, q.claimed_at, at, 'lost', '[]'
    FROM public.scheduled_notifications q WHERE q.id = ANY (ids)
    ON CONFLICT DO NOTHING;

    UPDATE public.scheduled_notifications q SET
      state = v.state, reason = v.reason, processed = v.state <> 'pending',
      processed_at = CASE WHEN v.state <> 'pending' THEN at END,
      retry_count = q.retry_count + 1, next_attempt_at = CASE WHEN v.state = 'pending' THEN greatest(at, q.scheduled_for) ELSE q.next_attempt_at END,
      last_error = 'Processor ' || q.claimed_by || ' did not record the attempt before its lease ran out.',
      claim_token = NULL, lease_until = NULL, pending_change = NULL
    FROM (
      SELECT o.id, f.state, f.reason FROM public.scheduled_notifications o
      LEFT JOIN shift_reminders.rules r ON r.notify_type = o.notify_type
      CROSS JOIN LATERAL (SELECT * FROM (VALUES
          (1, o.pending_change->>'kind' = 'cancel' AND o.accepted_at IS NULL, 'cancelled', 'cancelled_by_admin'),
          (2, o.pending_change->>'kind' IS DISTINCT FROM 'cancel' AND o.expires_at > at
              AND o.retry_count + 1 < coalesce(r.max_attempts, 1), 'pending', 'claim_lost'),
          (3, o.accepted_at IS NOT NULL, 'sent', 'partial'),
          (4, o.expires_at <= at, 'failed', 'out_of_time'),
          (5, true, 'failed', 'attempts_used_up')) AS c(place, holds, state, reason)
        WHERE c.holds ORDER BY c.place LIMIT 1) f
      WHERE o.id = ANY (ids)) v
    WHERE q.id = v.id;
  END IF;
END
$$;

-- What is past its expiry ends, so that states are true even while no processor lives. Returns how many it ended.
CREATE OR REPLACE FUNCTION shift_reminders.sweep_expired(at timestamptz, batch_size integer) RETURNS integer
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_custom_plan SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  ids bigint[];
  fresh bigint[];
  ended integer := 0;
BEGIN
  SELECT array_agg(l.id) INTO fresh FROM (
    SELECT q.id FROM public.scheduled_notifications q
    -- Nothing expires before it is due: the condition on scheduled_for ends the look through the index at the present.
    WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.expires_at <= at AND q.state = 'pending'
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
  SELECT fresh || array_agg(l.id) INTO ids FROM (
    SELECT q.id FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NOT NULL AND q.scheduled_for <= at AND q.expires_at <= at
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
  IF ids IS NOT NULL THEN
    UPDATE public.scheduled_notifications q SET
      state = CASE WHEN q.accepted_at IS NOT NULL THEN 'sent' WHEN q.retry_count > 0 THEN 'failed' ELSE 'expired' END,
      reason = CASE
        WHEN q.accepted_at IS NOT NULL THEN 'partial'
        WHEN q.retry_count > 0 THEN 'out_of_time'
        WHEN EXISTS (SELECT 1 FROM shift_reminders.pauses p WHERE p.started_at < q.expires_at
                     AND coalesce(p.ended_at, p.until, 'infinity') >= q.expires_at) THEN 'paused'
        WHEN q.reason = 'channel_down' OR EXISTS (
          SELECT 1 FROM shift_reminders.channels c WHERE c.state = 'down' AND c.since < q.expires_at) THEN 'channel_down'
        WHEN q.reason = 'platform_paused' THEN 'platform_down'
        ELSE 'too_late' END,
      processed = true, processed_at = at
    WHERE q.id = ANY (ids);
    GET DIAGNOSTICS ended = ROW_COUNT;
  END IF;
  RETURN ended;
END
$$;

-- Why a reminder came and went without being queued.
CREATE OR REPLACE FUNCTION shift_reminders.unseen_reason(due timestamptz, expiry timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = ''
AS $$
  SELECT CASE WHEN EXISTS (SELECT 1 FROM shift_reminders.pauses p WHERE p.started_at < expiry AND coalesce(p.ended_at, p.until, 'infinity') > due)
    THEN 'paused' ELSE 'enqueue_down' END
$$;

-- One rule: one statement finds the shifts that are not queued as they should be, one asks what each of them needs, and
-- only if something is missing does one write. from_due < due <= to_due; still_useful is false for what came and went
-- unseen: it is entered as already expired, so that it is accounted for. first_shift and last_shift are the slow path's.
CREATE OR REPLACE FUNCTION shift_reminders.enqueue_rule(
  rule shift_reminders.rules, from_due timestamptz, to_due timestamptz, at timestamptz, still_useful boolean,
  first_shift bigint, last_shift bigint, OUT added integer, OUT rearmed integer)
-- What is asked for is of this hour and therefore in memory, so work counts and pages hardly do: a look-up for each of a
-- few rows, a hash for a burst. A hash may always be as big as it must: the way out of NOT IN compares all with all.
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_custom_plan SET seq_page_cost = 0.1 SET random_page_cost = 0.1
  SET work_mem = '32MB' SET hash_mem_multiplier = 1000
AS $$
DECLARE
  shifts bigint[];
  people uuid[];
  anchors timestamptz[];
  existing bigint[];
  off record;
  first_state text := CASE WHEN still_useful THEN 'pending' ELSE 'expired' END;
  addition CONSTANT text := $sql$
    INSERT INTO public.scheduled_notifications
      (schedule_id, user_id, notify_type, scheduled_for, created_at, anchor_at, next_attempt_at, expires_at, armed_at,
       state, reason, processed, processed_at)
    SELECT d.schedule_id, d.user_id, $4, d.anchor_at - $6, $5, d.anchor_at, d.anchor_at - $6, d.anchor_at - $6 + $7, $5,
      $8, CASE $8 WHEN 'expired' THEN shift_reminders.unseen_reason(d.anchor_at - $6, d.anchor_at - $6 + $7) WHEN 'skipped' THEN 'opted_out' END,
      $8 <> 'pending', CASE WHEN $8 <> 'pending' THEN $5 END
    FROM (SELECT unnest($1) AS schedule_id, unnest($2) AS user_id, unnest($3) AS anchor_at) d
    $sql$;
  where_missing CONSTANT text := 'ON CONFLICT ON CONSTRAINT uniq_sched_user_type DO NOTHING';
BEGIN
  added := 0; rearmed := 0;
  -- EXECUTE, because the anchor is a column: CASE WHEN … THEN start_at ELSE end_at END would hide it from the index.
  EXECUTE format($sql$
    SELECT array_agg(s.schedule_id::bigint), array_agg(s.user_id), array_agg(s.%1$I)
    FROM shift_reminders.shifts s
    WHERE s.%1$I > $2 AND s.%1$I <= $3 AND s.is_active AND s.user_id IS NOT NULL
      AND (s.end_at < s.start_at) IS NOT TRUE
      %2$s
      -- What is queued as it should be, nearly everything on most ticks, by ranges of indexes. NOT IN, because it is
      -- never a nested loop: on a table without statistics that would compare all with all.
      AND (s.schedule_id, s.user_id, s.%1$I) NOT IN (
        SELECT u.schedule_id, u.user_id, u.anchor_at FROM shift_reminders.due_between($2 - $4, $3 - $4) u
        WHERE u.notify_type = $1 AND (NOT u.processed OR u.state = 'sent'))
    $sql$,
    rule.anchor || '_at', CASE WHEN first_shift IS NOT NULL THEN 'AND s.schedule_id BETWEEN $5 AND $6' END)
  INTO shifts, people, anchors
  USING rule.notify_type, from_due + rule.lead, to_due + rule.lead, rule.lead, first_shift, last_shift;
  IF shifts IS NULL THEN RETURN; END IF;

  -- Put on record as skipped, and so of no further interest: once the person is back, nothing else would tell why nobody
  -- was reminded. It re-arms like any other if they are back in time. A burst asks first whether there is anybody such.
  IF cardinality(shifts) < 1000 OR EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.reminders_off) THEN
    SELECT array_agg(d.schedule_id) AS shifts, array_agg(d.user_id) AS people, array_agg(d.anchor_at) AS anchors INTO off
    FROM unnest(shifts, people, anchors) AS d(schedule_id, user_id, anchor_at)
    WHERE EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = d.user_id AND p.reminders_off)
      AND NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                      WHERE q.schedule_id = d.schedule_id AND q.user_id = d.user_id AND q.notify_type = rule.notify_type);
    IF off.shifts IS NOT NULL THEN
      EXECUTE addition || where_missing USING off.shifts, off.people, off.anchors, rule.notify_type, at, rule.lead, rule.grace, 'skipped'::text;
    END IF;
  END IF;

  -- By arrays, because their length is known: statistics know nothing of a burst within one minute of a year, and took a
  -- hundred thousand for a hundred. MATERIALIZED keeps the arrays out of what auto_explain would write of the joins.
  EXECUTE format($sql$
    WITH s AS MATERIALIZED (SELECT unnest($1) AS schedule_id, unnest($2) AS user_id, unnest($3) AS anchor_at)
    SELECT array_agg(d.schedule_id) FILTER (WHERE d.id IS NULL), array_agg(d.user_id) FILTER (WHERE d.id IS NULL),
           array_agg(d.anchor_at) FILTER (WHERE d.id IS NULL), array_agg(d.id) FILTER (WHERE d.id IS NOT NULL)
    FROM (
      SELECT s.schedule_id, s.user_id, s.anchor_at, q.id
      FROM (
        SELECT s.schedule_id, s.user_id, s.anchor_at
        FROM s
        WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = s.user_id AND p.reminders_off)
          %s
        -- Those who have checked in stay among them: OFFSET keeps the queue from being searched for them first.
        OFFSET 0) s
      LEFT JOIN public.scheduled_notifications q
        ON q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = $4
      WHERE q.id IS NULL
         OR (q.anchor_at <> s.anchor_at AND q.reason IS DISTINCT FROM 'cancelled_by_admin')
         OR ($5 AND q.processed AND q.state <> 'sent' AND q.expires_at > $6
             AND q.reason IN (SELECT x.reason FROM shift_reminders.reasons x WHERE x.reversible))
      ORDER BY s.anchor_at, s.schedule_id) d
    $sql$,
    CASE WHEN rule.skip_type IS NOT NULL THEN format(
      'AND NOT EXISTS (SELECT 1 FROM shift_reminders.attendance a WHERE a.schedule_id = s.schedule_id AND a.type = %L'
      -- Who checked in after a reminder that never came had still needed it.
      || ' AND (a.user_id IS NULL OR a.user_id = s.user_id) AND ($5 OR a.logged_at IS NULL OR a.logged_at <= s.anchor_at - $7))',
      rule.skip_type) END)
  INTO shifts, people, anchors, existing
  USING shifts, people, anchors, rule.notify_type, still_useful, at, rule.lead - rule.grace;

  IF shifts IS NOT NULL THEN
    BEGIN
      EXECUTE addition USING shifts, people, anchors, rule.notify_type, at, rule.lead, rule.grace, first_state;
    EXCEPTION WHEN unique_violation THEN
      -- Another worker added one of them just now. To ask before each row, every time, costs a quarter of the burst.
      EXECUTE addition || where_missing USING shifts, people, anchors, rule.notify_type, at, rule.lead, rule.grace, first_state;
    END;
    GET DIAGNOSTICS added = ROW_COUNT;
  END IF;

  IF existing IS NOT NULL THEN
    rearmed := shift_reminders.rearm(existing, at);
    IF NOT still_useful THEN
      UPDATE public.scheduled_notifications q SET reason = shift_reminders.unseen_reason(q.scheduled_for, q.expires_at)
      WHERE q.id = ANY (existing) AND q.armed_at = enqueue_rule.at AND q.state = 'expired' AND q.reason = 'too_late';
    END IF;
  END IF;
END
$$;

-- When a statement of it fails (one absurd row is enough), halves of it are tried, and halves of those, so that only the
-- culprit is left, and it is named. It gives up after a hundred culprits: then the fault is a general one. A row that
-- another session holds is waited for a moment only, and all of it ends in good time before the tick's statement_timeout.
CREATE OR REPLACE FUNCTION shift_reminders.enqueue_rule_in_parts(
  rule shift_reminders.rules, from_due timestamptz, to_due timestamptz, at timestamptz,
  OUT added integer, OUT rearmed integer, OUT errors text[])
LANGUAGE plpgsql SET search_path = '' SET lock_timeout = '50ms'
AS $$
DECLARE
  shifts bigint[];
  firsts integer[];
  lasts integer[];
  f integer;
  l integer;
  one record;
  give_up timestamptz := clock_timestamp() + interval '15 seconds';
BEGIN
  added := 0; rearmed := 0; errors := '{}';
  EXECUTE format(
    'SELECT coalesce(array_agg(DISTINCT s.schedule_id::bigint), ''{}'') FROM shift_reminders.shifts s WHERE s.%1$I > $1 AND s.%1$I <= $2',
    rule.anchor || '_at') INTO shifts USING from_due + rule.lead, to_due + rule.lead;
  firsts := ARRAY[1]; lasts := ARRAY[cardinality(shifts)];
  WHILE cardinality(firsts) > 0 AND cardinality(shifts) > 0 AND cardinality(errors) < 100 LOOP
    IF clock_timestamp() > give_up THEN
      errors := errors || format('rule %s: shift by shift took too long; the next tick goes on', rule.notify_type);
      EXIT;
    END IF;
    f := firsts[cardinality(firsts)]; l := lasts[cardinality(lasts)];
    firsts := trim_array(firsts, 1); lasts := trim_array(lasts, 1);
    BEGIN
      one := shift_reminders.enqueue_rule(rule, from_due, to_due, at, true, shifts[f], shifts[l]);
      added := added + one.added;
      rearmed := rearmed + one.rearmed;
    EXCEPTION WHEN OTHERS THEN
      IF f = l THEN
        errors := errors || format('shift %s, rule %s: %s', shifts[f], rule.notify_type, SQLERRM);
      ELSE
        firsts := firsts || ARRAY[(f + l) / 2 + 1, f];
        lasts := lasts || ARRAY[l, (f + l) / 2];
      END IF;
    END;
  END LOOP;
EXCEPTION WHEN OTHERS THEN
  errors := errors || format('rule %s: %s', rule.notify_type, SQLERRM);
END
$$;

DO $$
DECLARE
  old record;
BEGIN
  -- The plan's own function, or an older overload: two candidates would make the call without arguments ambiguous.
  FOR old IN SELECT p.oid::regprocedure AS signature FROM pg_proc p
             WHERE p.pronamespace = 'public'::regnamespace AND p.proname = 'enqueue_due_shift_notifications'
               AND (pg_get_function_identity_arguments(p.oid) <> 'source text' OR p.prorettype <> 'integer'::regtype) LOOP
    EXECUTE format('DROP FUNCTION %s', old.signature);
  END LOOP;
END
$$;

-- Returns how many reminders it added or re-armed; -1: another tick is still running (nothing was done).
-- A function cannot set its own statement_timeout: the cron job's text does.
CREATE OR REPLACE FUNCTION public.enqueue_due_shift_notifications(source text DEFAULT 'cron') RETURNS integer
-- Compiling a statement for a burst (jit) takes longer than most ticks.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_custom_plan SET jit = off SET lock_timeout = '5s'
AS $$
DECLARE
  started timestamptz := shift_reminders.clock();
  at timestamptz;
  previous record;
  rule shift_reminders.rules;
  is_paused boolean;
  was_silent boolean;
  one record;
  total_added integer := 0;
  total_rearmed integer := 0;
  total_expired integer;
  errors text[] := '{}';
  refreshed boolean := false;
  edited text;
  purged timestamptz := shift_reminders.setting('purged_before')::timestamptz;
  watched timestamptz;
BEGIN
  BEGIN
    PERFORM pg_advisory_xact_lock(7274963, 1);
  EXCEPTION WHEN lock_not_available THEN
    INSERT INTO shift_reminders.heartbeats (source, started_at, finished_at, busy, backend_pid)
    VALUES (enqueue_due_shift_notifications.source, started, shift_reminders.clock(), true, pg_backend_pid());
    RETURN -1;
  END;
  -- Whoever holds one row is not to hold up the rules for longer.
  PERFORM set_config('lock_timeout', '1s', true);
  at := shift_reminders.clock();

  UPDATE shift_reminders.pauses SET ended_at = until, ended_by = 'until' WHERE ended_at IS NULL AND until <= at;
  is_paused := shift_reminders.paused(at);
  SELECT h.started_at, h.paused INTO previous FROM shift_reminders.heartbeats h
  WHERE NOT h.busy AND h.error IS NULL AND h.started_at <= at ORDER BY h.started_at DESC LIMIT 1;
  -- What was due before the very first tick is nobody's failure, and the ledger says so.
  UPDATE shift_reminders.settings s SET value = at::text, updated_at = at WHERE s.key = 'watching_since' AND s.value = 'infinity';
  watched := shift_reminders.setting('watching_since')::timestamptz;
  was_silent := previous.started_at IS NOT NULL
    AND (is_paused OR previous.paused OR at - previous.started_at > interval '2 minutes');

  -- The rules look at shifts, attendance and people; that the host changed its phones would show only in a claim.
  BEGIN
    PERFORM 1 FROM shift_reminders.devices WHERE false;
  EXCEPTION WHEN undefined_column OR undefined_table OR undefined_function OR datatype_mismatch OR invalid_function_definition THEN
    refreshed := true;
    BEGIN
      PERFORM shift_reminders.refresh_host_contract();
    EXCEPTION WHEN OTHERS THEN
      errors := errors || SQLERRM;
    END;
  END;

  -- Before the rules: what was lost can then move with its shift, and a burst that they add is not looked through.
  PERFORM shift_reminders.sweep_leases(at, 50000);

  FOR rule IN SELECT * FROM shift_reminders.rules r WHERE r.enabled ORDER BY r.notify_type LOOP
    <<one_rule>>
    LOOP
      BEGIN
        -- What came and went unseen is entered as expired: every expected reminder is accounted for.
        IF was_silent THEN
          one := shift_reminders.enqueue_rule(rule, greatest(previous.started_at - rule.grace - interval '1 minute', at - interval '7 days',
                                                              purged, greatest(watched, rule.watched_since) - rule.grace),
                                              at - rule.grace, at, false, NULL, NULL);
        END IF;
        IF NOT is_paused THEN
          -- What was purged is not entered again, however long the grace.
          one := shift_reminders.enqueue_rule(rule, greatest(at - rule.grace, purged),
                                              at + shift_reminders.setting('look_ahead')::interval, at, true, NULL, NULL);
          total_added := total_added + one.added;
          total_rearmed := total_rearmed + one.rearmed;
        END IF;
        EXIT one_rule;
      EXCEPTION
        WHEN undefined_column OR undefined_table OR undefined_function OR datatype_mismatch OR invalid_function_definition THEN
          -- The host changed its tables since the contract was written.
          IF refreshed THEN
            errors := errors || format('rule %s: %s', rule.notify_type, SQLERRM);
            EXIT one_rule;
          END IF;
          refreshed := true;
          BEGIN
            PERFORM shift_reminders.refresh_host_contract();
          EXCEPTION WHEN OTHERS THEN
            errors := errors || SQLERRM;
            EXIT one_rule;
          END;
        WHEN OTHERS THEN
          errors := errors || format('rule %s: %s', rule.notify_type, SQLERRM);
          IF NOT is_paused THEN
            one := shift_reminders.enqueue_rule_in_parts(rule, greatest(at - rule.grace, purged),
                                                           at + shift_reminders.setting('look_ahead')::interval, at);
            total_added := total_added + one.added;
            total_rearmed := total_rearmed + one.rearmed;
            errors := errors || one.errors;
          END IF;
          EXIT one_rule;
      END;
    END LOOP;
  END LOOP;

  -- An edited rule reaches what is pending; what was already tried keeps the time it was tried for. Without an edit
  -- nothing is read: a backlog would be, every minute.
  edited := (SELECT md5(coalesce(string_agg(concat_ws(' ', r.notify_type, r.lead, r.grace), ', ' ORDER BY r.notify_type), '')) FROM shift_reminders.rules r);
  IF edited IS DISTINCT FROM shift_reminders.setting('rules_applied') THEN
  UPDATE public.scheduled_notifications q SET scheduled_for = q.anchor_at - r.lead, next_attempt_at = q.anchor_at - r.lead,
         expires_at = q.anchor_at - r.lead + r.grace
  FROM shift_reminders.rules r
  -- ARRAY, so that they are locked once: without statistics IN became a join that locked all of them anew for each.
  WHERE r.notify_type = q.notify_type AND q.id = ANY (ARRAY(
    SELECT o.id FROM public.scheduled_notifications o JOIN shift_reminders.rules u ON u.notify_type = o.notify_type
    WHERE NOT o.processed AND o.state = 'pending' AND o.reason IS NULL AND o.retry_count = 0 AND o.accepted_at IS NULL AND o.resent_by IS NULL
      AND (o.scheduled_for <> o.anchor_at - u.lead OR o.expires_at <> o.anchor_at - u.lead + u.grace)
    ORDER BY o.id FOR UPDATE OF o SKIP LOCKED));
    -- Another session may hold some of them just now: then the next tick looks again.
    IF NOT EXISTS (
      SELECT 1 FROM public.scheduled_notifications o JOIN shift_reminders.rules u ON u.notify_type = o.notify_type
      WHERE NOT o.processed AND o.state = 'pending' AND o.reason IS NULL AND o.retry_count = 0 AND o.accepted_at IS NULL AND o.resent_by IS NULL
        AND (o.scheduled_for <> o.anchor_at - u.lead OR o.expires_at <> o.anchor_at - u.lead + u.grace)) THEN
      UPDATE shift_reminders.settings s SET value = edited, updated_at = at WHERE s.key = 'rules_applied';
    END IF;
  END IF;

  total_expired := shift_reminders.sweep_expired(at, 50000);

  IF total_added + total_rearmed > 0 THEN
    PERFORM pg_notify('shift_reminders_due', (total_added + total_rearmed)::text);
    PERFORM shift_reminders.notify_pages(at);
  END IF;
  INSERT INTO shift_reminders.heartbeats (source, started_at, finished_at, added, rearmed, expired, paused, error, backend_pid, details)
  VALUES (enqueue_due_shift_notifications.source, started, shift_reminders.clock(), total_added, total_rearmed, total_expired,
          is_paused, errors[1], pg_backend_pid(),
          CASE WHEN cardinality(errors) > 0 THEN jsonb_build_object('errors', errors) END);
  RETURN total_added + total_rearmed;
END
$$;
REVOKE ALL ON FUNCTION public.enqueue_due_shift_notifications(text) FROM PUBLIC;

-- Pages listen, but must not be told about every batch: NOTIFY makes commits queue up behind each other.
CREATE TABLE IF NOT EXISTS shift_reminders.page_notices (
  only_one     boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  notified_at  timestamptz NOT NULL
);
INSERT INTO shift_reminders.page_notices (notified_at) VALUES ('-infinity') ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION shift_reminders.notify_pages(at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = ''
AS $$
BEGIN
  UPDATE shift_reminders.page_notices n SET notified_at = at
  WHERE n.only_one = (SELECT o.only_one FROM shift_reminders.page_notices o
                      WHERE o.notified_at <= at - interval '1 second' OR o.notified_at > at FOR UPDATE SKIP LOCKED);
  IF FOUND THEN PERFORM pg_notify('shift_reminders_changed', ''); END IF;
END
$$;
