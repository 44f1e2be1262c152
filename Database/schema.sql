CREATE SCHEMA shift_reminders;

CREATE TYPE shift_reminders.claimable AS (
	reminder_id bigint,
	nid text,
	verdict text,
	start_at timestamp with time zone,
	end_at timestamp with time zone,
	label text,
	time_zone text,
	locale text,
	display_name text,
	title_template text,
	body_template text,
	device_ids text[],
	tokens text[],
	platforms text[],
	held integer,
	generation integer
);

CREATE TYPE shift_reminders.claimed AS (
	reminder_id bigint,
	claim_token uuid,
	generation integer,
	attempt integer,
	notification_id text,
	schedule_id bigint,
	user_id uuid,
	notify_type text,
	scheduled_for timestamp with time zone,
	expires_in double precision,
	lease_in double precision,
	start_at timestamp with time zone,
	end_at timestamp with time zone,
	anchor_at timestamp with time zone,
	label text,
	time_zone text,
	locale text,
	display_name text,
	title_template text,
	body_template text,
	device_ids text[],
	tokens text[],
	platforms text[]
);

CREATE TYPE shift_reminders.decision AS (
	reminder_id bigint,
	nid text,
	state text,
	reason text,
	retry_at timestamp with time zone,
	failures integer,
	accepted_at timestamp with time zone,
	accepted boolean,
	release_mark boolean,
	detail text,
	moved_to timestamp with time zone
);

CREATE TYPE shift_reminders.result AS (
	reminder_id bigint,
	token uuid,
	generation integer,
	attempt integer,
	devices jsonb,
	accepted integer,
	again integer,
	costs integer,
	gone integer,
	mismatch integer,
	rejected integer,
	platform integer,
	project integer,
	possibly_delivered integer,
	retry_after double precision,
	quota boolean,
	accepted_age_ms integer,
	detail text,
	outcome text,
	nid text,
	claimed_by text,
	claimed_at timestamp with time zone,
	accepted_at timestamp with time zone,
	expires_at timestamp with time zone,
	failures integer,
	max_attempts integer,
	held_devices integer,
	change jsonb
);

CREATE FUNCTION public.enqueue_due_shift_notifications(source text DEFAULT 'cron'::text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET jit TO 'off'
    SET lock_timeout TO '5s'
    SET "DateStyle" TO 'ISO, YMD'
    SET "IntervalStyle" TO 'postgres'
    SET row_security TO 'off'
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
  errors text[] := ARRAY[]::text[];
  refreshed boolean := false;
  edited text;
  all_reached boolean;
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

  PERFORM shift_reminders.heal_identities();
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
  WHEN OTHERS THEN
    -- Locked or hidden: the rules may do without the phones, and the tick is to leave its heartbeat.
    errors := errors || ('phones: ' || SQLERRM);
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

  -- Without an edit nothing is read: a backlog would be, every minute.
  edited := (SELECT md5(coalesce(string_agg(concat_ws(' ', r.notify_type, r.lead, r.grace), ', ' ORDER BY r.notify_type), '')) FROM shift_reminders.rules r);
  IF edited IS DISTINCT FROM shift_reminders.setting('rules_applied') THEN
    all_reached := true;
    FOR rule IN SELECT * FROM shift_reminders.rules r ORDER BY r.notify_type LOOP
      all_reached := shift_reminders.apply_rule(rule) AND all_reached;
    END LOOP;
    -- Another session may hold some of them just now: then the next tick looks again.
    IF all_reached THEN
      UPDATE shift_reminders.settings s SET value = edited, updated_at = at WHERE s.key = 'rules_applied';
    END IF;
  END IF;

  BEGIN
    total_expired := shift_reminders.sweep_expired(at, 50000);
  EXCEPTION WHEN OTHERS THEN
    errors := errors || ('expiry: ' || SQLERRM);
  END;

  IF total_added + total_rearmed > 0 THEN
    PERFORM shift_reminders.hint('shift_reminders_due', (total_added + total_rearmed)::text);
    PERFORM shift_reminders.notify_pages(at);
  END IF;
  INSERT INTO shift_reminders.heartbeats (source, started_at, finished_at, added, rearmed, expired, paused, error, backend_pid, details)
  VALUES (enqueue_due_shift_notifications.source, started, shift_reminders.clock(), total_added, total_rearmed, total_expired,
          is_paused, errors[1], pg_backend_pid(),
          CASE WHEN cardinality(errors) > 0 THEN jsonb_build_object('errors', errors) END);
  RETURN total_added + total_rearmed;
END
$$;

CREATE FUNCTION public.try_mark_notification_pushed(nid text, payload jsonb DEFAULT '{}'::jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO public.notification_pushes (notification_id, created_at, payload, state)
  VALUES (try_mark_notification_pushed.nid, shift_reminders.clock(), try_mark_notification_pushed.payload, 'foreign')
  ON CONFLICT (notification_id) DO NOTHING;
  RETURN FOUND;
END
$$;

CREATE FUNCTION shift_reminders.act_reminders(act_id bigint) RETURNS TABLE(reminder_id bigint, generation integer, outcome text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT l.reminder_id, l.generation, CASE
      WHEN q.id IS NULL THEN 'forgotten'
      WHEN EXISTS (SELECT 1 FROM shift_reminders.audit x WHERE x.reminder_id = l.reminder_id AND x.generation > l.generation) THEN 'again'
      WHEN q.generation > l.generation THEN CASE WHEN g.state = 'sent' THEN 'accepted' ELSE 'replaced' END
      WHEN q.state = 'sent' THEN 'accepted'
      WHEN q.state IN ('pending', 'sending') THEN 'waiting'
      WHEN q.state IN ('failed', 'expired') THEN 'failed'
      ELSE 'not_needed'
    END
  FROM shift_reminders.audit l
  LEFT JOIN public.scheduled_notifications q ON q.id = l.reminder_id
  LEFT JOIN shift_reminders.generations g ON g.reminder_id = l.reminder_id AND g.generation = l.generation
  WHERE (l.part_of = act_id OR l.id = act_id) AND l.reminder_id IS NOT NULL
$$;

CREATE FUNCTION shift_reminders.anchor_due_at(due timestamp with time zone, lead interval) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $_$SELECT $1 + $2$_$;

CREATE FUNCTION shift_reminders.anchor_of(anchor text, start_at timestamp with time zone, end_at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE
    AS $_$SELECT CASE $1 WHEN 'start' THEN $2 WHEN 'end' THEN $3 END$_$;

CREATE TABLE shift_reminders.rules (
    notify_type text NOT NULL,
    title text NOT NULL,
    anchor text NOT NULL,
    lead interval NOT NULL,
    grace interval DEFAULT '00:15:00'::interval NOT NULL,
    skip_type text,
    max_attempts integer DEFAULT 8 NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text,
    watched_since timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT rules_anchor_check CHECK ((anchor = ANY (ARRAY['start'::text, 'end'::text]))),
    CONSTRAINT rules_grace_check CHECK (((EXTRACT(day FROM grace) = (0)::numeric) AND (EXTRACT(month FROM grace) = (0)::numeric) AND ((grace >= '00:01:00'::interval) AND (grace <= '24:00:00'::interval)))),
    CONSTRAINT rules_lead_check CHECK (((EXTRACT(day FROM lead) = (0)::numeric) AND (EXTRACT(month FROM lead) = (0)::numeric) AND ((lead >= '-24:00:00'::interval) AND (lead <= '168:00:00'::interval)))),
    CONSTRAINT rules_max_attempts_check CHECK (((max_attempts >= 1) AND (max_attempts <= 50))),
    CONSTRAINT rules_notify_type_check CHECK ((notify_type ~ '^[a-z][a-z0-9_]{0,39}$'::text)),
    CONSTRAINT rules_skip_type_check CHECK ((skip_type <> ''::text))
);

COMMENT ON COLUMN shift_reminders.rules.lead IS 'Due = anchor - lead; negative: after the anchor';

COMMENT ON COLUMN shift_reminders.rules.grace IS 'How long after it was due the reminder is still useful';

COMMENT ON COLUMN shift_reminders.rules.skip_type IS 'Attendance type that makes the reminder needless; NULL: none';

COMMENT ON COLUMN shift_reminders.rules.watched_since IS 'When it was made or last switched on: what came due before is no reminder that is missing';

CREATE FUNCTION shift_reminders.apply_rule(rule shift_reminders.rules) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
  -- Looked up by itself: as a join without statistics it compared every waiting reminder with every other.
  behind bigint[] := ARRAY(SELECT b.id FROM shift_reminders.behind_rule(rule) b);
  reached integer;
BEGIN
  UPDATE public.scheduled_notifications q SET
    scheduled_for = shift_reminders.due_at(q.anchor_at, rule.lead), next_attempt_at = shift_reminders.due_at(q.anchor_at, rule.lead),
    expires_at = shift_reminders.expires_at(q.anchor_at, rule.lead, rule.grace)
  -- ARRAY, so that they are locked once: without statistics IN became a join that locked all of them anew for each.
  WHERE q.id = ANY (ARRAY(
      SELECT o.id FROM public.scheduled_notifications o WHERE o.id = ANY (behind) ORDER BY o.id FOR UPDATE SKIP LOCKED))
    AND shift_reminders.follows_rule(q);
  GET DIAGNOSTICS reached = ROW_COUNT;
  RETURN reached = cardinality(behind);
END
$$;

CREATE FUNCTION shift_reminders.attended_by(shift bigint, who uuid, rule text, moment timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.rules r JOIN shift_reminders.attendance a ON a.type = r.skip_type
    WHERE r.notify_type = rule AND a.schedule_id = shift AND shift_reminders.logged_for(a.user_id, who)
      AND shift_reminders.logged_in_time(a.logged_at, moment))
$$;

CREATE FUNCTION shift_reminders.attended_reason(type text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
  SELECT CASE $1 WHEN 'check_in' THEN 'checked_in' WHEN 'check_out' THEN 'checked_out' ELSE 'attendance_logged' END$_$;

CREATE FUNCTION shift_reminders.backoff(failures integer, attempts_left integer, time_left interval) RETURNS interval
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE
    WHEN attempts_left <= 1 THEN time_left
    WHEN failures <= 4 THEN make_interval(secs => (ARRAY[5, 15, 45, 120])[greatest(failures, 1)] * (0.8 + 0.4 * random()))
    ELSE greatest(interval '2 minutes', time_left / attempts_left) END
$$;

CREATE FUNCTION shift_reminders.begin_generation(ids bigint[], anchors timestamp with time zone[], dues timestamp with time zone[], expiries timestamp with time zone[], whys text[], at timestamp with time zone, new_target text DEFAULT 'all'::text, asked_by text DEFAULT NULL::text, checked_in_too boolean DEFAULT false, begun_too boolean DEFAULT false) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
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
    state = CASE WHEN n.told_at IS NOT NULL THEN 'sent' WHEN n.expires_at <= at THEN 'expired' ELSE 'pending' END,
    reason = CASE WHEN n.told_at IS NOT NULL THEN n.told WHEN n.expires_at <= at THEN 'moved_too_late' END,
    processed = n.told_at IS NOT NULL OR n.expires_at <= at,
    processed_at = CASE WHEN n.told_at IS NOT NULL OR n.expires_at <= at THEN at END,
    anchor_at = n.anchor_at, scheduled_for = n.due, next_attempt_at = n.due, expires_at = n.expires_at, armed_at = at,
    attempt_count = 0, retry_count = 0, held_devices = 0, accepted_at = n.told_at, last_error = NULL,
    claim_token = NULL, claimed_by = NULL, claimed_at = NULL, lease_until = NULL, pending_change = NULL,
    target = new_target, resent_by = asked_by, although_checked_in = checked_in_too, although_begun = begun_too
  FROM (
    SELECT m.*, b.accepted_at AS told_at, b.reason AS told
    FROM unnest(ids, anchors, dues, expiries) AS m(id, anchor_at, due, expires_at)
    JOIN public.scheduled_notifications o ON o.id = m.id
    LEFT JOIN LATERAL (
      -- What may have arrived counts as well: the phone may then show that time, and has to be told anew.
      SELECT g.anchor_at, g.accepted_at, g.reason FROM shift_reminders.generations g
      WHERE g.reminder_id = m.id AND (g.accepted_at IS NOT NULL OR shift_reminders.may_have_arrived(g.reminder_id, g.generation))
      ORDER BY g.generation DESC LIMIT 1) b ON asked_by IS NULL AND o.anchor_at <> m.anchor_at AND b.anchor_at = m.anchor_at) n
  WHERE q.id = n.id;
  GET DIAGNOSTICS begun = ROW_COUNT;

  INSERT INTO public.notification_pushes (notification_id, created_at, payload, state, reminder_id, generation)
  SELECT shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type), at, '{}', 'ours', q.id, q.generation
  FROM public.scheduled_notifications q WHERE q.id = ANY (ids) AND q.state = 'sent'
  ON CONFLICT (notification_id) DO NOTHING;
  RETURN begun;
END
$$;

CREATE TABLE public.scheduled_notifications (
    id bigint NOT NULL,
    schedule_id bigint NOT NULL,
    user_id uuid NOT NULL,
    notify_type text NOT NULL,
    scheduled_for timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    processed boolean DEFAULT false NOT NULL,
    processed_at timestamp with time zone,
    retry_count integer DEFAULT 0 NOT NULL,
    last_error text,
    state text DEFAULT 'pending'::text NOT NULL,
    reason text,
    generation integer DEFAULT 1 NOT NULL,
    anchor_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    armed_at timestamp with time zone NOT NULL,
    attempt_count integer DEFAULT 0 NOT NULL,
    held_devices integer DEFAULT 0 NOT NULL,
    accepted_at timestamp with time zone,
    claim_token uuid,
    claimed_by text,
    claimed_at timestamp with time zone,
    lease_until timestamp with time zone,
    pending_change jsonb,
    target text DEFAULT 'all'::text NOT NULL,
    resent_by text,
    although_checked_in boolean DEFAULT false NOT NULL,
    although_begun boolean DEFAULT false NOT NULL,
    CONSTRAINT scheduled_notifications_accepted_ends_sent CHECK (((accepted_at IS NULL) OR (state = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text])))),
    CONSTRAINT scheduled_notifications_counts CHECK (((generation >= 1) AND (attempt_count >= 0) AND (retry_count >= 0))),
    CONSTRAINT scheduled_notifications_final_has_reason CHECK (((NOT processed) OR ((reason IS NOT NULL) AND (processed_at IS NOT NULL)))),
    CONSTRAINT scheduled_notifications_known_state CHECK ((state = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'skipped'::text, 'expired'::text, 'cancelled'::text]))),
    CONSTRAINT scheduled_notifications_known_target CHECK ((target = ANY (ARRAY['all'::text, 'missing'::text]))),
    CONSTRAINT scheduled_notifications_processed_is_final CHECK ((processed = (state <> ALL (ARRAY['pending'::text, 'sending'::text])))),
    CONSTRAINT scheduled_notifications_sending_is_claimed CHECK ((((state = 'sending'::text) = (claim_token IS NOT NULL)) AND ((claim_token IS NULL) = (lease_until IS NULL))))
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0.02', autovacuum_analyze_scale_factor='0.02', autovacuum_vacuum_insert_scale_factor='0.05');

COMMENT ON COLUMN public.scheduled_notifications.scheduled_for IS 'Due: anchor_at - the rule''s lead';

COMMENT ON COLUMN public.scheduled_notifications.retry_count IS 'Failed attempts of this generation that count against the rule''s max_attempts';

COMMENT ON COLUMN public.scheduled_notifications.anchor_at IS 'The shift''s start or end that the reminder is about';

COMMENT ON COLUMN public.scheduled_notifications.attempt_count IS 'Claims of this generation, also those that cost no attempt: numbers are never used twice, as a late result names its own';

COMMENT ON COLUMN public.scheduled_notifications.held_devices IS 'Devices left out of the running attempt because their platform is paused';

COMMENT ON COLUMN public.scheduled_notifications.pending_change IS 'What happened to it while it was sending; recording resolves it';

COMMENT ON COLUMN public.scheduled_notifications.resent_by IS 'Who asked for this generation; NULL: the shift and its rule did';

CREATE FUNCTION shift_reminders.behind_rule(rule shift_reminders.rules) RETURNS SETOF public.scheduled_notifications
    LANGUAGE sql STABLE
    AS $_$
  SELECT q.* FROM shift_reminders.open_reminders() q
  WHERE q.notify_type = ($1).notify_type AND shift_reminders.follows_rule(q)
    AND (q.scheduled_for <> shift_reminders.due_at(q.anchor_at, ($1).lead)
         OR q.expires_at <> shift_reminders.expires_at(q.anchor_at, ($1).lead, ($1).grace))$_$;

CREATE FUNCTION shift_reminders.came_late(due timestamp with time zone, queued_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT queued_at > due AND (due < shift_reminders.setting('watching_since')::timestamptz OR EXISTS (
    SELECT 1 FROM shift_reminders.heartbeats h
    WHERE h.started_at > due - shift_reminders.setting('look_ahead')::interval AND h.finished_at < queued_at
      AND NOT h.busy AND NOT h.paused AND h.error IS NULL))
$$;

CREATE FUNCTION shift_reminders.cancel_reminders(ids bigint[], actor text, why text) RETURNS TABLE(reminder_id bigint, result text, sentence text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
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
          WHERE m.notification_id = shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type)
            AND m.reminder_id = wanted AND shift_reminders.mark_state(m) = 'in_flight'
            AND NOT shift_reminders.may_have_arrived(wanted, q.generation) FOR UPDATE SKIP LOCKED);
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

CREATE FUNCTION shift_reminders.change_setting(key text, value text, was text, actor text, why text) RETURNS TABLE(result text, sentence text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  wanted text := btrim(change_setting.value);
  known text;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  SELECT s.value INTO known FROM shift_reminders.settings s WHERE s.key = change_setting.key FOR UPDATE;
  sentence := shift_reminders.wrong_setting(change_setting.key, wanted);
  IF sentence IS NOT NULL THEN
    result := 'wrong';
  ELSIF known <> was THEN
    result := 'conflict';
    sentence := format('Somebody changed it to "%s" meanwhile. Nothing was changed: look at it again.', known);
  ELSE
    UPDATE shift_reminders.settings s SET value = wanted, updated_at = at WHERE s.key = change_setting.key;
    PERFORM shift_reminders.record_audit(actor, 'change setting', 'setting ' || change_setting.key, why, to_jsonb(known), to_jsonb(wanted));
    PERFORM shift_reminders.notify_pages(at);
    result := 'ok';
    sentence := format('Changed from "%s" to "%s".', known, wanted);
  END IF;
  RETURN NEXT;
END
$$;

CREATE FUNCTION shift_reminders.channel_failures(at timestamp with time zone) RETURNS TABLE(channel text, platform text, state text, since timestamp with time zone, failed bigint, attempts bigint, reason text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH stretches AS (
      SELECT p.channel, p.platform, shift_reminders.failing_since(p.channel, p.platform, at) AS since
      FROM (SELECT DISTINCT r.channel, r.platform FROM shift_reminders.channel_results r WHERE r.slot_at > at - interval '5 minutes') p),
    began AS (SELECT s.channel, min(s.since) AS since FROM stretches s GROUP BY s.channel HAVING min(s.since) IS NOT NULL),
    counted AS (
      SELECT r.channel, CASE WHEN grouping(r.platform) = 0 THEN r.platform END AS platform, min(s.since) AS since,
        coalesce(sum(r.failed) FILTER (WHERE s.since IS NOT NULL), 0) AS failed, sum(r.failed + r.answered) AS attempts,
        min(r.first_device) <> max(r.last_device) AS are_several, (array_agg(r.reason ORDER BY r.last_failed_at DESC NULLS LAST))[1] AS reason
      FROM began b
      JOIN shift_reminders.channel_results r ON r.channel = b.channel AND r.slot_at > greatest(b.since - interval '10 seconds', at - interval '5 minutes')
      JOIN stretches s ON s.channel = r.channel AND s.platform = r.platform
      GROUP BY GROUPING SETS ((r.channel, r.platform), (r.channel)))
    SELECT c.channel, c.platform,
      CASE WHEN c.since > at - interval '5 seconds' OR c.are_several IS NOT TRUE THEN NULL
           WHEN c.failed >= 3 AND c.failed >= 0.9 * c.attempts THEN 'down'
           WHEN c.failed >= 5 AND c.failed >= 0.2 * c.attempts THEN 'impaired' END,
      c.since, c.failed, c.attempts, c.reason
    FROM counted c;
END
$$;

CREATE FUNCTION shift_reminders.channel_probed(channel text, ok boolean, reason text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
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
    was_down_since = CASE WHEN was_down AND ok THEN c.since ELSE c.was_down_since END,
    reason = CASE WHEN ok THEN NULL ELSE coalesce(channel_probed.reason, c.reason) END
  WHERE c.channel = channel_probed.channel;
  IF ok AND was_down THEN
    UPDATE public.scheduled_notifications q SET next_attempt_at = greatest(at, q.scheduled_for)
    WHERE q.id IN (SELECT o.id FROM public.scheduled_notifications o
                   WHERE NOT o.processed AND o.state = 'pending' AND o.reason = 'channel_down' AND o.next_attempt_at > at ORDER BY o.id FOR UPDATE SKIP LOCKED);
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
  END IF;
END
$$;

CREATE FUNCTION shift_reminders.channel_trouble(at timestamp with time zone) RETURNS TABLE(channel text, platform text, kind text, is_down boolean, since timestamp with time zone, failed bigint, attempts bigint, last_accepted_at timestamp with time zone, reason text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH used AS (
      SELECT p.channel, count(*) AS processors, count(p.cut_off_since) AS cut_off, min(p.cut_off_since) AS first_cut_off,
        max(p.cut_off_since) AS last_cut_off, (array_agg(p.trouble ORDER BY p.cut_off_since))[1] AS reason
      FROM (SELECT x.*, CASE WHEN x.trouble_since <= at - interval '5 seconds' THEN x.trouble_since END AS cut_off_since
            FROM shift_reminders.processors x WHERE shift_reminders.is_alive(x.last_seen_at, at)) p
      GROUP BY p.channel),
    failing AS (
      -- Where all platforms suffer, or none enough to be named, it is the channel.
      SELECT f.*, count(f.platform) OVER one AS platforms, count(f.platform) FILTER (WHERE f.state IS NOT NULL) OVER one AS ill
      FROM shift_reminders.channel_failures(at) f WINDOW one AS (PARTITION BY f.channel)),
    troubles AS (
      SELECT c.channel, NULL::text AS platform, 'refused' AS kind, true AS is_down, c.since, NULL::bigint AS failed, NULL::bigint AS attempts, c.reason, 1 AS rank
      FROM shift_reminders.channels c WHERE c.state = 'down'
      UNION ALL
      SELECT u.channel, NULL, 'unreachable', u.cut_off = u.processors, CASE WHEN u.cut_off = u.processors THEN u.last_cut_off ELSE u.first_cut_off END,
        u.cut_off, u.processors, u.reason, 2
      FROM used u WHERE u.cut_off > 0
      UNION ALL
      SELECT f.channel, f.platform, 'failing', f.state = 'down', f.since, f.failed, f.attempts, f.reason, 3
      FROM failing f WHERE f.state IS NOT NULL AND (f.platform IS NULL) = (f.ill IN (0, f.platforms))
      UNION ALL
      SELECT s.channel, NULL, 'silent', false, s.since, NULL, s.attempts, NULL, 4 FROM shift_reminders.unanswered_pushes(at) s)
    SELECT t.channel, t.platform, t.kind, t.is_down, t.since, t.failed, t.attempts, c.last_accepted_at, t.reason
    FROM troubles t JOIN used u ON u.channel = t.channel LEFT JOIN shift_reminders.channels c ON c.channel = t.channel
    -- The first kind explains the others; the same kind may hold for several platforms.
    WHERE t.rank = (SELECT min(o.rank) FROM troubles o WHERE o.channel = t.channel AND (o.is_down OR NOT t.is_down))
    ORDER BY t.channel, t.is_down DESC, t.platform;
END
$$;

CREATE FUNCTION shift_reminders.check_database() RETURNS TABLE(subject text, ok boolean, finding text, remedy text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  metrics record;
  job record;
  wanted record;
  unread text;
  unqueued bigint;
  failure text;
BEGIN
  SELECT * INTO metrics FROM shift_reminders.queue_metrics();
  RETURN QUERY SELECT 'host tables', count(*) = 0, coalesce(string_agg(f.fault, ' '), 'are as they must be'),
      coalesce(string_agg(f.remedy, ' '), 'See Database/README.md, "The host contract".')
    FROM shift_reminders.host_faults() f;
  RETURN QUERY SELECT 'shift ids', true, CASE WHEN shift_reminders.shift_id_is_unique() THEN 'an index promises that none repeats'
      ELSE 'no index can promise that none repeats; none does among the shifts of the last day and the next week' END, ''
    FROM shift_reminders.repeated_shift_ids() r WHERE r.ids = 0 OR shift_reminders.shift_id_is_unique();
  IF shift_reminders.setting('host_contract') <> 'custom' THEN
    -- Nothing that is left out keeps a reminder from being sent, so this is no failure.
    RETURN QUERY SELECT 'host columns', true,
        coalesce('left out, because their types cannot serve: '
          || string_agg(o.left_out || ', as ' || o.purpose, '; ' ORDER BY o.purpose) FILTER (WHERE o.left_out IS NOT NULL), 'all that are there are used'),
        'Change their types, or write your own host contract: Database/README.md, "The host contract".'
      FROM shift_reminders.optional_host_columns() o;
  END IF;
  -- A row of each, with all its columns: a view can exist although what it reads is gone, forbidden or of another type.
  FOR wanted IN SELECT unnest(ARRAY['shifts', 'attendance', 'devices', 'people']) AS view LOOP
    BEGIN
      PERFORM set_config('row_security', 'off', true);
      EXECUTE format('SELECT to_jsonb(v) FROM shift_reminders.%I v LIMIT 1', wanted.view);
    EXCEPTION WHEN OTHERS THEN
      unread := concat_ws('; ', unread, wanted.view || ': ' || SQLERRM);
    END;
  END LOOP;
  PERFORM set_config('row_security', 'on', true);
  RETURN QUERY SELECT 'host contract', unread IS NULL, coalesce(unread, '4 of 4 contract views can be read'),
      'Run migrate, or SELECT shift_reminders.refresh_host_contract() as the owner.';

  FOR wanted IN SELECT * FROM (VALUES ('duty_schedules', 'start_at'), ('duty_schedules', 'end_at'), ('attendance_logs', 'schedule_id'),
                                      ('fcm_tokens', 'user_id')) AS w(tab, col) LOOP
    IF to_regclass('public.' || wanted.tab) IS NOT NULL THEN
      RETURN QUERY SELECT 'index on ' || wanted.tab || '(' || wanted.col || ')', x.found OR x.small,
          CASE WHEN x.found THEN 'exists' WHEN x.small THEN 'missing, but the table is small' ELSE 'missing' END,
          format('CREATE INDEX CONCURRENTLY ON public.%I (%I);', wanted.tab, wanted.col)
        FROM (SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                             WHERE i.indrelid = to_regclass('public.' || wanted.tab) AND a.attname = wanted.col AND i.indisvalid) AS found,
                     (SELECT c.reltuples < 10000 FROM pg_class c WHERE c.oid = to_regclass('public.' || wanted.tab)) AS small) x;
    END IF;
  END LOOP;

  BEGIN
    RETURN QUERY SELECT 'phones', p.ok, p.finding, p.remedy FROM shift_reminders.check_shared_phones() p;
  EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT 'phones', false, 'cannot be read: ' || SQLERRM, 'See the line of the host contract.';
  END;

  IF NOT shift_reminders.cron_available() THEN
    RETURN QUERY SELECT 'pg_cron', false, 'is not installed in this database', 'CREATE EXTENSION pg_cron, or leave the ticks to the watchdog of the app.';
  ELSE
    EXECUTE 'SELECT count(*) AS n, bool_and(active) AS active FROM cron.job WHERE jobname = $1' INTO job USING 'shift_reminders_every_min';
    RETURN QUERY SELECT 'cron job shift_reminders_every_min', job.n = 1 AND job.active,
      CASE WHEN job.n = 0 THEN 'does not exist' WHEN job.n > 1 THEN 'exists ' || job.n || ' times, owned by several roles'
           WHEN NOT job.active THEN 'is switched off' ELSE 'is scheduled' END,
      CASE WHEN job.n > 1 THEN 'Unschedule the one that is not the owner''s: SELECT cron.unschedule(jobid).'
           WHEN job.n = 1 THEN 'SELECT cron.alter_job(jobid, active := true) FROM cron.job WHERE jobname = ''shift_reminders_every_min'';'
           ELSE 'SELECT shift_reminders.ensure_cron_job();' END;
    -- The watchdog hides a scheduler that died. Not yet a tick is no fault in the first minutes.
    RETURN QUERY SELECT 'last tick of pg_cron', metrics.paused OR coalesce(metrics.seconds_since_cron_tick <= 180, NOT EXISTS (
        SELECT FROM shift_reminders.heartbeats h WHERE h.started_at < shift_reminders.clock() - interval '3 minutes')),
      coalesce(round(metrics.seconds_since_cron_tick) || ' s ago', 'none yet'),
      'The watchdog enqueues in its place; see DEPLOYMENT.md, "ShiftRemindersCronSilent".';
  END IF;
  failure := (SELECT h.error FROM shift_reminders.heartbeats h WHERE NOT h.busy ORDER BY h.started_at DESC LIMIT 1);
  RETURN QUERY SELECT 'last tick of the enqueue', coalesce(metrics.seconds_since_tick <= 120, false) OR metrics.paused,
    coalesce(round(metrics.seconds_since_tick) || ' s ago', 'never') || coalesce('; the last one failed: ' || failure, ''),
    'See the page Cron: pg_cron''s last runs and their messages.';

  RETURN QUERY SELECT 'processors', metrics.processors_alive > 0 OR metrics.due = 0 OR metrics.paused,
    CASE WHEN metrics.processors_alive > 0 THEN metrics.processors_alive || ' alive'
         WHEN metrics.due = 0 THEN 'none alive, and nothing is due' ELSE 'none alive, and reminders are due: ' || metrics.due END,
    'Start the app with Processor__Enabled=true.';
  RETURN QUERY SELECT 'deliveries', d.ok, d.finding, 'See DEPLOYMENT.md, "ShiftRemindersChannelFailing".' FROM shift_reminders.check_deliveries() d;
  BEGIN
    RETURN QUERY SELECT 'time zones', z.ok, z.finding, 'Use names such as Europe/Berlin, in the shifts and in the setting site_time_zone.'
      FROM shift_reminders.check_time_zones() z;
  EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT 'time zones', false, 'shifts cannot be read: ' || SQLERRM, 'See the line of the host contract.';
  END;
  -- Queued a minute and a half before they are due; only a shift that was entered a moment ago may be missing.
  BEGIN
    unqueued := (SELECT count(*) FROM shift_reminders.due_within(interval '20 seconds') d
      WHERE NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                        WHERE q.schedule_id = d.schedule_id AND q.user_id = d.user_id AND q.notify_type = d.notify_type));
    RETURN QUERY SELECT 'queue', unqueued = 0 OR metrics.paused,
      CASE WHEN unqueued = 0 THEN 'holds what falls due next' ELSE unqueued || ' reminders fall due within 20 s and are not queued' END,
      'Unless their shifts were entered within the last minute: see the page Cron, or run enqueue.';
  EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT 'queue', false, 'what falls due next cannot be read: ' || SQLERRM, 'See the line of the host contract.';
  END;
  RETURN QUERY SELECT 'rule ' || r.notify_type, EXISTS (SELECT 1 FROM shift_reminders.rule_texts t WHERE t.notify_type = r.notify_type
      AND t.locale IN (shift_reminders.setting('site_locale'), 'en')),
    'text for the site''s locale', 'Add one on the page Rules.' FROM shift_reminders.rules r WHERE r.enabled ORDER BY r.notify_type;
END
$_$;

CREATE FUNCTION shift_reminders.check_deliveries() RETURNS TABLE(ok boolean, finding text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT count(*) FILTER (WHERE t.is_down) = 0, coalesce(string_agg(
      concat_ws(' ', t.channel, 'on ' || nullif(t.platform, ''))
      || CASE t.kind WHEN 'refused' THEN ' refuses our credentials'
                     WHEN 'unreachable' THEN format(' cannot be reached by %s of %s processors', t.failed, t.attempts)
                     WHEN 'failing' THEN format(' failed %s of %s pushes', t.failed, t.attempts)
                     ELSE format(' does not answer %s pushes', t.attempts) END
      || to_char(t.since AT TIME ZONE 'UTC', '" since "YYYY-MM-DD HH24:MI:SS" UTC"')
      || coalesce(to_char(t.last_accepted_at AT TIME ZONE 'UTC', '", last accepted one at "YYYY-MM-DD HH24:MI:SS" UTC"'), ', never accepted one')
      || coalesce(': ' || t.reason, ''), '; '), 'no outage of a channel is known')
  FROM shift_reminders.channel_trouble(shift_reminders.clock()) t
$$;

CREATE FUNCTION shift_reminders.check_shared_phones() RETURNS TABLE(ok boolean, finding text, remedy text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT count(*) = 0,
    CASE WHEN count(*) = 0 THEN 'none gets the reminders of several people'
         ELSE count(*) || ' get the reminders of several people, as each of them has registered it' END,
    CASE WHEN shift_reminders.setting('host_contract') = 'custom' THEN 'Let host_devices() return each token for its last owner alone.'
         WHEN shift_reminders.token_index() IS NULL THEN 'CREATE INDEX CONCURRENTLY ON public.fcm_tokens (token); then SELECT shift_reminders.refresh_host_contract() as the owner.'
         ELSE 'Give public.fcm_tokens a column updated_at, so that the last owner is known; then SELECT shift_reminders.refresh_host_contract() as the owner.' END
  FROM (SELECT d.token FROM shift_reminders.devices d GROUP BY d.token HAVING count(DISTINCT d.user_id) > 1) s
$$;

CREATE FUNCTION shift_reminders.check_time_zones() RETURNS TABLE(ok boolean, finding text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT w.site IS NOT NULL AND u.shifts = 0,
    CASE WHEN w.site IS NULL THEN format('the site''s "%s" is not known, and UTC is used', shift_reminders.setting('site_time_zone'))
         WHEN u.shifts > 0 THEN format('%s shifts name one that is not known, such as shift %s "%s"; %s is used', u.shifts, u.example, left(u.stated, 60), w.site)
         ELSE 'all are known' END
  FROM (SELECT max(z.name) AS site FROM shift_reminders.time_zones z WHERE z.spelled = lower(shift_reminders.setting('site_time_zone'))) w
  CROSS JOIN (
    SELECT count(*) AS shifts, min(s.schedule_id) AS example, (array_agg(s.stated_zone ORDER BY s.schedule_id))[1] AS stated
    FROM shift_reminders.shifts s
    WHERE s.start_at > shift_reminders.clock() - interval '1 day' AND s.start_at < shift_reminders.clock() + interval '7 days'
      AND s.time_zone IS NULL AND btrim(s.stated_zone) <> '') u
$$;

CREATE FUNCTION shift_reminders.claim_first(worker text, batch_size integer, lease interval, token uuid, at timestamp with time zone, site_zone text, site_locale text) RETURNS SETOF shift_reminders.claimed
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_bitmapscan TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    SET jit TO 'off'
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
    SELECT d.turn, d.place, d.id, shift_reminders.notification_id(d.schedule_id, d.user_id, d.notify_type) AS nid, d.notify_type,
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

CREATE FUNCTION shift_reminders.claim_reminders(worker text, channel text, batch_size integer, lease interval) RETURNS SETOF shift_reminders.claimed
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_bitmapscan TO 'off'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET row_security TO 'off'
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

CREATE FUNCTION shift_reminders.clock() RETURNS timestamp with time zone
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ BEGIN RETURN pg_catalog.clock_timestamp(); END $$;

CREATE FUNCTION shift_reminders.complete_foreign_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
DECLARE
  rule shift_reminders.rules;
BEGIN
  SELECT * INTO rule FROM shift_reminders.rules r WHERE r.notify_type = NEW.notify_type;
  NEW.anchor_at := coalesce(NEW.anchor_at, (
    SELECT shift_reminders.anchor_of(rule.anchor, s.start_at, s.end_at) FROM shift_reminders.shifts s
    WHERE s.schedule_id = NEW.schedule_id AND s.user_id = NEW.user_id LIMIT 1), NEW.scheduled_for);
  NEW.scheduled_for := coalesce(shift_reminders.due_at(NEW.anchor_at, rule.lead), NEW.scheduled_for);
  NEW.expires_at := coalesce(NEW.expires_at, NEW.scheduled_for + coalesce(rule.grace, interval '15 minutes'));
  NEW.next_attempt_at := coalesce(NEW.next_attempt_at, NEW.scheduled_for);
  NEW.armed_at := coalesce(NEW.armed_at, shift_reminders.clock());
  IF NEW.processed AND NEW.state = 'pending' THEN
    NEW.state := 'sent';
    NEW.reason := 'foreign';
    NEW.processed_at := coalesce(NEW.processed_at, NEW.armed_at);
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION shift_reminders.count_accepted(of_channel text, devices jsonb[], of integer[], at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF shift_reminders.failed_lately(of_channel, at) THEN
    PERFORM shift_reminders.count_results(of_channel, NULL, array_agg(e->>'platform'), array_agg('accepted'::text), NULL, NULL, at)
    FROM unnest(of) AS place CROSS JOIN LATERAL jsonb_array_elements(devices[place]) AS e;
  END IF;
END
$$;

CREATE FUNCTION shift_reminders.count_results(of_channel text, device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO shift_reminders.channel_results AS r (channel, platform, slot_at, session, failed, answered, failing_since, last_failed_at,
    last_answered_at, first_device, last_device, reason)
  SELECT of_channel, n.platform, date_bin(interval '10 seconds', at, 'epoch'), pg_backend_pid(), n.failed, n.answered,
    -- A push that was not answered in time has failed from when it was handed over.
    CASE WHEN n.failed > 0 THEN coalesce(shift_reminders.failing_since(of_channel, n.platform, at), at - n.waited * interval '1 millisecond') END,
    CASE WHEN n.failed > 0 THEN at END, CASE WHEN n.answered > 0 THEN at END, n.first_device, n.last_device, n.reason
  FROM (
    SELECT coalesce(d.platform, '') AS platform, count(*) FILTER (WHERE d.fails) AS failed, count(*) FILTER (WHERE NOT d.fails) AS answered,
      coalesce(max(d.ms) FILTER (WHERE d.fails), 0) AS waited, min(d.id) FILTER (WHERE d.fails) AS first_device,
      max(d.id) FILTER (WHERE d.fails) AS last_device, left(min(d.detail) FILTER (WHERE d.fails), 300) AS reason
    FROM (
      SELECT x.id, x.platform, x.detail, x.ms, x.outcome IN ('transient', 'unknown') AS fails
      FROM unnest(device_ids, platforms, outcomes, details, latencies_ms) AS x(id, platform, outcome, detail, ms)
      WHERE x.outcome IN ('transient', 'unknown', 'accepted', 'gone', 'mismatch', 'rejected')) d
    GROUP BY 1) n
  ON CONFLICT (channel, slot_at, platform, session) DO UPDATE SET
    failed = r.failed + excluded.failed,
    answered = r.answered + excluded.answered,
    failing_since = least(r.failing_since, excluded.failing_since),
    last_failed_at = greatest(r.last_failed_at, excluded.last_failed_at),
    last_answered_at = greatest(r.last_answered_at, excluded.last_answered_at),
    first_device = least(r.first_device, excluded.first_device),
    last_device = greatest(r.last_device, excluded.last_device),
    reason = coalesce(excluded.reason, r.reason);
END
$$;

CREATE FUNCTION shift_reminders.create_test_shifts(people uuid[], shifts integer, starts_in interval, lasts interval, apart interval, label text, zone text, check_in_after interval, check_out_after interval, enqueue_now boolean, actor text, why text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
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

CREATE FUNCTION shift_reminders.cron_available() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT to_regclass('cron.job') IS NOT NULL $$;

CREATE FUNCTION shift_reminders.cron_jobs() RETURNS TABLE(jobid bigint, jobname text, schedule text, command text, database text, username text, active boolean, last_status text, last_start timestamp with time zone, last_end timestamp with time zone, last_message text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN; END IF;
  RETURN QUERY EXECUTE $sql$
    SELECT j.jobid, j.jobname::text, j.schedule, CASE WHEN o.ours THEN j.command END, j.database, j.username, j.active,
      d.status, d.start_time, d.end_time, CASE WHEN o.ours THEN d.return_message END
    FROM cron.job j
    CROSS JOIN LATERAL (SELECT j.jobname = 'shift_reminders_every_min' AND j.username = current_user AS ours) o
    -- job_run_details has one index, on runid: the newest run of a job is found from that end, within a bound.
    LEFT JOIN LATERAL (
      SELECT x.status, x.start_time, x.end_time, x.return_message
      FROM (SELECT * FROM cron.job_run_details r ORDER BY r.runid DESC LIMIT 5000) x
      WHERE x.jobid = j.jobid ORDER BY x.runid DESC LIMIT 1) d ON true
    WHERE j.database = current_database() ORDER BY j.jobid $sql$;
END
$_$;

CREATE FUNCTION shift_reminders.cron_run_of(heartbeat bigint) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  run bigint;
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN NULL; END IF;
  -- Nobody prunes other jobs' runs, and only runid has an index: looked for among the latest alone.
  EXECUTE $sql$
    SELECT r.runid FROM (SELECT d.runid, d.job_pid, d.start_time, d.database FROM cron.job_run_details d ORDER BY d.runid DESC LIMIT 20000) r
    JOIN shift_reminders.heartbeats x ON x.id = $1 AND x.source = 'cron'
    WHERE r.job_pid = x.backend_pid AND r.database = current_database()
      AND r.start_time BETWEEN x.started_at - interval '1 minute' AND x.started_at + interval '5 seconds'
    ORDER BY r.runid DESC LIMIT 1 $sql$ INTO run USING heartbeat;
  RETURN run;
EXCEPTION WHEN insufficient_privilege THEN
  RETURN NULL;
END
$_$;

CREATE FUNCTION shift_reminders.cron_runs(before_runid bigint, page_size integer, only_status text DEFAULT NULL::text, only_job bigint DEFAULT NULL::bigint) RETURNS TABLE(runid bigint, jobid bigint, jobname text, status text, started_at timestamp with time zone, ended_at timestamp with time zone, message text, queued integer, rearmed integer, expired integer, paused boolean, error text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $_$
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN; END IF;
  RETURN QUERY EXECUTE $sql$
    SELECT r.runid, r.jobid, j.jobname::text, r.status, r.start_time, r.end_time,
           CASE WHEN j.jobname = 'shift_reminders_every_min' AND j.username = current_user THEN r.return_message END,
           h.added, h.rearmed, h.expired, h.paused, h.error
    FROM cron.job_run_details r
    LEFT JOIN cron.job j ON j.jobid = r.jobid
    LEFT JOIN LATERAL (
      SELECT x.* FROM shift_reminders.heartbeats x
      -- pg_cron notes a run's start after it has sent the command, so the heartbeat may be a moment older.
      WHERE x.backend_pid = r.job_pid AND x.started_at >= r.start_time - interval '5 seconds'
        AND x.started_at <= coalesce(r.end_time, r.start_time + interval '1 minute')
      ORDER BY x.started_at LIMIT 1) h ON true
    WHERE ($1 IS NULL OR r.runid < $1) AND ($3 IS NULL OR r.status = $3) AND ($4 IS NULL OR r.jobid = $4) AND r.database = current_database()
    ORDER BY r.runid DESC LIMIT $2 $sql$ USING before_runid, least(page_size, 1000), only_status, only_job;
END
$_$;

CREATE FUNCTION shift_reminders.cron_standing() RETURNS TABLE(standing text, detail text, time_zone text, at timestamp with time zone, last_tick_at timestamp with time zone, last_tick_error text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  is_active boolean;
BEGIN
  at := shift_reminders.clock();
  time_zone := coalesce(nullif(current_setting('cron.timezone', true), ''), 'GMT');
  SELECT h.started_at, h.error INTO last_tick_at, last_tick_error
  FROM shift_reminders.heartbeats h WHERE h.source = 'cron' AND NOT h.busy ORDER BY h.started_at DESC LIMIT 1;
  IF NOT shift_reminders.cron_available() THEN
    standing := 'missing';
  ELSE
    BEGIN
      EXECUTE 'SELECT bool_or(j.active) FROM cron.job j WHERE j.jobname = $1 AND j.database = current_database()'
        INTO is_active USING 'shift_reminders_every_min';
      EXECUTE 'SELECT 1 FROM cron.job_run_details LIMIT 1';
      standing := CASE WHEN is_active IS NULL THEN 'no job' WHEN is_active THEN 'active' ELSE 'inactive' END;
      -- pg_cron hides other roles' jobs without an error: ticks without a job that we can see are somebody else's.
      IF is_active IS NULL AND last_tick_at > at - interval '5 minutes' THEN
        standing := 'not permitted';
        detail := format('pg_cron ticks, but its job belongs to another role than %s, and pg_cron hides it.', current_user);
      END IF;
    EXCEPTION WHEN insufficient_privilege THEN
      standing := 'not permitted';
      detail := format('The role %s may not read pg_cron: %s.', current_user, SQLERRM);
    END;
  END IF;
  RETURN NEXT;
END
$_$;

CREATE FUNCTION shift_reminders.decide(results shift_reminders.result[], at timestamp with time zone) RETURNS shift_reminders.decision[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
  RETURN (
  SELECT array_agg(ROW(r.reminder_id, r.nid,
    CASE WHEN v.verdict = 'wait' THEN 'pending'
         WHEN v.verdict IN ('accepted', 'partial') THEN 'sent'
         WHEN v.verdict IN ('cancelled_by_admin', 'superseded') THEN 'cancelled'
         WHEN v.verdict = 'channel_down' THEN 'expired'
         ELSE 'failed' END,
    CASE WHEN v.verdict <> 'wait' THEN v.verdict
         WHEN r.project > 0 THEN 'channel_down'
         WHEN r.costs = 0 AND (r.platform > 0 OR r.held_devices > 0) THEN 'platform_paused'
         WHEN r.costs > 0 THEN 'retry' END,
    t.retry_at, c.failures,
    coalesce(r.accepted_at, CASE WHEN r.accepted > 0 THEN at - coalesce(r.accepted_age_ms, 0) * interval '1 millisecond' END),
    c.ever,
    -- Only when no attempt of this generation can have reached anybody.
    v.verdict NOT IN ('accepted', 'partial') AND NOT c.ever AND r.possibly_delivered = 0
      AND (r.attempt = 1 OR NOT shift_reminders.may_have_arrived(r.reminder_id, r.generation)),
    r.detail, (r.change->>'anchor_at')::timestamptz)::shift_reminders.decision)
  FROM unnest(results) r
  CROSS JOIN LATERAL (SELECT
    r.accepted_at IS NOT NULL OR r.accepted > 0 AS ever,
    r.again + r.held_devices AS again,
    r.failures + CASE WHEN r.costs > 0 THEN 1 ELSE 0 END AS failures) c
  CROSS JOIN LATERAL (SELECT r.expires_at - interval '5 seconds' AS last_try) l
  CROSS JOIN LATERAL (SELECT CASE
      WHEN r.costs > 0 THEN greatest(shift_reminders.backoff(c.failures, r.max_attempts - c.failures, l.last_try - at),
        make_interval(secs => coalesce(r.retry_after, CASE WHEN r.quota THEN 60 + 10 * random() ELSE 0 END)))
      WHEN r.project > 0 THEN interval '5 seconds'
      WHEN r.platform > 0 OR r.held_devices > 0 THEN interval '15 seconds' END AS wait) w
  -- Whoever asks for a longer wait than the reminder is useful for gets one try more, just before it is too late.
  CROSS JOIN LATERAL (SELECT
    CASE WHEN w.wait IS NULL THEN at ELSE least(at + w.wait, l.last_try) END AS retry_at,
    at < CASE WHEN w.wait IS NULL THEN r.expires_at ELSE l.last_try END AS in_time) t
  CROSS JOIN LATERAL (SELECT CASE
      WHEN c.again > 0 AND c.failures < r.max_attempts + CASE WHEN r.costs > 0 THEN 0 ELSE 1 END
        AND t.in_time AND r.change IS NULL THEN 'wait'
      WHEN c.ever AND (c.again > 0 OR r.gone + r.mismatch + r.rejected > 0
        OR (r.attempt > 1 AND EXISTS (
          SELECT 1 FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
          WHERE a.reminder_id = r.reminder_id AND a.generation = r.generation AND x->>'outcome' IN ('gone', 'mismatch', 'rejected')))) THEN 'partial'
      WHEN c.ever THEN 'accepted'
      -- Whatever the failure was: a reversible one would bring back what an admin has cancelled.
      WHEN r.change->>'kind' = 'cancel' THEN 'cancelled_by_admin'
      WHEN c.again > 0 AND r.change->>'kind' = 'moved' THEN 'superseded'
      WHEN c.again > 0 AND NOT t.in_time AND r.project > 0 AND c.failures = 0 THEN 'channel_down'
      WHEN c.again > 0 AND NOT t.in_time THEN 'out_of_time'
      WHEN c.again > 0 THEN 'attempts_used_up'
      WHEN r.rejected > 0 THEN 'rejected'
      WHEN r.gone > 0 THEN 'unregistered'
      WHEN r.mismatch > 0 THEN 'sender_mismatch'
      ELSE 'no_device' END AS verdict OFFSET 0) v);
END
$$;

CREATE FUNCTION shift_reminders.device_id(token text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.decode(pg_catalog.replace(shift_reminders.trimmed_token(token), '\', '\\'), 'escape')), 'hex'), 32) $$;

CREATE FUNCTION shift_reminders.devices_of(person uuid) RETURNS TABLE(device_id text, platform text, updated_at timestamp with time zone, dead_reason text, died_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT i.id, h.platform, h.updated_at, x.reason, x.died_at
  FROM shift_reminders.host_devices() h
  CROSS JOIN LATERAL (SELECT shift_reminders.device_id(h.token) AS id) i
  LEFT JOIN shift_reminders.dead_devices x ON x.device_id = i.id AND (h.updated_at IS NULL OR h.updated_at <= x.died_at)
  WHERE h.user_id = person AND h.token IS NOT NULL
  ORDER BY h.updated_at DESC NULLS LAST, i.id
$$;

CREATE FUNCTION shift_reminders.done_devices(reminder bigint, of_generation integer, for_target text) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(array_agg(x->>'device'), '{}')
  FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
  WHERE a.reminder_id = reminder
    AND ((a.generation = of_generation AND x->>'outcome' IN ('accepted', 'gone', 'mismatch', 'rejected'))
         OR (for_target = 'missing' AND x->>'outcome' = 'accepted'))
$$;

CREATE FUNCTION shift_reminders.doubt(reminder bigint, of_generation integer) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT 'It may have arrived all the same: what came of an attempt is not known.'
  WHERE shift_reminders.may_have_arrived(reminder, of_generation)
$$;

CREATE FUNCTION shift_reminders.down_at(moment timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.channels c
    WHERE CASE c.state WHEN 'down' THEN c.since <= moment ELSE c.was_down_since <= moment AND c.since > moment END
      AND (EXISTS (SELECT 1 FROM shift_reminders.processors p WHERE p.channel = c.channel)
           OR NOT EXISTS (SELECT 1 FROM shift_reminders.processors)))
$$;

CREATE FUNCTION shift_reminders.due_at(anchor timestamp with time zone, lead interval) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $_$SELECT $1 - $2$_$;

CREATE FUNCTION shift_reminders.due_between(after timestamp with time zone, up_to timestamp with time zone) RETURNS SETOF public.scheduled_notifications
    LANGUAGE sql STABLE
    AS $$
  SELECT * FROM public.scheduled_notifications WHERE processed AND scheduled_for > after AND scheduled_for <= up_to
  UNION ALL
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NULL AND scheduled_for > after AND scheduled_for <= up_to
  UNION ALL
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NOT NULL AND scheduled_for > after AND scheduled_for <= up_to$$;

CREATE FUNCTION shift_reminders.due_list(ahead interval, most integer) RETURNS TABLE(schedule_id bigint, user_id uuid, display_name text, label text, time_zone text, notify_type text, title text, due_at timestamp with time zone, reachable boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET row_security TO 'off'
    AS $$
  SELECT d.schedule_id, d.user_id, p.display_name, s.label, s.time_zone, d.notify_type, r.title, d.due_at, d.reachable
  FROM (SELECT * FROM shift_reminders.due_within(ahead) x ORDER BY x.due_at, x.notify_type, x.schedule_id, x.user_id LIMIT most) d
  JOIN shift_reminders.rules r ON r.notify_type = d.notify_type
  LEFT JOIN LATERAL (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = d.user_id LIMIT 1) p ON true
  LEFT JOIN LATERAL (SELECT x.label, x.time_zone FROM shift_reminders.shifts x WHERE x.schedule_id = d.schedule_id AND x.user_id = d.user_id LIMIT 1) s ON true
  ORDER BY d.due_at, d.notify_type, d.schedule_id, d.user_id
$$;

CREATE FUNCTION shift_reminders.due_within(ahead interval) RETURNS TABLE(schedule_id bigint, user_id uuid, notify_type text, due_at timestamp with time zone, reachable boolean)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT s.schedule_id::bigint, s.user_id, r.notify_type, s.due_at,
    EXISTS (SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = s.user_id)
  FROM (SELECT shift_reminders.clock() AS at) n
  CROSS JOIN shift_reminders.rules r
  CROSS JOIN LATERAL (
    SELECT x.schedule_id, x.user_id, shift_reminders.due_at(x.start_at, r.lead) AS due_at FROM shift_reminders.shifts x
    WHERE r.anchor = 'start' AND x.start_at > shift_reminders.anchor_due_at(n.at, r.lead) AND x.start_at <= shift_reminders.anchor_due_at(n.at + ahead, r.lead)
      AND shift_reminders.shift_fault(x.is_active, x.start_at, x.end_at, x.start_at) IS NULL
    UNION ALL
    SELECT x.schedule_id, x.user_id, shift_reminders.due_at(x.end_at, r.lead) FROM shift_reminders.shifts x
    WHERE r.anchor = 'end' AND x.end_at > shift_reminders.anchor_due_at(n.at, r.lead) AND x.end_at <= shift_reminders.anchor_due_at(n.at + ahead, r.lead)
      AND shift_reminders.shift_fault(x.is_active, x.start_at, x.end_at, x.end_at) IS NULL) s
  -- One look-up for each shift of the hour. Written as joins, these become hashes of the whole queue and all check-ins:
  -- how few shifts an hour holds is nothing the planner can know.
  LEFT JOIN LATERAL (SELECT x.state FROM public.scheduled_notifications x
    WHERE x.schedule_id = s.schedule_id AND x.user_id = s.user_id AND x.notify_type = r.notify_type LIMIT 1) q ON true
  WHERE r.enabled AND s.user_id IS NOT NULL AND (q.state IS NULL OR q.state IN ('pending', 'sending'))
    AND (SELECT true FROM shift_reminders.attendance t WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type
         AND shift_reminders.logged_for(t.user_id, s.user_id) LIMIT 1) IS NULL
    AND (SELECT p.reminders_off FROM shift_reminders.people p WHERE p.user_id = s.user_id LIMIT 1) IS NOT TRUE
$$;

CREATE FUNCTION shift_reminders.end_session(session uuid, why text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
BEGIN
  UPDATE shift_reminders.sessions s SET ended_at = shift_reminders.clock(), ended_why = why
  WHERE s.id = session AND s.ended_at IS NULL;
  IF FOUND THEN
    PERFORM shift_reminders.hint('shift_reminders_changed', '');
  END IF;
  RETURN FOUND;
END
$$;

CREATE FUNCTION shift_reminders.end_sessions(account uuid, why text, but uuid DEFAULT NULL::uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
BEGIN
  RETURN QUERY UPDATE shift_reminders.sessions s SET ended_at = shift_reminders.clock(), ended_why = why
    WHERE s.account_id = account AND s.ended_at IS NULL AND s.id IS DISTINCT FROM but
    RETURNING s.id;
  IF FOUND THEN
    PERFORM shift_reminders.hint('shift_reminders_changed', '');
  END IF;
END
$$;

CREATE FUNCTION shift_reminders.ended_unsent(reason text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$SELECT CASE WHEN reason IN ('bad_times', 'cancelled_by_admin', 'reassigned', 'rule_disabled', 'shift_gone', 'shift_inactive', 'superseded') THEN 'cancelled' WHEN reason IN ('channel_down', 'enqueue_down', 'entered_too_late', 'moved_too_late', 'not_handed_over', 'paused', 'platform_down', 'taken_back_too_late', 'too_late') THEN 'expired' WHEN reason IN ('attempts_used_up', 'no_device', 'no_text', 'out_of_time', 'rejected', 'sender_mismatch', 'unknown_type', 'unregistered') THEN 'failed' WHEN reason IN ('already_pushed', 'attendance_logged', 'checked_in', 'checked_out', 'nobody_missing', 'opted_out') THEN 'skipped' END$$;

CREATE FUNCTION shift_reminders.enqueue_rule(rule shift_reminders.rules, from_due timestamp with time zone, to_due timestamp with time zone, at timestamp with time zone, still_useful boolean, first_shift bigint, last_shift bigint, OUT added integer, OUT rearmed integer) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET seq_page_cost TO '0.1'
    SET random_page_cost TO '0.1'
    SET work_mem TO '32MB'
    SET hash_mem_multiplier TO '1000'
    AS $_$
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
    SELECT d.schedule_id, d.user_id, $4, t.due_at, $5, d.anchor_at, t.due_at, t.expires_at, $5,
      $8, CASE $8 WHEN 'expired' THEN shift_reminders.unseen_reason(t.due_at, t.expires_at) WHEN 'skipped' THEN 'opted_out' END,
      $8 <> 'pending', CASE WHEN $8 <> 'pending' THEN $5 END
    FROM (SELECT unnest($1) AS schedule_id, unnest($2) AS user_id, unnest($3) AS anchor_at) d
    CROSS JOIN LATERAL (SELECT shift_reminders.due_at(d.anchor_at, $6) AS due_at, shift_reminders.expires_at(d.anchor_at, $6, $7) AS expires_at) t
    $sql$;
  where_missing CONSTANT text := 'ON CONFLICT ON CONSTRAINT uniq_sched_user_type DO NOTHING';
BEGIN
  added := 0; rearmed := 0;
  -- EXECUTE, because the anchor is a column: CASE WHEN … THEN start_at ELSE end_at END would hide it from the index.
  EXECUTE format($sql$
    SELECT array_agg(s.schedule_id::bigint), array_agg(s.user_id), array_agg(s.%1$I)
    FROM shift_reminders.shifts s
    WHERE s.%1$I > $2 AND s.%1$I <= $3 AND s.user_id IS NOT NULL
      AND shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, s.%1$I) IS NULL
      %2$s
      -- What is queued as it should be, nearly everything on most ticks, by ranges of indexes. NOT IN, because it is
      -- never a nested loop: on a table without statistics that would compare all with all.
      AND (s.schedule_id, s.user_id, s.%1$I) NOT IN (
        SELECT u.schedule_id, u.user_id, u.anchor_at FROM shift_reminders.due_between(shift_reminders.due_at($2, $4), shift_reminders.due_at($3, $4)) u
        WHERE u.notify_type = $1 AND (NOT u.processed OR u.state = 'sent'))
    $sql$,
    rule.anchor || '_at', CASE WHEN first_shift IS NOT NULL THEN 'AND s.schedule_id BETWEEN $5 AND $6' END)
  INTO shifts, people, anchors
  USING rule.notify_type, shift_reminders.anchor_due_at(from_due, rule.lead), shift_reminders.anchor_due_at(to_due, rule.lead), rule.lead, first_shift, last_shift;
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
      || ' AND shift_reminders.logged_for(a.user_id, s.user_id)'
      || ' AND ($5 OR shift_reminders.logged_in_time(a.logged_at, shift_reminders.expires_at(s.anchor_at, $7, $8))))',
      rule.skip_type) END)
  INTO shifts, people, anchors, existing
  USING shifts, people, anchors, rule.notify_type, still_useful, at, rule.lead, rule.grace;

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
      WHERE q.id = ANY (existing) AND q.armed_at = enqueue_rule.at AND q.state = 'expired' AND q.reason = 'moved_too_late';
    END IF;
  END IF;
END
$_$;

CREATE FUNCTION shift_reminders.enqueue_rule_in_parts(rule shift_reminders.rules, from_due timestamp with time zone, to_due timestamp with time zone, at timestamp with time zone, OUT added integer, OUT rearmed integer, OUT errors text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '50ms'
    AS $_$
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
    rule.anchor || '_at') INTO shifts USING shift_reminders.anchor_due_at(from_due, rule.lead), shift_reminders.anchor_due_at(to_due, rule.lead);
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
$_$;

CREATE FUNCTION shift_reminders.ensure_cron_job() RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  -- A function cannot set its own statement_timeout, and pg_cron queues missed ticks without bound: the text does.
  wanted constant text := 'SET statement_timeout = ''50s''; SELECT public.enqueue_due_shift_notifications();';
  job record;
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN 'missing'; END IF;
  EXECUTE 'SELECT jobid, schedule, command, active FROM cron.job WHERE jobname = $1 AND username = current_user'
    INTO job USING 'shift_reminders_every_min';
  IF job.jobid IS NULL THEN
    EXECUTE 'SELECT cron.schedule($1, $2, $3)' USING 'shift_reminders_every_min', '* * * * *', wanted;
    RETURN 'scheduled';
  END IF;
  IF job.schedule <> '* * * * *' OR job.command <> wanted THEN
    EXECUTE 'SELECT cron.schedule($1, $2, $3)' USING 'shift_reminders_every_min', '* * * * *', wanted;
    RETURN 'rescheduled';
  END IF;
  -- Somebody switched it off on purpose; a pause of ours would have been the better way, but it is not ours to undo.
  RETURN CASE WHEN job.active THEN 'kept' ELSE 'inactive' END;
EXCEPTION
  WHEN insufficient_privilege THEN
    RETURN 'not permitted';
END
$_$;

CREATE FUNCTION shift_reminders.expected(from_at timestamp with time zone, to_at timestamp with time zone, only_shift bigint DEFAULT NULL::bigint) RETURNS TABLE(schedule_id bigint, user_id uuid, notify_type text, start_at timestamp with time zone, end_at timestamp with time zone, is_active boolean, label text, time_zone text, anchor_at timestamp with time zone, due_at timestamp with time zone, expires_at timestamp with time zone, attended_at timestamp with time zone, reminder_id bigint, state text, reason text, accepted_at timestamp with time zone, standing text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  ahead interval := shift_reminders.setting('look_ahead')::interval;
  zone text := shift_reminders.setting('site_time_zone');
  watched timestamptz := shift_reminders.setting('watching_since')::timestamptz;
  purged timestamptz := shift_reminders.setting('purged_before')::timestamptz;
  is_paused boolean := shift_reminders.paused(at);
BEGIN
  RETURN QUERY
    SELECT s.schedule_id::bigint, s.user_id, r.notify_type, s.start_at, s.end_at, s.is_active, s.label, coalesce(s.time_zone, zone),
      a.anchor, a.due, a.expiry, l.logged_at, q.id, q.state, q.reason, q.accepted_at,
      CASE
        WHEN q.id IS NULL THEN v.standing
        WHEN q.anchor_at <> a.anchor AND q.state <> 'sending' AND q.reason IS DISTINCT FROM 'cancelled_by_admin'
          AND a.expiry > at AND v.standing IN ('expected', 'missing') THEN v.standing
        ELSE q.state
      END
    FROM (
      SELECT * FROM shift_reminders.shifts x WHERE only_shift IS NULL AND x.start_at >= from_at AND x.start_at < to_at
      UNION ALL
      SELECT * FROM shift_reminders.shifts x WHERE only_shift IS NULL AND x.end_at >= from_at AND x.end_at < to_at
        AND (x.start_at >= from_at AND x.start_at < to_at) IS NOT TRUE
      UNION ALL
      SELECT * FROM shift_reminders.shifts x WHERE x.schedule_id = only_shift) s
    LEFT JOIN LATERAL (SELECT x.reminders_off FROM shift_reminders.people x WHERE x.user_id = s.user_id LIMIT 1) p ON true
    CROSS JOIN shift_reminders.rules r
    CROSS JOIN LATERAL (
      SELECT x.anchor, shift_reminders.due_at(x.anchor, r.lead) AS due, shift_reminders.expires_at(x.anchor, r.lead, r.grace) AS expiry
      FROM (SELECT shift_reminders.anchor_of(r.anchor, s.start_at, s.end_at) AS at) y
      CROSS JOIN LATERAL (SELECT CASE WHEN shift_reminders.shift_fault(true, y.at, y.at, y.at) IS NULL THEN y.at END AS anchor) x) a
    LEFT JOIN public.scheduled_notifications q ON q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = r.notify_type
    LEFT JOIN LATERAL (
      SELECT true AS found, min(t.logged_at) AS logged_at FROM shift_reminders.attendance t
      WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type AND shift_reminders.logged_for(t.user_id, s.user_id)
      HAVING count(*) > 0) l ON true
    CROSS JOIN LATERAL (SELECT shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, a.anchor) AS fault) f
    CROSS JOIN LATERAL (
      SELECT CASE
        WHEN s.user_id IS NULL THEN 'unassigned'
        WHEN NOT r.enabled THEN 'rule_disabled'
        WHEN f.fault IS NOT NULL THEN f.fault
        WHEN l.found AND (a.expiry > at OR shift_reminders.logged_in_time(l.logged_at, a.expiry)) THEN shift_reminders.attended_reason(r.skip_type)
        WHEN p.reminders_off THEN 'opted_out'
        WHEN a.due > at + ahead THEN 'expected'
        WHEN a.due < purged THEN 'purged'
        WHEN a.expiry <= least(at, greatest(watched, r.watched_since)) THEN 'not_watched'
        -- One tick may pass before a reminder that has just come into the window is queued.
        WHEN a.due > at THEN 'expected'
        -- Nothing is queued in a pause; what outlives it is entered as expired.
        WHEN is_paused AND a.expiry > at THEN 'expected'
        ELSE 'missing'
      END AS standing) v;
END
$$;

CREATE FUNCTION shift_reminders.expires_at(anchor timestamp with time zone, lead interval, grace interval) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $_$SELECT $1 - $2 + $3$_$;

CREATE FUNCTION shift_reminders.explain(schedule_id bigint, user_id uuid, notify_type text) RETURNS TABLE(sentence text, state text, reason text, evidence jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  q public.scheduled_notifications;
  e record;
  rule shift_reminders.rules;
  pause shift_reminders.pauses;
  tick shift_reminders.heartbeats;
  down shift_reminders.channels;
  verdict text;
  zone text;
  held text;
  stated_zone text;
  ran_at timestamptz;
  but text;
BEGIN
  SELECT * INTO q FROM public.scheduled_notifications x
  WHERE x.schedule_id = explain.schedule_id AND x.user_id = explain.user_id AND x.notify_type = explain.notify_type;
  SELECT * INTO rule FROM shift_reminders.rules r WHERE r.notify_type = explain.notify_type;
  SELECT * INTO e FROM shift_reminders.expected(NULL, NULL, explain.schedule_id) x
  WHERE x.user_id = explain.user_id AND x.notify_type = explain.notify_type;
  SELECT * INTO pause FROM shift_reminders.pause_at(at);
  SELECT * INTO tick FROM shift_reminders.heartbeats h WHERE NOT h.busy ORDER BY h.started_at DESC LIMIT 1;
  zone := coalesce(e.time_zone, shift_reminders.setting('site_time_zone'));
  state := coalesce(e.standing, q.state, 'unknown');
  -- As things are; a claim will judge once more.
  IF state = 'pending' THEN
    SELECT j.verdict INTO verdict FROM shift_reminders.judge(ARRAY[q.id]) j;
  END IF;
  IF state = q.state THEN reason := q.reason; END IF;
  SELECT * INTO down FROM shift_reminders.channels c WHERE c.state = 'down' ORDER BY c.since LIMIT 1;
  IF e.standing = 'missing' THEN
    SELECT max(h.started_at) INTO ran_at FROM shift_reminders.heartbeats h
    WHERE NOT h.busy AND NOT h.paused AND h.error IS NULL AND h.started_at BETWEEN e.due_at AND e.expires_at;
  END IF;
  held := 'reminders are paused by ' || pause.started_by || ' (' || pause.why || ').';
  but := CASE
    WHEN pause.id IS NOT NULL THEN ', unless reminders are still paused then.'
    WHEN NOT EXISTS (SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = explain.user_id) THEN ', if the person has a device by then: none is registered.'
    ELSE '.' END;

  sentence := CASE
    WHEN state = q.state THEN (
      CASE q.state
        WHEN 'pending' THEN CASE
          WHEN verdict NOT IN ('deliver', 'moved') THEN 'Not to be sent as things are: '
            || coalesce((SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = verdict AND x.state <> 'pending' LIMIT 1), verdict)
          WHEN pause.id IS NOT NULL THEN 'Waiting: ' || held
          WHEN q.reason IS NOT NULL THEN (SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = 'pending')
            || ' Next try at ' || shift_reminders.wall_clock(q.next_attempt_at, zone) || '.'
          WHEN verdict = 'moved' THEN 'The shift has moved, and its reminder would come too late.'
          WHEN q.scheduled_for > at THEN 'Will be sent at ' || shift_reminders.wall_clock(q.scheduled_for, zone) || but
          WHEN down.channel IS NOT NULL THEN 'Due since ' || shift_reminders.wall_clock(q.scheduled_for, zone)
            || ' and waiting for the channel, which is down since ' || shift_reminders.wall_clock(down.since, zone) || '.'
          ELSE 'Due since ' || shift_reminders.wall_clock(q.scheduled_for, zone) || ' and waiting for a processor.' END
        WHEN 'sending' THEN 'Being sent by ' || q.claimed_by || ' since ' || shift_reminders.wall_clock(q.claimed_at, zone) || '.'
        WHEN 'sent' THEN (SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = 'sent')
          || CASE WHEN q.accepted_at IS NOT NULL THEN ' At ' || shift_reminders.wall_clock(q.accepted_at, zone) || ', '
             || round(extract(epoch FROM q.accepted_at - q.scheduled_for)::numeric, 1) || ' s after it was due.' ELSE '' END
        ELSE (SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = q.state)
          || CASE WHEN q.last_error IS NOT NULL AND q.state = 'failed' THEN ' ' || q.last_error ELSE '' END
          || coalesce(' ' || shift_reminders.doubt(q.id, q.generation), '')
      END)
    WHEN rule.notify_type IS NULL THEN 'There is no rule "' || explain.notify_type || '".'
    WHEN e.schedule_id IS NULL AND EXISTS (SELECT 1 FROM shift_reminders.shifts s WHERE s.schedule_id = explain.schedule_id)
      THEN 'Shift ' || explain.schedule_id || ' is not assigned to this person.'
    WHEN e.schedule_id IS NULL THEN 'There is no shift ' || explain.schedule_id || ', and no reminder of it.'
    WHEN e.standing = 'expected' AND pause.id IS NOT NULL AND e.due_at <= at THEN 'Due since ' || shift_reminders.wall_clock(e.due_at, zone)
      || ' and waiting: ' || held
    WHEN e.standing = 'expected' THEN CASE WHEN q.id IS NULL THEN 'Will be queued shortly before it is due and sent at '
      ELSE 'The shift has moved: it will be sent at ' END || shift_reminders.wall_clock(e.due_at, zone) || but
    WHEN e.standing = 'purged' THEN 'It was due at ' || shift_reminders.wall_clock(e.due_at, zone) || '; its record has been purged since.'
    WHEN e.standing = 'not_watched' AND e.expires_at <= rule.watched_since THEN 'It was due before the rule was made or switched on, at '
      || shift_reminders.wall_clock(rule.watched_since, zone) || '.'
    WHEN e.standing = 'not_watched' THEN 'It was due before Shift Reminders ran here for the first time.'
    WHEN e.standing = 'missing' AND e.expires_at > at THEN 'It is due but not queued yet; the enqueue last ran '
      || coalesce('at ' || shift_reminders.wall_clock(tick.started_at, zone), 'never') || coalesce(' with an error: ' || tick.error, '') || '.'
    WHEN ran_at IS NOT NULL THEN 'It was never queued, although the enqueue ran while it would have been useful, the last time at '
        || shift_reminders.wall_clock(ran_at, zone)
        || '. It was not needed then; what has changed since is not known here.'
    WHEN e.standing = 'missing' THEN 'It was never queued: no tick of the enqueue succeeded between '
      || shift_reminders.wall_clock(e.due_at, zone) || ' and ' || shift_reminders.wall_clock(e.expires_at, zone)
      || ', while it would have been useful. When the shift was entered is not known here.'
    WHEN e.standing = 'bad_times' THEN 'The shift has no usable times: it ends before it starts, or a time is missing. Correct shift ' || explain.schedule_id || '.'
    ELSE coalesce((SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = e.standing AND x.state <> 'pending' LIMIT 1), e.standing)
  END;

  SELECT s.stated_zone INTO stated_zone FROM shift_reminders.shifts s
  WHERE s.schedule_id = explain.schedule_id AND s.time_zone IS NULL AND btrim(s.stated_zone) <> '' LIMIT 1;
  IF stated_zone IS NOT NULL THEN
    sentence := sentence || ' The shift names the time zone "' || left(stated_zone, 60) || '", which is not known: its times are told in '
      || zone || '.';
  END IF;

  evidence := jsonb_strip_nulls(jsonb_build_object(
    'notification_id', shift_reminders.notification_id(explain.schedule_id, explain.user_id, explain.notify_type),
    'shift', CASE WHEN e.schedule_id IS NOT NULL THEN jsonb_build_object('start_at', e.start_at, 'end_at', e.end_at, 'is_active', e.is_active,
      'label', e.label, 'time_zone', e.time_zone, 'due_at', e.due_at, 'expires_at', e.expires_at, 'attended_at', e.attended_at) END,
    'person', (SELECT to_jsonb(p) FROM shift_reminders.people p WHERE p.user_id = explain.user_id LIMIT 1),
    'rule', to_jsonb(rule),
    'reminder', CASE WHEN q.id IS NOT NULL THEN to_jsonb(q) - 'claim_token' END,
    'generations', (SELECT jsonb_agg(to_jsonb(g) ORDER BY g.generation) FROM shift_reminders.generations g WHERE g.reminder_id = q.id),
    'attempts', (SELECT jsonb_agg(to_jsonb(a) - 'claim_token' ORDER BY a.generation, a.attempt) FROM shift_reminders.attempts a WHERE a.reminder_id = q.id),
    'mark', (SELECT (to_jsonb(m) - 'payload') || jsonb_build_object('state', shift_reminders.mark_state(m)) FROM public.notification_pushes m
             WHERE m.notification_id = shift_reminders.notification_id(explain.schedule_id, explain.user_id, explain.notify_type)),
    'devices', (SELECT jsonb_agg(jsonb_build_object('device', d.device_id, 'platform', d.platform, 'updated_at', d.updated_at))
                FROM shift_reminders.devices d WHERE d.user_id = explain.user_id),
    'pause', CASE WHEN pause.id IS NOT NULL THEN to_jsonb(pause) END,
    'last_tick', CASE WHEN tick.id IS NOT NULL THEN jsonb_build_object('source', tick.source, 'started_at', tick.started_at, 'error', tick.error) END));
  RETURN NEXT;
END
$$;

CREATE FUNCTION shift_reminders.explain_person(person uuid, only_shift bigint, around timestamp with time zone) RETURNS TABLE(schedule_id bigint, user_id uuid, display_name text, notify_type text, start_at timestamp with time zone, end_at timestamp with time zone, label text, time_zone text, due_at timestamp with time zone, reminder_id bigint, standing text, reason text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT e.schedule_id, e.user_id, (SELECT p.display_name FROM shift_reminders.people p WHERE p.user_id = e.user_id LIMIT 1), e.notify_type,
    shift_reminders.showable(e.start_at), shift_reminders.showable(e.end_at), e.label, e.time_zone, e.due_at, e.reminder_id, e.standing, e.reason
  FROM (
    SELECT only_shift AS schedule_id WHERE only_shift IS NOT NULL
    UNION ALL
    (SELECT s.schedule_id FROM shift_reminders.shifts s
     WHERE only_shift IS NULL AND s.user_id = person AND s.start_at > around - interval '14 days' AND s.start_at < around + interval '7 days'
     ORDER BY greatest(s.start_at - around, around - s.start_at) LIMIT 20)) near
  CROSS JOIN LATERAL shift_reminders.expected(NULL, NULL, near.schedule_id) e
  WHERE e.user_id = person OR (person IS NULL AND e.user_id IS NOT NULL) ORDER BY e.due_at DESC NULLS LAST, e.notify_type
$$;

CREATE FUNCTION shift_reminders.explain_shift(schedule_id bigint) RETURNS TABLE(user_id uuid, notify_type text, sentence text, state text, reason text, evidence jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT x.user_id, x.notify_type, e.sentence, e.state, e.reason, e.evidence
  FROM (
    SELECT l.user_id, l.notify_type FROM shift_reminders.expected(NULL, NULL, explain_shift.schedule_id) l WHERE l.user_id IS NOT NULL
    UNION
    SELECT q.user_id, q.notify_type FROM public.scheduled_notifications q WHERE q.schedule_id = explain_shift.schedule_id) x
  CROSS JOIN LATERAL shift_reminders.explain(explain_shift.schedule_id, x.user_id, x.notify_type) e
  ORDER BY x.user_id, x.notify_type
$$;

CREATE FUNCTION shift_reminders.failed_lately(of_channel text, at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM shift_reminders.channel_results r WHERE r.channel = of_channel AND r.slot_at > at - interval '5 minutes' AND r.failed > 0);
END
$$;

CREATE FUNCTION shift_reminders.failing_since(of_channel text, of_platform text, at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  latest record;
BEGIN
  SELECT r.failing_since, r.last_failed_at, r.slot_at INTO latest FROM shift_reminders.channel_results r
  WHERE r.channel = of_channel AND r.platform = of_platform AND r.slot_at > at - interval '5 minutes' AND r.last_failed_at IS NOT NULL
  ORDER BY r.last_failed_at DESC LIMIT 1;
  IF latest.last_failed_at <= at - interval '30 seconds' AND EXISTS (
    SELECT FROM shift_reminders.channel_results r
    WHERE r.channel = of_channel AND r.platform = of_platform AND r.slot_at >= latest.slot_at AND r.last_answered_at > latest.last_failed_at) THEN
    RETURN NULL;
  END IF;
  RETURN latest.failing_since;
END
$$;

CREATE FUNCTION shift_reminders.find_people(words text, most integer) RETURNS TABLE(user_id uuid, display_name text, locale text, reminders_off boolean, devices integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET row_security TO 'off'
    AS $_$
  WITH asked AS MATERIALIZED (
    SELECT a.word, a.word ~ '^[0-9a-f-]{1,36}$' AS may_be_id
    FROM (SELECT shift_reminders.fold(btrim(coalesce(words, ''))) AS word) a)
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
       OR strpos(shift_reminders.fold(k.display_name), (SELECT a.word FROM asked a)) > 0
       OR ((SELECT a.may_be_id FROM asked a) AND starts_with(k.user_id::text, (SELECT a.word FROM asked a)))
    ORDER BY k.display_name NULLS LAST, k.user_id
    LIMIT least(most, 1000)) f
$_$;

CREATE FUNCTION shift_reminders.fold(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT CASE WHEN pg_catalog.octet_length(words) = pg_catalog.length(words) THEN pg_catalog.lower(words)
    ELSE pg_catalog.lower(pg_catalog.regexp_replace(
      pg_catalog.normalize(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
        pg_catalog.translate(words, 'øØłŁđĐðÐħĦŧŦıİ', 'oOlLdDdDhHtTii'),
        'ß', 'ss'), 'ẞ', 'ss'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'), 'NFKD'),
      '[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]', '', 'g')) END$$;

CREATE FUNCTION shift_reminders.follows_rule(reminder public.scheduled_notifications) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $_$
  SELECT $1.state = 'pending' AND $1.retry_count = 0 AND $1.accepted_at IS NULL AND $1.resent_by IS NULL$_$;

CREATE FUNCTION shift_reminders.gather_results(held public.scheduled_notifications[], reminder_ids bigint[], claim_tokens uuid[], generations integer[], attempts integer[], device_of integer[], device_ids text[], platforms text[], outcomes text[], codes text[], http_statuses integer[], message_ids text[], latencies_ms integer[], retry_after_s double precision[], details text[], ages_ms integer[], OUT ours shift_reminders.result[], OUT late shift_reminders.result[]) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_nestloop TO 'off'
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
        shift_reminders.notification_id(h.schedule_id, h.user_id, h.notify_type), h.claimed_by, h.claimed_at, h.accepted_at,
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
        (count(*) FILTER (WHERE shift_reminders.may_have_reached(d.outcome, d.http)))::integer AS possibly,
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

CREATE FUNCTION shift_reminders.has_text(of_type text, for_user uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.rule_texts x
    LEFT JOIN LATERAL (SELECT p.locale FROM shift_reminders.people p WHERE p.user_id = for_user LIMIT 1) w ON true
    WHERE x.notify_type = of_type
      AND x.locale IN (shift_reminders.locale_of(w.locale), split_part(shift_reminders.locale_of(w.locale), '-', 1),
                       shift_reminders.setting('site_locale'), 'en'))
$$;

CREATE FUNCTION shift_reminders.heal_identities() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  one record;
  highest bigint;
BEGIN
  FOR one IN
    SELECT n.nspname AS in_schema, c.relname AS name, s.numbers::regclass AS numbers
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped
    CROSS JOIN LATERAL pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), 'id') AS s(numbers)
    WHERE c.relkind = 'r' AND s.numbers IS NOT NULL
      AND (n.nspname = 'shift_reminders' OR c.oid = 'public.scheduled_notifications'::regclass)
  LOOP
    EXECUTE format('SELECT max(id) FROM %I.%I', one.in_schema, one.name) INTO highest;
    IF highest > coalesce(pg_sequence_last_value(one.numbers), 0) THEN
      PERFORM setval(one.numbers, highest);
      RAISE WARNING 'The ids of %.% had got ahead of their sequence; it goes on after %.', one.in_schema, one.name, highest;
    END IF;
  END LOOP;
END
$$;

CREATE FUNCTION shift_reminders.hint(channel text, payload text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF pg_notification_queue_usage() < 0.9 THEN PERFORM pg_notify(channel, payload); END IF;
END
$$;

CREATE FUNCTION shift_reminders.hold_session(session uuid, needed text[], proof_lasts interval) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
BEGIN
  -- The account first, as whatever changes accounts does.
  PERFORM FROM shift_reminders.accounts a WHERE a.id = (SELECT s.account_id FROM shift_reminders.sessions s WHERE s.id = session) FOR SHARE;
  PERFORM FROM shift_reminders.sessions s WHERE s.id = session FOR SHARE;
  IF NOT EXISTS (SELECT FROM shift_reminders.live_sessions() s WHERE s.id = session) THEN
    RAISE EXCEPTION 'Your sign-in has ended, so nothing was done.' USING ERRCODE = 'SR002', HINT = 'Sign in again.';
  END IF;
  IF NOT EXISTS (
    SELECT FROM shift_reminders.sessions s
    JOIN shift_reminders.account_roles l ON l.user_id = s.account_id
    JOIN shift_reminders.roles r ON r.id = l.role_id
    WHERE s.id = session AND r.name = ANY (needed)
  ) THEN
    RAISE EXCEPTION 'Your roles have changed, so nothing was done.' USING ERRCODE = 'SR002', HINT = 'Ask an admin.';
  END IF;
  IF EXISTS (SELECT FROM shift_reminders.sessions s WHERE s.id = session AND s.authenticated_at < shift_reminders.clock() - proof_lasts) THEN
    RAISE EXCEPTION 'You have not shown lately who you are, so nothing was done.' USING ERRCODE = 'SR002', HINT = 'Try again, and confirm that it is you.';
  END IF;
END
$$;

CREATE FUNCTION shift_reminders.host_attendance() RETURNS TABLE(schedule_id bigint, user_id uuid, type text, logged_at timestamp with time zone)
    LANGUAGE sql STABLE ROWS 100000
    AS $$SELECT a.schedule_id, a.user_id::uuid,
      -- However the host spells them: CHECK_IN, checkIn, check-in.
      CASE pg_catalog.translate(pg_catalog.lower(a.type::text COLLATE "C"), '_- ', '')
        WHEN 'checkin' THEN 'check_in' WHEN 'checkout' THEN 'check_out' ELSE a.type::text END,
      a.logged_at::timestamptz FROM public.attendance_logs a$$;

CREATE FUNCTION shift_reminders.host_create_shift(who uuid, starts timestamp with time zone, ends timestamp with time zone, shift_label text, zone text) RETURNS bigint
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at, status, label, time_zone) VALUES (who, starts, ends, shift_reminders.setting('test_shift_status')::text, shift_label::text, zone::text) RETURNING id::bigint$$;

CREATE FUNCTION shift_reminders.host_devices() RETURNS TABLE(user_id uuid, token text, platform text, updated_at timestamp with time zone)
    LANGUAGE sql STABLE ROWS 100000
    AS $$SELECT d.user_id, d.token, pg_catalog.lower(d.platform::text COLLATE "C"), d.updated_at::timestamptz FROM public.fcm_tokens d$$;

CREATE FUNCTION shift_reminders.host_faults() RETURNS TABLE(fault text, remedy text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT format('Row level security hides rows of %s from the role %I, and what is hidden looks as if it did not exist.', h.name, current_user),
    format('ALTER ROLE %I BYPASSRLS; or let this role own the table, without FORCE ROW LEVEL SECURITY: Database/README.md, "Roles".', current_user)
  FROM (VALUES (to_regclass('public.duty_schedules')), (to_regclass('public.attendance_logs')), (to_regclass('public.fcm_tokens')),
               (shift_reminders.people_table())) AS h(name)
  WHERE shift_reminders.setting('host_contract') <> 'custom' AND row_security_active(h.name)
  UNION ALL
  SELECT 'No unique index is on public.duty_schedules(id) alone: of two shifts with the same id, only one would be reminded of.',
    'CREATE UNIQUE INDEX ON public.duty_schedules (id); where ids repeat on purpose (series, tenants), write your own host contract: '
      || 'Database/README.md, "The host contract".'
  FROM pg_class c
  WHERE shift_reminders.setting('host_contract') <> 'custom' AND c.oid = to_regclass('public.duty_schedules') AND c.relkind = 'r'
    AND NOT shift_reminders.shift_id_is_unique()
  UNION ALL
  -- Where no index can promise it, the shifts themselves are looked at.
  SELECT format('%s of the shifts'' ids name more than one shift each, such as %s: only one of these would be reminded of, and a check-in to it '
      'would silence the others.', r.ids, r.example),
    'Where ids repeat (series, tenants), write a host contract that returns each once, or correct yours: Database/README.md, "The host contract".'
  FROM shift_reminders.repeated_shift_ids() r WHERE r.ids > 0 AND NOT shift_reminders.shift_id_is_unique()
$$;

CREATE FUNCTION shift_reminders.host_forget_device(who uuid, device text) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$DELETE FROM public.fcm_tokens t WHERE t.user_id = who AND shift_reminders.device_id(t.token::text) = device$$;

CREATE FUNCTION shift_reminders.host_log_attendance(shift bigint, who uuid, kind text, at timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$INSERT INTO public.attendance_logs (schedule_id, type, user_id, logged_at) VALUES (shift, kind::text, who, at)$$;

CREATE FUNCTION shift_reminders.host_people() RETURNS TABLE(user_id uuid, display_name text, locale text, reminders_off boolean)
    LANGUAGE sql STABLE ROWS 10000
    AS $$SELECT p.id, p.full_name::text, p.locale::text, coalesce(p.reminders_off, false) FROM public.profiles p$$;

CREATE FUNCTION shift_reminders.host_remove_shifts(ids bigint[]) RETURNS integer
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH logs AS (DELETE FROM public.attendance_logs WHERE schedule_id = ANY (ids)),
         gone AS (DELETE FROM public.duty_schedules WHERE id = ANY (ids) RETURNING 1)
    SELECT pg_catalog.count(*)::integer FROM gone
  $$;

CREATE FUNCTION shift_reminders.host_shifts() RETURNS TABLE(schedule_id bigint, user_id uuid, start_at timestamp with time zone, end_at timestamp with time zone, is_active boolean, label text, time_zone text)
    LANGUAGE sql STABLE ROWS 100000
    AS $$SELECT s.id, s.assigned_user_id, s.start_at, s.end_at, (s.status IS NULL OR pg_catalog.lower(s.status::text COLLATE "C") NOT IN
      ('cancelled', 'canceled', 'deleted', 'removed', 'inactive', 'rejected', 'declined', 'draft', 'archived')), s.label::text, s.time_zone::text FROM public.duty_schedules s$$;

CREATE FUNCTION shift_reminders.in_hours(length interval) RETURNS interval
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT make_interval(secs => extract(epoch FROM length)::double precision) $$;

CREATE FUNCTION shift_reminders.is_alive(last_seen_at timestamp with time zone, at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    AS $_$SELECT $1 > $2 - interval '30 seconds'$_$;

CREATE FUNCTION shift_reminders.judge(ids bigint[]) RETURNS TABLE(reminder_id bigint, verdict text, live_anchor timestamp with time zone)
    LANGUAGE sql STABLE ROWS 500
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT (j.reminder).id, j.verdict, j.live_anchor
  FROM shift_reminders.judge_rows(ARRAY(SELECT q FROM public.scheduled_notifications q WHERE q.id = ANY (ids))) j
$$;

CREATE FUNCTION shift_reminders.judge_for_claim(candidates public.scheduled_notifications[], paused_platforms text[], site_zone text, site_locale text) RETURNS shift_reminders.claimable[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
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
    q.id, shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type),
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

CREATE FUNCTION shift_reminders.judge_one(schedule_id bigint, user_id uuid, anchor_at timestamp with time zone, although_checked_in boolean, rule text, rule_enabled boolean, rule_anchor text, rule_skips text) RETURNS TABLE(verdict text, live_anchor timestamp with time zone, start_at timestamp with time zone, end_at timestamp with time zone, label text, time_zone text, display_name text, locale text)
    LANGUAGE sql STABLE ROWS 1
    AS $_$
  SELECT
    CASE
      WHEN $5 IS NULL THEN 'unknown_type'
      WHEN NOT $6 THEN 'rule_disabled'
      WHEN s.schedule_id IS NULL THEN
        CASE WHEN EXISTS (SELECT 1 FROM shift_reminders.shifts x WHERE x.schedule_id = $1)
             THEN 'reassigned' ELSE 'shift_gone' END
      WHEN f.fault IS NOT NULL THEN f.fault
      WHEN l.anchor <> $3 THEN 'moved'
      WHEN NOT $4 AND EXISTS (
        SELECT 1 FROM shift_reminders.attendance a
        WHERE a.schedule_id = $1 AND a.type = $8 AND shift_reminders.logged_for(a.user_id, $2))
        THEN shift_reminders.attended_reason($8)
      WHEN p.reminders_off THEN 'opted_out'
      ELSE 'deliver'
    END,
    l.anchor, s.start_at, s.end_at, s.label, s.time_zone, p.display_name, p.locale
  FROM (SELECT 1) one
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.shifts x
                     WHERE x.schedule_id = $1 AND x.user_id IS NOT DISTINCT FROM $2 LIMIT 1) s ON true
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = $2 LIMIT 1) p ON true
  CROSS JOIN LATERAL (SELECT shift_reminders.anchor_of($7, s.start_at, s.end_at) AS anchor) l
  CROSS JOIN LATERAL (SELECT shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, l.anchor) AS fault) f$_$;

CREATE FUNCTION shift_reminders.judge_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean, at timestamp with time zone) RETURNS TABLE(reminder_id bigint, result text, sentence text, devices integer, had_it integer, anchor_at timestamp with time zone, expires_at timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
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

CREATE FUNCTION shift_reminders.judge_rows(reminders public.scheduled_notifications[]) RETURNS TABLE(reminder public.scheduled_notifications, verdict text, live_anchor timestamp with time zone, start_at timestamp with time zone, end_at timestamp with time zone, label text, time_zone text, display_name text, locale text)
    LANGUAGE plpgsql STABLE ROWS 500
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
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

CREATE FUNCTION shift_reminders.judge_rule_change(kind text, new_lead interval, new_grace interval, new_enabled boolean) RETURNS TABLE(reminder_id bigint, effect text, old_due timestamp with time zone, new_due timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT q.id,
    CASE
      WHEN NOT new_enabled THEN 'cancelled'
      WHEN q.scheduled_for = n.due AND q.expires_at = n.expiry THEN 'unchanged'
      WHEN n.expiry <= c.at THEN 'expired'
      WHEN n.due <= c.at AND q.scheduled_for > c.at THEN 'due_now'
      ELSE 'moved'
    END,
    q.scheduled_for, n.due
  FROM shift_reminders.open_reminders() q
  CROSS JOIN (SELECT shift_reminders.clock() AS at) c
  CROSS JOIN LATERAL (SELECT shift_reminders.due_at(q.anchor_at, new_lead) AS due, shift_reminders.expires_at(q.anchor_at, new_lead, new_grace) AS expiry) n
  WHERE q.notify_type = kind AND shift_reminders.follows_rule(q)
$$;

CREATE FUNCTION shift_reminders.last_owner_alone() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT coalesce(format(' WHERE NOT EXISTS (SELECT 1 FROM public.fcm_tokens o WHERE o.token = d.token AND o.user_id <> d.user_id'
    ' AND (%1$s, o.user_id) > (%2$s, d.user_id))', 'o.' || f.newest, 'd.' || f.newest), '')
  FROM (SELECT coalesce(shift_reminders.optional_host_column('age of a phone''s registration'),
    (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = to_regclass('public.fcm_tokens') AND a.attname = 'id'
       AND a.atttypid IN ('bigint'::regtype, 'integer'::regtype) AND NOT a.attisdropped)) AS newest) f
  WHERE shift_reminders.token_index() = 'plain' AND f.newest IS NOT NULL
  UNION ALL SELECT '' LIMIT 1
$_$;

CREATE FUNCTION shift_reminders.list_dead_devices(of_channel text, device_users uuid[], asked_at timestamp with time zone[], device_ids text[], platforms text[], outcomes text[], mismatch_is_dead boolean, at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  listed record;
  waits text := current_setting('lock_timeout');
BEGIN
  FOR listed IN
    INSERT INTO shift_reminders.dead_devices AS d (device_id, user_id, platform, channel, reason, died_at)
    -- Dead as of the claim: a device that registered again since then was not what the channel was asked about.
    SELECT DISTINCT ON (x.id) x.id, x.who, x.p, of_channel, x.o, coalesce(x.asked, at)
    FROM unnest(device_ids, device_users, platforms, outcomes, asked_at) AS x(id, who, p, o, asked)
    WHERE x.o = 'gone' OR (x.o = 'mismatch' AND mismatch_is_dead)
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

CREATE TABLE shift_reminders.sessions (
    id uuid NOT NULL,
    key_hash text NOT NULL,
    account_id uuid NOT NULL,
    security_stamp text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    authenticated_at timestamp with time zone NOT NULL,
    idle_limit interval NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    browser text NOT NULL,
    address text,
    ended_at timestamp with time zone,
    ended_why text,
    CONSTRAINT sessions_end CHECK (((ended_at IS NULL) = (ended_why IS NULL))),
    CONSTRAINT sessions_idle_limit_check CHECK ((idle_limit > '00:00:00'::interval)),
    CONSTRAINT sessions_key_hash_check CHECK ((length(key_hash) = 64))
);

CREATE FUNCTION shift_reminders.live_sessions() RETURNS SETOF shift_reminders.sessions
    LANGUAGE sql STABLE
    AS $$
  SELECT s.*
  FROM shift_reminders.sessions s
  JOIN shift_reminders.accounts a ON a.id = s.account_id
  WHERE s.ended_at IS NULL
    AND (SELECT shift_reminders.clock()) < s.ends_at
    AND (SELECT shift_reminders.clock()) < s.last_used_at + s.idle_limit
    AND a.disabled_at IS NULL
    AND a.security_stamp = s.security_stamp
$$;

CREATE FUNCTION shift_reminders.locale_of(written text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT pg_catalog.replace(written, '_', '-') $$;

CREATE FUNCTION shift_reminders.lock_due(waiting boolean, look integer, at timestamp with time zone) RETURNS public.scheduled_notifications[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_sort TO 'off'
    AS $_$
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
$_$;

CREATE FUNCTION shift_reminders.log_due_test_attendance() RETURNS double precision
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET row_security TO 'off'
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
  RETURN (SELECT CASE WHEN count(*) > 0 THEN greatest(0, extract(epoch FROM min(t.at) - moment))::double precision END
          FROM shift_reminders.test_attendance t WHERE t.logged_at IS NULL);
END
$$;

CREATE FUNCTION shift_reminders.logged_for(logged_by uuid, who uuid) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $_$SELECT $1 IS NULL OR $1 = $2$_$;

CREATE FUNCTION shift_reminders.logged_in_time(logged_at timestamp with time zone, expires_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $_$SELECT $1 IS NULL OR $1 <= $2$_$;

CREATE FUNCTION shift_reminders.lost_by_pause(lengths interval[]) RETURNS TABLE(length interval, reminders bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET row_security TO 'off'
    AS $$
  WITH useful AS MATERIALIZED (
    SELECT shift_reminders.expires_at(shift_reminders.anchor_due_at(d.due_at, r.lead), r.lead, r.grace) AS until FROM shift_reminders.due_within((SELECT max(l) FROM unnest(lengths) AS l)) d
    JOIN shift_reminders.rules r ON r.notify_type = d.notify_type
    UNION ALL
    SELECT q.expires_at FROM shift_reminders.open_reminders() q WHERE q.state = 'pending' AND q.scheduled_for <= shift_reminders.clock() AND q.expires_at > shift_reminders.clock())
  SELECT l, (SELECT count(*) FROM useful u WHERE u.until <= shift_reminders.clock() + l) FROM unnest(lengths) AS l
$$;

CREATE TABLE public.notification_pushes (
    notification_id text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    payload jsonb,
    state text DEFAULT 'foreign'::text NOT NULL,
    reminder_id bigint,
    generation integer,
    updated_at timestamp with time zone,
    CONSTRAINT notification_pushes_known_state CHECK ((state = ANY (ARRAY['ours'::text, 'foreign'::text]))),
    CONSTRAINT notification_pushes_ours_names_reminder CHECK (((state = 'foreign'::text) OR ((reminder_id IS NOT NULL) AND (generation IS NOT NULL))))
)
WITH (autovacuum_vacuum_scale_factor='0.02');

COMMENT ON COLUMN public.notification_pushes.state IS 'Whose mark it is. Whether one of ours is in flight or delivered is told by its reminder: shift_reminders.mark_state';

COMMENT ON COLUMN public.notification_pushes.updated_at IS 'When a later claim took the mark over; NULL: none did';

CREATE FUNCTION shift_reminders.mark_state(mark public.notification_pushes) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE
    WHEN mark.state = 'foreign' THEN 'foreign'
    WHEN EXISTS (SELECT 1 FROM public.scheduled_notifications q
                 WHERE q.id = mark.reminder_id AND q.generation = mark.generation AND q.accepted_at IS NOT NULL)
      OR EXISTS (SELECT 1 FROM shift_reminders.generations g
                 WHERE g.reminder_id = mark.reminder_id AND g.generation = mark.generation AND g.accepted_at IS NOT NULL) THEN 'delivered'
    ELSE 'in_flight' END
$$;

CREATE FUNCTION shift_reminders.may_have_arrived(reminder bigint, of_generation integer) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.attempts a LEFT JOIN LATERAL jsonb_array_elements(a.devices) x ON true
    WHERE a.reminder_id = reminder AND a.generation = of_generation
      AND (a.outcome = 'lost' OR shift_reminders.may_have_reached(x->>'outcome', (x->>'http')::integer)))
$$;

CREATE FUNCTION shift_reminders.may_have_reached(outcome text, http integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $_$
  SELECT $1 IN ('accepted', 'unknown') OR $1 = 'transient' AND $2 >= 500 AND $2 <> 503$_$;

CREATE FUNCTION shift_reminders.next_due_in(channel text) RETURNS double precision
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET row_security TO 'off'
    AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  IF shift_reminders.paused(at) OR EXISTS (
    SELECT 1 FROM shift_reminders.channels c WHERE c.channel = next_due_in.channel AND c.state = 'down') THEN
    RETURN NULL;
  END IF;
  RETURN (extract(epoch FROM least(
    -- Of several: one that was put off a moment is not to hide the next.
    (SELECT min(n.next_attempt_at) FROM (
       SELECT q.next_attempt_at FROM public.scheduled_notifications q
       WHERE NOT q.processed AND q.reason IS NULL AND q.expires_at > at AND q.state = 'pending'
       ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT 100) n),
    (SELECT q.next_attempt_at FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NOT NULL AND q.expires_at > at AND q.state = 'pending' ORDER BY q.next_attempt_at LIMIT 1),
    -- What is being sent was due, and there is no more of it than processors hold.
    (SELECT min(q.lease_until) FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.state = 'sending')) - at))::double precision;
END
$$;

CREATE FUNCTION shift_reminders.note_channel(of_channel text, device_users uuid[], asked_at timestamp with time zone[], device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
  accepted_before timestamptz;
BEGIN
  IF NOT outcomes && ARRAY['gone', 'mismatch', 'platform_credentials', 'project_credentials']
     AND shift_reminders.noted_as_healthy(of_channel, at) THEN
    RETURN;
  END IF;
  INSERT INTO shift_reminders.channels AS c (channel, since) VALUES (of_channel, at) ON CONFLICT DO NOTHING;
  SELECT c.last_accepted_at INTO accepted_before FROM shift_reminders.channels c WHERE c.channel = of_channel FOR UPDATE;

  PERFORM shift_reminders.note_health(of_channel, outcomes, details, latencies_ms, at);
  -- Nothing was accepted for a while, and now something is: an outage is over.
  IF 'accepted' = ANY (outcomes) AND (accepted_before > at - interval '10 seconds') IS NOT TRUE THEN
    PERFORM shift_reminders.wake_retries(of_channel, accepted_before, at);
  END IF;
  PERFORM shift_reminders.pause_platforms(of_channel, platforms, outcomes, details, at);
  IF NOT shift_reminders.too_many_gone(of_channel, outcomes, at) THEN
    -- Another project's devices are dead for us only when this project had reached somebody before.
    PERFORM shift_reminders.list_dead_devices(of_channel, device_users, asked_at, device_ids, platforms, outcomes, accepted_before IS NOT NULL, at);
  END IF;
END
$$;

CREATE FUNCTION shift_reminders.note_health(of_channel text, outcomes text[], details text[], latencies_ms integer[], at timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  UPDATE shift_reminders.channels c SET
    last_accepted_at = CASE WHEN 'accepted' = ANY (outcomes) THEN at ELSE c.last_accepted_at END,
    last_latency_ms = coalesce((SELECT (percentile_cont(0.5) WITHIN GROUP (ORDER BY l))::integer
                                FROM unnest(outcomes, latencies_ms) AS x(o, l) WHERE o = 'accepted'), c.last_latency_ms),
    state = CASE WHEN f.refused THEN 'down' ELSE c.state END,
    since = CASE WHEN f.refused AND c.state = 'up' THEN at ELSE c.since END,
    reason = CASE WHEN f.refused
      THEN coalesce((SELECT d FROM unnest(outcomes, details) AS x(o, d) WHERE o = 'project_credentials' AND d IS NOT NULL LIMIT 1),
                    'The channel refused our credentials.') ELSE c.reason END
  FROM (SELECT 'project_credentials' = ANY (outcomes) AS refused) f
  WHERE c.channel = of_channel
$$;

CREATE FUNCTION shift_reminders.note_results(of_channel text, reminder_ids bigint[], generations integer[], attempts integer[], fresh bigint[], device_of integer[], device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
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
  IF outcomes && ARRAY['transient', 'unknown'] OR shift_reminders.failed_lately(of_channel, at) THEN
    PERFORM shift_reminders.count_results(of_channel, device_ids, platforms, outcomes, details, latencies_ms, at);
  END IF;
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

CREATE FUNCTION shift_reminders.noted_as_healthy(of_channel text, at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM shift_reminders.channels c
    WHERE c.channel = of_channel AND c.last_accepted_at > at - interval '1 second' AND c.recent = repeat('a', 40));
END
$$;

CREATE FUNCTION shift_reminders.notification_id(schedule_id bigint, user_id uuid, notify_type text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$SELECT 'shift-' || $1::text || '-' || $2::text || '-' || $3$_$;

CREATE FUNCTION shift_reminders.notify_pages(at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  UPDATE shift_reminders.page_notices n SET notified_at = at
  WHERE n.only_one = (SELECT o.only_one FROM shift_reminders.page_notices o
                      WHERE o.notified_at <= at - interval '1 second' OR o.notified_at > at FOR UPDATE SKIP LOCKED);
  IF FOUND THEN PERFORM shift_reminders.hint('shift_reminders_changed', ''); END IF;
END
$$;

CREATE FUNCTION shift_reminders.now_board(with_history boolean DEFAULT true) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET jit TO 'off'
    SET row_security TO 'off'
    AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  most constant integer := 10001;
BEGIN
  RETURN jsonb_build_object(
    'at', at,
    'pause', (SELECT jsonb_build_object('by', p.started_by) FROM shift_reminders.pause_at(at) p),
    'cron', jsonb_build_object(
      'available', shift_reminders.cron_available(),
      'last_cron_at', (SELECT h.started_at FROM shift_reminders.heartbeats h
                       WHERE h.source = 'cron' AND NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1),
      'first_at', (SELECT min(h.started_at) FROM shift_reminders.heartbeats h),
      'last', (SELECT jsonb_build_object('source', h.source, 'at', h.started_at, 'error', h.error, 'queued', h.added + h.rearmed)
               FROM shift_reminders.heartbeats h WHERE NOT h.busy ORDER BY h.started_at DESC LIMIT 1),
      'last_good_at', (SELECT h.started_at FROM shift_reminders.heartbeats h
                       WHERE NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1)),
    'queue', jsonb_build_object(
      'pending', (SELECT count(*) FROM (SELECT 1 FROM shift_reminders.open_reminders() q WHERE q.state = 'pending' LIMIT most) x),
      'sending', (SELECT count(*) FILTER (WHERE x.state = 'sending') FROM (
        -- What is being sent was due first: behind so many there is nothing of it.
        SELECT q.state FROM public.scheduled_notifications q
        WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at
        ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT most) x),
      'waiting', (SELECT count(*) FROM (SELECT 1 FROM shift_reminders.open_reminders() q
                  WHERE q.state = 'pending' AND q.scheduled_for <= at AND q.expires_at > at LIMIT most) x),
      'retrying', (SELECT count(*) FROM (SELECT 1 FROM public.scheduled_notifications q
                   WHERE NOT q.processed AND q.reason IS NOT NULL AND q.state = 'pending' AND q.next_attempt_at > at AND q.scheduled_for <= at
                     AND q.expires_at > at LIMIT most) x),
      'oldest_waiting_at', shift_reminders.oldest_waiting_at(at),
      'oldest_due_at', shift_reminders.oldest_due_at(at)),
    'processors', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'host', p.host, 'version', p.version, 'channel', p.channel,
                     'seen_at', p.last_seen_at, 'trouble', p.trouble, 'alive', shift_reminders.is_alive(p.last_seen_at, at)) ORDER BY p.last_seen_at DESC), '[]')
                   FROM shift_reminders.processors p WHERE p.last_seen_at > at - interval '1 day'),
    'channels', (SELECT coalesce(jsonb_agg(jsonb_build_object('channel', c.channel, 'state', c.state, 'reason', c.reason, 'since', c.since,
                   'accepted_at', c.last_accepted_at, 'latency_ms', c.last_latency_ms, 'alarm', c.alarm, 'used', c.used,
                   'troubles', coalesce(w.troubles, '[]'),
                   'platforms', (SELECT coalesce(jsonb_agg(jsonb_build_object('platform', t.platform, 'reason', t.reason, 'since', t.paused_since)), '[]')
                                 FROM shift_reminders.channel_platforms t WHERE t.channel = c.channel)) ORDER BY c.channel), '[]')
                 FROM (SELECT n.channel, coalesce(k.state, 'up') AS state, k.reason, coalesce(k.since, at) AS since, k.last_accepted_at, k.last_latency_ms,
                         k.alarm, bool_or(n.used) AS used
                       -- A channel that has never answered has no row of its own yet.
                       FROM (SELECT x.channel, false AS used FROM shift_reminders.channels x
                             UNION ALL
                             SELECT p.channel, true FROM shift_reminders.processors p WHERE shift_reminders.is_alive(p.last_seen_at, at)) n
                       LEFT JOIN shift_reminders.channels k ON k.channel = n.channel
                       GROUP BY n.channel, k.channel) c
                 LEFT JOIN (SELECT t.channel, jsonb_agg(to_jsonb(t) ORDER BY t.is_down DESC, t.platform) AS troubles
                            FROM shift_reminders.channel_trouble(at) t GROUP BY t.channel) w ON w.channel = c.channel),
    'next_hour', (
      WITH due AS MATERIALIZED (SELECT * FROM shift_reminders.due_within(interval '1 hour'))
      SELECT jsonb_build_object('reminders', count(*), 'people', count(DISTINCT d.user_id), 'first_at', min(d.due_at),
        'unreachable', count(DISTINCT d.user_id) FILTER (WHERE NOT d.reachable),
        -- What comes first: minute by minute and rule by rule.
        'slots', (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.due_at, x.title), '[]') FROM (
          SELECT min(s.due_at) AS due_at, r.notify_type AS kind, r.title, count(*) AS reminders, count(*) FILTER (WHERE NOT s.reachable) AS unreachable
          FROM due s JOIN shift_reminders.rules r ON r.notify_type = s.notify_type
          GROUP BY date_trunc('minute', s.due_at, 'UTC'), r.notify_type, r.title ORDER BY 1, 3 LIMIT 6) x))
      FROM due d),
    'history', CASE WHEN with_history THEN shift_reminders.now_history() END);
END
$$;

CREATE FUNCTION shift_reminders.now_history() RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET jit TO 'off'
    AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  since timestamptz := at - interval '24 hours';
  first_hour timestamptz := date_trunc('hour', at, 'UTC') - interval '23 hours';
BEGIN
  RETURN (
    -- The day is read once; everything below counts in memory.
    WITH day AS MATERIALIZED (
      SELECT q.state, q.reason, q.user_id, q.scheduled_for,
        -- What was sent anew, or could not have been queued in time, is neither late nor on time.
        CASE WHEN q.state = 'sent' AND q.resent_by IS NULL AND NOT (q.armed_at > q.scheduled_for AND shift_reminders.came_late(q.scheduled_for, q.armed_at))
             THEN greatest(0, extract(epoch FROM q.accepted_at - q.scheduled_for))::double precision END AS late
      FROM shift_reminders.due_between(since, 'infinity') q)
    SELECT jsonb_build_object(
      'since', since,
      'lost', (SELECT to_jsonb(x) FROM (
        SELECT count(*) FILTER (WHERE d.state <> 'sent') AS reminders, count(DISTINCT d.user_id) FILTER (WHERE d.state <> 'sent') AS people,
          count(*) AS ended, min(d.scheduled_for) FILTER (WHERE d.state <> 'sent') AS first_at,
          count(*) FILTER (WHERE d.state <> 'sent' AND d.scheduled_for > at - interval '1 hour') AS lately,
          count(*) FILTER (WHERE d.scheduled_for > at - interval '1 hour') AS ended_lately
        FROM day d WHERE d.state IN ('sent', 'failed', 'expired')) x),
      'unaccounted', (SELECT jsonb_agg(jsonb_build_object('day', x.day, 'reminders', u.reminders, 'people', u.people) ORDER BY x.day DESC)
        FROM (SELECT (at AT TIME ZONE shift_reminders.setting('site_time_zone'))::date - back AS day FROM generate_series(0, 1) AS back) x
        CROSS JOIN LATERAL shift_reminders.unaccounted(x.day) u),
      'counts', (SELECT coalesce(jsonb_object_agg(x.state, x.n), '{}') FROM (SELECT d.state, count(*) AS n FROM day d GROUP BY d.state) x),
      'lateness', (SELECT to_jsonb(x) FROM (
        SELECT count(*) AS measured, count(*) FILTER (WHERE d.late <= 5) AS on_time,
          round(percentile_cont(0.5) WITHIN GROUP (ORDER BY d.late)::numeric, 3) AS p50,
          round(percentile_cont(0.95) WITHIN GROUP (ORDER BY d.late)::numeric, 3) AS p95, round(max(d.late)::numeric, 3) AS worst
        FROM day d WHERE d.late IS NOT NULL) x),
      'hours', (SELECT jsonb_agg(jsonb_build_object('from', h.hour, 'sent', coalesce(c.sent, 0), 'failed', coalesce(c.failed, 0),
                                 'other', coalesce(c.other, 0)) ORDER BY h.hour)
        FROM generate_series(first_hour, first_hour + interval '23 hours', interval '1 hour') AS h(hour)
        LEFT JOIN (
          SELECT date_trunc('hour', d.scheduled_for, 'UTC') AS hour, count(*) FILTER (WHERE d.state = 'sent') AS sent,
            count(*) FILTER (WHERE d.state IN ('failed', 'expired')) AS failed, count(*) FILTER (WHERE d.state IN ('skipped', 'cancelled')) AS other
          FROM day d GROUP BY 1) c ON c.hour = h.hour),
      'causes', (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.reminders DESC, x.reason), '[]') FROM (
        SELECT d.state, d.reason, count(*) AS reminders, count(DISTINCT d.user_id) AS people, min(d.scheduled_for) AS first_at, max(d.scheduled_for) AS last_at
        FROM day d WHERE d.state IN ('failed', 'expired') GROUP BY d.state, d.reason) x)));
END
$$;

CREATE FUNCTION shift_reminders.oldest_due_at(at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT min(w.due_since) FROM (
    SELECT greatest(q.scheduled_for, q.armed_at, (SELECT max(p.ended_at) FROM shift_reminders.pauses p WHERE p.ended_at <= at)) AS due_since
    FROM shift_reminders.open_reminders() q
    WHERE q.state = 'pending' AND q.scheduled_for <= at AND q.expires_at > at LIMIT 10001) w
$$;

CREATE FUNCTION shift_reminders.oldest_waiting_at(at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT min(w.waits_since) FROM (
    SELECT greatest(q.next_attempt_at, q.armed_at, (SELECT max(p.ended_at) FROM shift_reminders.pauses p WHERE p.ended_at <= at)) AS waits_since
    FROM shift_reminders.open_reminders() q
    WHERE q.state = 'pending' AND q.next_attempt_at <= at AND q.scheduled_for <= at AND q.expires_at > at LIMIT 10001) w
$$;

CREATE FUNCTION shift_reminders.open_reminders() RETURNS SETOF public.scheduled_notifications
    LANGUAGE sql STABLE
    AS $$
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NULL
  UNION ALL
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NOT NULL$$;

CREATE FUNCTION shift_reminders.optional_host_column(purpose text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT o.used FROM shift_reminders.optional_host_columns() o WHERE o.purpose = optional_host_column.purpose $$;

CREATE FUNCTION shift_reminders.optional_host_columns() RETURNS TABLE(purpose text, used text, left_out text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT w.purpose, (array_agg(quote_ident(f.name) ORDER BY f.place) FILTER (WHERE f.serves))[1],
    (array_agg(format('%s.%s (%s)', w.host_table, f.name, f.type) ORDER BY f.place) FILTER (WHERE NOT f.serves))[1]
  FROM (VALUES
    ('status of a shift',            to_regclass('public.duty_schedules'),  'words',  ARRAY['status']),
    ('removal of a shift',           to_regclass('public.duty_schedules'),  'day',    ARRAY['deleted_at']),
    ('label of a shift',             to_regclass('public.duty_schedules'),  'label',  ARRAY['label', 'title', 'name']),
    ('time zone of a shift',         to_regclass('public.duty_schedules'),  'words',  ARRAY['time_zone', 'timezone']),
    ('person of a check-in',         to_regclass('public.attendance_logs'), 'uuid',   ARRAY['user_id']),
    ('time of a check-in',           to_regclass('public.attendance_logs'), 'moment', ARRAY['logged_at', 'created_at']),
    ('removal of a check-in',        to_regclass('public.attendance_logs'), 'day',    ARRAY['deleted_at', 'voided_at']),
    ('platform of a phone',          to_regclass('public.fcm_tokens'),      'words',  ARRAY['platform', 'device_type', 'os']),
    ('age of a phone''s registration', to_regclass('public.fcm_tokens'),    'moment', ARRAY['updated_at', 'last_seen_at', 'created_at']),
    ('name of a person',             shift_reminders.people_table(),        'label',  ARRAY['display_name', 'full_name', 'name']),
    ('locale of a person',           shift_reminders.people_table(),        'words',  ARRAY['locale', 'language']),
    ('wish for no reminders',        shift_reminders.people_table(),        'flag',   ARRAY['reminders_off']),
    ('leave of a person',            shift_reminders.people_table(),        'flag',   ARRAY['on_leave'])) AS w(purpose, host_table, kind, names)
  LEFT JOIN LATERAL (
    SELECT n.place, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
      CASE w.kind WHEN 'words' THEN t.typcategory IN ('S', 'E')
                  WHEN 'label' THEN t.typcategory IN ('S', 'E', 'N')
                  WHEN 'flag' THEN b.base = 'boolean'::regtype
                  WHEN 'uuid' THEN b.base = 'uuid'::regtype
                  WHEN 'moment' THEN b.base IN ('timestamptz'::regtype, 'timestamp'::regtype)
                  ELSE b.base IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) END AS serves
    FROM unnest(w.names) WITH ORDINALITY AS n(name, place)
    JOIN pg_attribute a ON a.attrelid = w.host_table AND a.attname = n.name AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (SELECT CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END AS base) b) f ON true
  GROUP BY w.purpose
$$;

CREATE TABLE shift_reminders.pauses (
    id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    started_by text NOT NULL,
    why text NOT NULL,
    until timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by text
);

CREATE FUNCTION shift_reminders.pause_at(at timestamp with time zone) RETURNS SETOF shift_reminders.pauses
    LANGUAGE sql STABLE
    AS $$
  SELECT * FROM shift_reminders.pauses p WHERE p.ended_at IS NULL AND (p.until IS NULL OR p.until > at)$$;

CREATE FUNCTION shift_reminders.pause_platforms(of_channel text, platforms text[], outcomes text[], details text[], at timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  INSERT INTO shift_reminders.channel_platforms (channel, platform, reason, paused_since)
  SELECT DISTINCT ON (x.p) of_channel, x.p, coalesce(x.d, 'The channel refused the credentials of this platform.'), at
  FROM unnest(outcomes, platforms, details) AS x(o, p, d) WHERE x.o = 'platform_credentials' AND x.p IS NOT NULL
  ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION shift_reminders.pause_reminders(actor text, why text, until timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
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

CREATE FUNCTION shift_reminders.paused(at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM shift_reminders.pause_at(paused.at));
END
$$;

CREATE FUNCTION shift_reminders.paused_platforms(channel text) RETURNS TABLE(platform text, reason text, paused_since timestamp with time zone, probe_device_id text, probe_token text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT p.platform, p.reason, p.paused_since, d.device_id, d.token
  FROM shift_reminders.channel_platforms p
  LEFT JOIN LATERAL (SELECT x.device_id, x.token FROM shift_reminders.devices x WHERE x.platform = p.platform LIMIT 1) d ON true
  WHERE p.channel = paused_platforms.channel
$$;

CREATE FUNCTION shift_reminders.people_named(ids uuid[]) RETURNS TABLE(user_id uuid, display_name text, locale text, reminders_off boolean, devices integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT i.id, p.display_name, p.locale, coalesce(p.reminders_off, false),
    (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = i.id)
  FROM unnest(ids) AS i(id)
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = i.id LIMIT 1) p ON true
$$;

CREATE FUNCTION shift_reminders.people_table() RETURNS regclass
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(to_regclass('public.profiles'), to_regclass('public.people'), to_regclass('public.users'), to_regclass('public.employees'))
$$;

CREATE FUNCTION shift_reminders.platform_probed(channel text, platform text, ok boolean, reason text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
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
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
  ELSE
    UPDATE shift_reminders.channel_platforms p SET last_probe_at = at, reason = coalesce(platform_probed.reason, p.reason)
    WHERE p.channel = platform_probed.channel AND p.platform = platform_probed.platform;
  END IF;
END
$$;

CREATE FUNCTION shift_reminders.preview_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean) RETURNS TABLE(reminder_id bigint, result text, sentence text, devices integer, had_it integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT j.reminder_id, j.result, j.sentence, j.devices, j.had_it
  FROM shift_reminders.judge_resend(ids, target, although_checked_in, although_begun, shift_reminders.clock()) j ORDER BY j.reminder_id
$$;

CREATE FUNCTION shift_reminders.preview_rule(kind text, new_anchor text, new_lead interval, new_grace interval, new_skip_type text, new_enabled boolean) RETURNS TABLE(effect text, reminders integer, examples text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET row_security TO 'off'
    AS $_$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  ahead interval := shift_reminders.setting('look_ahead')::interval;
BEGIN
  RETURN QUERY
    SELECT j.effect, count(*)::integer, jsonb_agg(j.example ORDER BY j.old_due) FILTER (WHERE j.place <= 5)::text
    FROM (
      SELECT x.effect, x.old_due, row_number() OVER (PARTITION BY x.effect ORDER BY x.old_due, x.reminder_id) AS place,
        jsonb_build_object('reminder', x.reminder_id, 'shift', q.schedule_id, 'person', p.display_name, 'old', x.old_due, 'new', x.new_due) AS example
      FROM shift_reminders.judge_rule_change(kind, shift_reminders.in_hours(new_lead), shift_reminders.in_hours(new_grace), new_enabled) x
      JOIN public.scheduled_notifications q ON q.id = x.reminder_id
      LEFT JOIN LATERAL (SELECT y.display_name FROM shift_reminders.people y WHERE y.user_id = q.user_id LIMIT 1) p ON true) j
    GROUP BY j.effect;

  IF new_enabled THEN
    RETURN QUERY EXECUTE format($sql$
      SELECT 'fresh', count(*)::integer, (jsonb_agg(jsonb_build_object('shift', f.schedule_id, 'person', f.display_name, 'new', f.due) ORDER BY f.due)
                                          FILTER (WHERE f.place <= 5))::text
      FROM (
        SELECT s.schedule_id, p.display_name, shift_reminders.due_at(s.%1$I, $1) AS due, row_number() OVER (ORDER BY s.%1$I, s.schedule_id) AS place
        FROM shift_reminders.shifts s
        LEFT JOIN LATERAL (SELECT y.display_name, y.reminders_off FROM shift_reminders.people y WHERE y.user_id = s.user_id LIMIT 1) p ON true
        WHERE s.%1$I > shift_reminders.anchor_due_at($3 - $2, $1) AND s.%1$I <= shift_reminders.anchor_due_at($3 + $4, $1)
          AND shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, s.%1$I) IS NULL
          -- What the stored rule reaches anyway is no effect of saving.
          AND NOT EXISTS (SELECT 1 FROM shift_reminders.rules r WHERE r.notify_type = $5 AND r.enabled
                          AND s.%1$I > shift_reminders.anchor_due_at($3 - r.grace, r.lead) AND s.%1$I <= shift_reminders.anchor_due_at($3 + $4, r.lead))
          AND s.user_id IS NOT NULL AND NOT coalesce(p.reminders_off, false)
          AND NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                          WHERE q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = $5)
          AND NOT EXISTS (SELECT 1 FROM shift_reminders.attendance a WHERE a.schedule_id = s.schedule_id AND a.type = $6
                          AND shift_reminders.logged_for(a.user_id, s.user_id))) f
      HAVING count(*) > 0 $sql$, CASE new_anchor WHEN 'end' THEN 'end_at' ELSE 'start_at' END)
      USING shift_reminders.in_hours(new_lead), shift_reminders.in_hours(new_grace), at, ahead, kind, new_skip_type;
  END IF;
END
$_$;

CREATE FUNCTION shift_reminders.processor_beat(worker text, host text, version text, channel text, trouble text DEFAULT NULL::text) RETURNS TABLE(alive integer, paused boolean, channel_down text, seconds_since_tick double precision, seconds_since_stand_in double precision)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  INSERT INTO shift_reminders.processors AS p (name, host, version, channel, started_at, last_seen_at, trouble, trouble_since)
  VALUES (processor_beat.worker, processor_beat.host, processor_beat.version, processor_beat.channel, at, at,
    left(processor_beat.trouble, 300), CASE WHEN processor_beat.trouble IS NOT NULL THEN at END)
  ON CONFLICT (name) DO UPDATE SET last_seen_at = at, channel = excluded.channel, version = excluded.version, host = excluded.host,
    trouble = excluded.trouble, trouble_since = CASE WHEN excluded.trouble IS NOT NULL THEN coalesce(p.trouble_since, at) END;
  RETURN QUERY SELECT
    (SELECT count(*)::integer FROM shift_reminders.processors p WHERE shift_reminders.is_alive(p.last_seen_at, at)
       AND p.channel = processor_beat.channel),
    shift_reminders.paused(at),
    (SELECT coalesce(c.reason, 'down') FROM shift_reminders.channels c WHERE c.channel = processor_beat.channel AND c.state = 'down'),
    (SELECT extract(epoch FROM at - max(h.started_at))::double precision FROM shift_reminders.heartbeats h WHERE NOT h.busy AND h.error IS NULL),
    -- Longer ago it says nothing, and every beat would look through all ticks for it.
    (SELECT extract(epoch FROM at - max(h.started_at))::double precision FROM shift_reminders.heartbeats h
     WHERE NOT h.busy AND h.source = 'watchdog' AND h.started_at > at - interval '10 minutes');
END
$$;

CREATE FUNCTION shift_reminders.prove_session(session uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
BEGIN
  UPDATE shift_reminders.sessions s SET authenticated_at = shift_reminders.clock(), last_used_at = shift_reminders.clock()
  WHERE s.id = session AND EXISTS (SELECT FROM shift_reminders.live_sessions() l WHERE l.id = session);
  RETURN FOUND;
END
$$;

CREATE FUNCTION shift_reminders.purge(batch_size integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET "DateStyle" TO 'ISO, YMD'
    AS $_$
DECLARE
  at timestamptz := shift_reminders.clock();
  keep_reminders interval := shift_reminders.setting('keep_reminders')::interval;
  keep_runs interval := shift_reminders.setting('keep_runs')::interval;
  reached timestamptz := shift_reminders.setting('purge_reached')::timestamptz;
  last timestamptz;
  gone bigint[];
  nids text[];
  purged integer;
  more integer;
BEGIN
  LOOP
    -- From where the last batch ended: what it deleted stays in the index until a vacuum, and each batch would read past
    -- all of that. Only what is final: an open reminder is never forgotten.
    SELECT array_agg(l.id), array_agg(shift_reminders.notification_id(l.schedule_id, l.user_id, l.notify_type)), max(l.scheduled_for)
    INTO gone, nids, last FROM (
      SELECT q.id, q.schedule_id, q.user_id, q.notify_type, q.scheduled_for FROM public.scheduled_notifications q
      WHERE q.scheduled_for >= reached AND q.scheduled_for < at - keep_reminders AND q.processed
      ORDER BY q.scheduled_for, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
    EXIT WHEN gone IS NOT NULL OR reached = '-infinity';
    -- Once more from the old end, for what was open or locked when a batch went by.
    reached := '-infinity';
  END LOOP;
  purged := coalesce(cardinality(gone), 0);
  UPDATE shift_reminders.settings s SET value = coalesce(last, '-infinity')::text, updated_at = at
  WHERE s.key = 'purge_reached' AND s.value::timestamptz <> coalesce(last, '-infinity');
  IF purged > 0 THEN
    DELETE FROM shift_reminders.attempts a WHERE a.reminder_id = ANY (gone);
    DELETE FROM shift_reminders.generations g WHERE g.reminder_id = ANY (gone);
    DELETE FROM public.notification_pushes p WHERE p.notification_id = ANY (nids);
    DELETE FROM public.scheduled_notifications q WHERE q.id = ANY (gone);
    UPDATE shift_reminders.settings s SET value = greatest(s.value::timestamptz, at - keep_reminders)::text, updated_at = at WHERE s.key = 'purged_before';
  END IF;

  -- The last tick without an error, and pg_cron's last one, stay, however old: their age is the alarm.
  DELETE FROM shift_reminders.heartbeats h WHERE h.id IN (
    SELECT x.id FROM shift_reminders.heartbeats x WHERE x.started_at < at - keep_runs
      AND x.id IS DISTINCT FROM (SELECT c.id FROM shift_reminders.heartbeats c
                                 WHERE c.source = 'cron' AND NOT c.busy AND c.error IS NULL ORDER BY c.started_at DESC LIMIT 1)
      AND x.id IS DISTINCT FROM (SELECT c.id FROM shift_reminders.heartbeats c
                                 WHERE NOT c.busy AND c.error IS NULL ORDER BY c.started_at DESC LIMIT 1)
    ORDER BY x.started_at LIMIT batch_size);
  GET DIAGNOSTICS more = ROW_COUNT;
  purged := purged + more;
  DELETE FROM shift_reminders.processors p WHERE p.last_seen_at < at - interval '1 day';
  DELETE FROM shift_reminders.channel_results r WHERE r.slot_at < at - interval '1 hour';
  purged := purged + shift_reminders.purge_dead_devices(shift_reminders.setting('keep_dead_devices')::interval, batch_size);
  purged := purged + shift_reminders.purge_sandbox(shift_reminders.setting('keep_sandbox')::interval, batch_size);
  purged := purged + shift_reminders.purge_sessions(shift_reminders.setting('keep_sessions')::interval, batch_size);

  IF shift_reminders.cron_available() THEN
    BEGIN
      -- Runs that a restart cut off have no end; the only index is on runid, so the old end is looked at in runid order.
      EXECUTE $sql$
        DELETE FROM cron.job_run_details d WHERE d.runid IN (
          SELECT x.runid FROM (SELECT r.runid, r.start_time, r.end_time, r.database FROM cron.job_run_details r ORDER BY r.runid LIMIT $2) x
          WHERE coalesce(x.end_time, x.start_time) < $1 AND x.database = current_database()) $sql$
        USING at - keep_runs, batch_size;
      GET DIAGNOSTICS more = ROW_COUNT;
      purged := purged + more;
    EXCEPTION WHEN insufficient_privilege THEN
      NULL; -- pg_cron's history is then somebody else's to keep small; check says so.
    END;
  END IF;
  RETURN purged;
END
$_$;

CREATE FUNCTION shift_reminders.purge_dead_devices(older_than interval, batch_size integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  WITH purged AS (
    DELETE FROM shift_reminders.dead_devices d WHERE d.device_id IN (
      SELECT o.device_id FROM shift_reminders.dead_devices o
      WHERE o.died_at < shift_reminders.clock() - older_than
      ORDER BY o.died_at LIMIT batch_size FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::integer FROM purged
$$;

CREATE FUNCTION shift_reminders.purge_sandbox(older_than interval, batch_size integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  WITH purged AS (
    DELETE FROM shift_reminders.sandbox_pushes p WHERE (p.device_id, p.tag) IN (
      SELECT o.device_id, o.tag FROM shift_reminders.sandbox_pushes o
      WHERE o.received_at < shift_reminders.clock() - older_than
      ORDER BY o.received_at LIMIT batch_size FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::integer FROM purged
$$;

CREATE FUNCTION shift_reminders.purge_sessions(older_than interval, batch_size integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  WITH purged AS (
    DELETE FROM shift_reminders.sessions s WHERE s.id IN (
      SELECT o.id FROM shift_reminders.sessions o
      WHERE o.ends_at < shift_reminders.clock() - older_than
      ORDER BY o.ends_at LIMIT batch_size FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::integer FROM purged
$$;

CREATE FUNCTION shift_reminders.queue_metrics() RETURNS TABLE(pending bigint, due bigint, sending bigint, failed_last_day bigint, oldest_due_seconds double precision, seconds_since_tick double precision, seconds_since_cron_tick double precision, paused boolean, processors_alive integer, channels_down integer, platforms_paused integer, alarms integer, retrying bigint, oldest_unclaimed_seconds double precision, channels_failing integer, channels_impaired integer, failed_share double precision, seconds_since_accepted double precision)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET row_security TO 'off'
    AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  RETURN QUERY SELECT
    (SELECT count(*) FROM shift_reminders.open_reminders() q WHERE q.state = 'pending'),
    (SELECT count(*) FROM shift_reminders.open_reminders() q
     WHERE q.state = 'pending' AND q.next_attempt_at <= at AND q.scheduled_for <= at),
    (SELECT count(*) FROM public.scheduled_notifications q WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.state = 'sending'),
    (SELECT count(*) FROM public.scheduled_notifications q
     WHERE q.processed AND q.reason <> 'accepted' AND shift_reminders.ended_unsent(q.reason) = 'failed' AND q.scheduled_for > at - interval '1 day'),
    greatest(coalesce(extract(epoch FROM at - shift_reminders.oldest_due_at(at)), 0), 0)::double precision,
    (SELECT extract(epoch FROM at - h.started_at)::double precision FROM shift_reminders.heartbeats h
     WHERE NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1),
    -- NULL, and so no alert, where pg_cron has never ticked: there the watchdog is the scheduler.
    (SELECT extract(epoch FROM at - h.started_at)::double precision FROM shift_reminders.heartbeats h
     WHERE h.source = 'cron' AND NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1),
    shift_reminders.paused(at),
    (SELECT count(*)::integer FROM shift_reminders.processors p WHERE shift_reminders.is_alive(p.last_seen_at, at)),
    (SELECT count(*)::integer FROM shift_reminders.channels c WHERE c.state = 'down'),
    (SELECT count(*)::integer FROM shift_reminders.channel_platforms),
    (SELECT count(*)::integer FROM shift_reminders.channels c WHERE c.alarm IS NOT NULL),
    (SELECT count(*) FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NOT NULL AND q.scheduled_for <= at AND q.next_attempt_at > at AND q.expires_at > at),
    greatest(coalesce(extract(epoch FROM at - shift_reminders.oldest_waiting_at(at)), 0), 0)::double precision,
    x.failing, x.impaired,
    (SELECT coalesce(max(f.failed::double precision / f.attempts), 0) FROM shift_reminders.channel_failures(at) f WHERE f.platform IS NULL),
    (SELECT min(extract(epoch FROM at - c.last_accepted_at))::double precision FROM shift_reminders.channels c
     WHERE EXISTS (SELECT FROM shift_reminders.processors p WHERE p.channel = c.channel AND shift_reminders.is_alive(p.last_seen_at, at)))
  FROM (
    SELECT (count(DISTINCT t.channel) FILTER (WHERE t.is_down AND t.platform IS NULL AND t.kind <> 'refused'))::integer AS failing,
      (count(DISTINCT t.channel) FILTER (WHERE NOT t.is_down OR t.platform IS NOT NULL))::integer AS impaired
    FROM shift_reminders.channel_trouble(at) t) x;
END
$$;

CREATE FUNCTION shift_reminders.rearm(candidates bigint[], at timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  wanted bigint[];
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
         array_agg(shift_reminders.due_at(l.live_anchor, l.lead)) FILTER (WHERE l.state <> 'sending') AS dues,
         array_agg(shift_reminders.expires_at(l.live_anchor, l.lead, l.grace)) FILTER (WHERE l.state <> 'sending') AS expiries,
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

CREATE FUNCTION shift_reminders.record_accepted(channel text, reminder_ids bigint[], claim_tokens uuid[], devices jsonb[], ages_ms integer[], latencies_ms integer[]) RETURNS integer[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    SET row_security TO 'off'
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
    PERFORM shift_reminders.count_accepted(record_accepted.channel, devices, recorded, at);
    PERFORM shift_reminders.notify_pages(at);
  END IF;
  RETURN coalesce(recorded, '{}');
END
$$;

CREATE FUNCTION shift_reminders.record_attempts(worker text, channel text, reminder_ids bigint[], claim_tokens uuid[], generations integer[], attempts integer[], device_of integer[], device_ids text[], platforms text[], outcomes text[], codes text[], http_statuses integer[], message_ids text[], latencies_ms integer[], retry_after_s double precision[], details text[], ages_ms integer[] DEFAULT NULL::integer[]) RETURNS TABLE(reminder_id bigint, state text, reason text, retry_in double precision, fenced boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET row_security TO 'off'
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
    SELECT array_agg(i.place::integer) INTO known
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
      SELECT array_agg(q.id) AS ids, array_agg(d.moved_to) AS anchors, array_agg(shift_reminders.due_at(d.moved_to, u.lead)) AS dues,
             array_agg(shift_reminders.expires_at(d.moved_to, u.lead, u.grace)) AS expiries, array_agg('the shift moved while it was sending'::text) AS whys
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

CREATE FUNCTION shift_reminders.record_audit(actor text, act text, subject text, why text DEFAULT NULL::text, before jsonb DEFAULT NULL::jsonb, after jsonb DEFAULT NULL::jsonb) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  INSERT INTO shift_reminders.audit (at, actor, act, subject, why, before, after)
  VALUES (shift_reminders.clock(), record_audit.actor, record_audit.act, record_audit.subject,
          NULLIF(pg_catalog.btrim(record_audit.why), ''), record_audit.before, record_audit.after)
  RETURNING id
$$;

CREATE FUNCTION shift_reminders.record_late(results shift_reminders.result[], worker text, channel text, at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
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

CREATE FUNCTION shift_reminders.record_resend(ids bigint[], actor text, why text, wishes jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  whole bigint;
BEGIN
  IF cardinality(ids) > 1 THEN
    whole := shift_reminders.record_audit(actor, 'resend', cardinality(ids) || ' reminders', why, NULL, wishes);
  END IF;
  INSERT INTO shift_reminders.audit (at, actor, act, subject, why, before, after, part_of, reminder_id, generation)
  SELECT shift_reminders.clock(), record_resend.actor, 'resend', 'reminder ' || q.id, btrim(record_resend.why),
    jsonb_build_object('state', q.state, 'reason', q.reason, 'generation', q.generation),
    jsonb_build_object('state', 'pending', 'generation', q.generation + 1) || wishes, whole, q.id, q.generation + 1
  FROM public.scheduled_notifications q WHERE q.id = ANY (ids) ORDER BY q.id;
END
$$;

CREATE FUNCTION shift_reminders.refresh_host_contract() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  host      record;
  id_type   text;
  log_type  text;
  people    regclass;
  person_id text;
  person    text;
  is_active text := 'true';
BEGIN
  IF shift_reminders.setting('host_contract') = 'custom' THEN
    IF pg_catalog.to_regclass('shift_reminders.devices') IS NULL THEN
      PERFORM shift_reminders.write_contract_views();
    END IF;
    RETURN;
  END IF;

  FOR host IN SELECT * FROM (VALUES ('public.duty_schedules', 'the shifts'),
                                    ('public.attendance_logs', 'check-ins and check-outs'),
                                    ('public.fcm_tokens', 'the phones'))
                       AS t(name, holds) LOOP
    IF pg_catalog.to_regclass(host.name) IS NULL THEN
      RAISE EXCEPTION 'Shift Reminders needs table % (%), and it does not exist.', host.name, host.holds
        USING ERRCODE = 'SR001',
              HINT = 'Migrate the database of the shift app, or write your own host contract: Database/README.md, "The host contract".';
    END IF;
  END LOOP;

  id_type := shift_reminders.require_host_column('public.duty_schedules', 'id', 'bigint', 'integer', 'smallint');
  PERFORM shift_reminders.require_host_column('public.duty_schedules', 'assigned_user_id', 'uuid');
  PERFORM shift_reminders.require_host_column('public.duty_schedules', 'start_at', 'timestamp with time zone');
  PERFORM shift_reminders.require_host_column('public.duty_schedules', 'end_at', 'timestamp with time zone');
  log_type := shift_reminders.require_host_column('public.attendance_logs', 'schedule_id', 'bigint', 'integer', 'smallint');
  PERFORM shift_reminders.require_host_column('public.attendance_logs', 'type', 'any');
  PERFORM shift_reminders.require_host_column('public.fcm_tokens', 'user_id', 'uuid');
  PERFORM shift_reminders.require_host_column('public.fcm_tokens', 'token', 'text', 'character varying');

  -- Result types follow the host's (a cast of an integer id to bigint would defeat its index), so replace is not enough.
  DROP VIEW IF EXISTS shift_reminders.shifts, shift_reminders.attendance, shift_reminders.devices, shift_reminders.people;
  DROP FUNCTION IF EXISTS shift_reminders.host_shifts(), shift_reminders.host_attendance(),
                          shift_reminders.host_devices(), shift_reminders.host_people();

  -- A shift counts unless its status says otherwise; a status that we do not know reminds rather than not.
  IF shift_reminders.optional_host_column('status of a shift') IS NOT NULL THEN
    -- COLLATE "C": these are ASCII words, and the rules of a language take longer than the look-up of the shift.
    is_active := $sql$(s.status IS NULL OR pg_catalog.lower(s.status::text COLLATE "C") NOT IN
      ('cancelled', 'canceled', 'deleted', 'removed', 'inactive', 'rejected', 'declined', 'draft', 'archived'))$sql$;
  END IF;
  IF shift_reminders.optional_host_column('removal of a shift') IS NOT NULL THEN
    is_active := is_active || ' AND s.deleted_at IS NULL';
  END IF;
  EXECUTE pg_catalog.format($sql$
    CREATE OR REPLACE FUNCTION shift_reminders.host_shifts()
    RETURNS TABLE (schedule_id %s, user_id uuid, start_at timestamptz, end_at timestamptz, is_active boolean, label text, time_zone text)
    LANGUAGE sql STABLE ROWS 100000 AS 'SELECT s.id, s.assigned_user_id, s.start_at, s.end_at, %s, %s, %s FROM public.duty_schedules s'
    $sql$, id_type, pg_catalog.replace(is_active, '''', ''''''),
    coalesce('s.' || shift_reminders.optional_host_column('label of a shift') || '::text', 'NULL::text'),
    coalesce('s.' || shift_reminders.optional_host_column('time zone of a shift') || '::text', 'NULL::text'));

  EXECUTE pg_catalog.format($sql$
    CREATE FUNCTION shift_reminders.host_attendance()
    RETURNS TABLE (schedule_id %s, user_id uuid, type text, logged_at timestamptz)
    LANGUAGE sql STABLE ROWS 100000 AS 'SELECT a.schedule_id, %s,
      -- However the host spells them: CHECK_IN, checkIn, check-in.
      CASE pg_catalog.translate(pg_catalog.lower(a.type::text COLLATE "C"), ''_- '', '''')
        WHEN ''checkin'' THEN ''check_in'' WHEN ''checkout'' THEN ''check_out'' ELSE a.type::text END,
      %s FROM public.attendance_logs a%s'
    $sql$, log_type,
    coalesce('a.' || shift_reminders.optional_host_column('person of a check-in') || '::uuid', 'NULL::uuid'),
    coalesce('a.' || shift_reminders.optional_host_column('time of a check-in') || '::timestamptz', 'NULL::timestamptz'),
    ' WHERE a.' || shift_reminders.optional_host_column('removal of a check-in') || ' IS NULL');

  EXECUTE pg_catalog.format($sql$
    CREATE FUNCTION shift_reminders.host_devices()
    RETURNS TABLE (user_id uuid, token text, platform text, updated_at timestamptz)
    LANGUAGE sql STABLE ROWS 100000 AS 'SELECT d.user_id, d.token%s, %s, %s FROM public.fcm_tokens d%s'
    $sql$,
    CASE WHEN shift_reminders.require_host_column('public.fcm_tokens', 'token', 'any') = 'text' THEN '' ELSE '::text' END,
    coalesce('pg_catalog.lower(d.' || shift_reminders.optional_host_column('platform of a phone') || '::text COLLATE "C")', 'NULL::text'),
    coalesce('d.' || shift_reminders.optional_host_column('age of a phone''s registration') || '::timestamptz', 'NULL::timestamptz'),
    shift_reminders.last_owner_alone());

  people := shift_reminders.people_table();
  person_id := CASE WHEN people IS NOT NULL THEN (
    SELECT a.attname::text FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = people AND a.attname IN ('user_id', 'id') AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
    ORDER BY a.attname DESC LIMIT 1) END;
  person := 'SELECT NULL::uuid, NULL::text, NULL::text, false WHERE false';
  IF person_id IS NOT NULL THEN
    person := pg_catalog.format('SELECT p.%I, %s, %s, %s FROM %s p', person_id,
      coalesce('p.' || shift_reminders.optional_host_column('name of a person') || '::text', 'NULL::text'),
      coalesce('p.' || shift_reminders.optional_host_column('locale of a person') || '::text', 'NULL::text'),
      coalesce(nullif(pg_catalog.concat_ws(' OR ',
        'coalesce(p.' || shift_reminders.optional_host_column('wish for no reminders') || ', false)',
        'coalesce(p.' || shift_reminders.optional_host_column('leave of a person') || ', false)'), ''), 'false'),
      people::text);
  END IF;
  EXECUTE pg_catalog.format($sql$
    CREATE FUNCTION shift_reminders.host_people()
    RETURNS TABLE (user_id uuid, display_name text, locale text, reminders_off boolean)
    LANGUAGE sql STABLE ROWS 10000 AS %L $sql$, person);

  PERFORM shift_reminders.write_contract_views();

  PERFORM shift_reminders.write_host_helpers();

  -- New functions are open to PUBLIC by PostgreSQL's default.
  REVOKE ALL ON FUNCTION shift_reminders.host_shifts(), shift_reminders.host_attendance(), shift_reminders.host_devices(),
    shift_reminders.host_people() FROM PUBLIC;
END
$_$;

CREATE FUNCTION shift_reminders.release_marks(decided shift_reminders.decision[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
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

CREATE FUNCTION shift_reminders.release_reminders(reminder_ids bigint[], claim_tokens uuid[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '2s'
    SET row_security TO 'off'
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
    SELECT q.id, q.generation, shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type) AS nid
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

CREATE FUNCTION shift_reminders.reminder_faces(ids bigint[]) RETURNS TABLE(reminder_id bigint, display_name text, start_at timestamp with time zone, end_at timestamp with time zone, label text, time_zone text, devices text[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT q.id, p.display_name, shift_reminders.showable(s.start_at), shift_reminders.showable(s.end_at), s.label, s.time_zone,
    CASE
      WHEN q.attempt_count > 0 THEN ARRAY(
        SELECT t.outcome FROM (
          SELECT DISTINCT ON (e->>'device') e->>'device' AS device, e->>'outcome' AS outcome
          FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) e
          WHERE a.reminder_id = q.id AND a.generation = q.generation
          ORDER BY e->>'device', a.attempt DESC) t
        ORDER BY t.outcome, t.device)
      WHEN q.state IN ('pending', 'sending') THEN ARRAY(
        SELECT 'untried' FROM shift_reminders.devices d WHERE d.user_id = q.user_id)
      ELSE '{}'
    END
  FROM public.scheduled_notifications q
  LEFT JOIN LATERAL (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = q.user_id LIMIT 1) p ON true
  -- A shift that was given to somebody else since is still the shift that this reminder was about.
  LEFT JOIN LATERAL (SELECT x.start_at, x.end_at, x.label, x.time_zone FROM shift_reminders.shifts x
    WHERE x.schedule_id = q.schedule_id ORDER BY (x.user_id = q.user_id) DESC NULLS LAST LIMIT 1) s ON true
  WHERE q.id = ANY (ids)
$$;

CREATE FUNCTION shift_reminders.remove_rule(kind text, read_at timestamp with time zone, actor text, why text) RETURNS TABLE(result text, sentence text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  known shift_reminders.rules;
  ended integer;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  SELECT * INTO known FROM shift_reminders.rules r WHERE r.notify_type = kind FOR UPDATE;
  IF known.notify_type IS NULL THEN
    result := 'gone'; sentence := format('There is no rule %s any more.', kind);
  ELSIF known.updated_at <> read_at THEN
    result := 'conflict'; sentence := format('%s has saved this rule meanwhile. Nothing was removed: look at it again.', coalesce(known.updated_by, 'Somebody'));
  ELSE
    PERFORM shift_reminders.record_audit(actor, 'remove rule', 'rule ' || kind, why, shift_reminders.rule_as_json(kind), NULL);
    UPDATE public.scheduled_notifications q SET
      state = CASE WHEN q.accepted_at IS NULL THEN 'cancelled' ELSE 'sent' END,
      reason = CASE WHEN q.accepted_at IS NULL THEN 'rule_disabled' ELSE 'partial' END,
      processed = true, processed_at = at
    WHERE q.id IN (SELECT o.id FROM shift_reminders.open_reminders() o WHERE o.notify_type = kind) AND q.state = 'pending';
    GET DIAGNOSTICS ended = ROW_COUNT;
    DELETE FROM shift_reminders.rules r WHERE r.notify_type = kind;
    PERFORM shift_reminders.notify_pages(at);
    result := 'ok'; sentence := format('Removed. %s waiting reminders were cancelled.', ended);
  END IF;
  RETURN NEXT;
END
$$;

CREATE FUNCTION shift_reminders.remove_test_batch(batch bigint, actor text, why text) RETURNS TABLE(shifts integer, reminders integer, kept integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
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
  SELECT coalesce(array_agg(l.id), '{}'), array_agg(shift_reminders.notification_id(l.schedule_id, l.user_id, l.notify_type)) INTO ids, nids FROM (
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

CREATE FUNCTION shift_reminders.repeated_shift_ids() RETURNS TABLE(ids bigint, example bigint)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  is_custom boolean := shift_reminders.setting('host_contract') = 'custom';
BEGIN
  RETURN QUERY
    SELECT count(*), min(r.schedule_id)::bigint FROM (
      SELECT s.schedule_id FROM shift_reminders.shifts s
      WHERE s.start_at > at - interval '1 day' AND s.start_at < at + interval '7 days'
      GROUP BY s.schedule_id, CASE WHEN is_custom THEN s.user_id END HAVING count(*) > 1) r;
EXCEPTION WHEN OTHERS THEN
  RETURN;
END
$$;

CREATE FUNCTION shift_reminders.require_host_column(host_table text, column_name text, VARIADIC types text[]) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  found_type text;
BEGIN
  SELECT pg_catalog.format_type(a.atttypid, NULL) INTO found_type
  FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = pg_catalog.to_regclass(host_table) AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
  IF found_type IS NULL THEN
    RAISE EXCEPTION 'Shift Reminders needs column %.%, and it does not exist.', host_table, column_name
      USING ERRCODE = 'SR001',
            HINT = 'Create it, or write your own host contract: Database/README.md, "The host contract".';
  END IF;
  IF NOT found_type = ANY (types) AND NOT 'any' = ANY (types) THEN
    RAISE EXCEPTION 'Column %.% is %, and Shift Reminders needs %.',
      host_table, column_name, found_type, pg_catalog.array_to_string(types, ' or ')
      USING ERRCODE = 'SR001',
            HINT = 'Change the column, or write your own host contract: Database/README.md, "The host contract".';
  END IF;
  RETURN found_type;
END
$$;

CREATE FUNCTION shift_reminders.require_why(actor text, why text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF coalesce(btrim(actor), '') = '' OR coalesce(btrim(why), '') = '' THEN
    RAISE EXCEPTION 'Who acts, and why, is missing.' USING ERRCODE = 'SR002', HINT = 'Give an actor and a reason.';
  END IF;
END
$$;

CREATE FUNCTION shift_reminders.resend_reminders(ids bigint[], target text, actor text, why text, although_checked_in boolean DEFAULT false, although_begun boolean DEFAULT false) RETURNS TABLE(reminder_id bigint, result text, sentence text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
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
    PERFORM shift_reminders.record_resend(chosen.ids, actor, why, jsonb_build_object('target', resend_reminders.target,
      'although_checked_in', resend_reminders.although_checked_in, 'although_begun', resend_reminders.although_begun));
    PERFORM shift_reminders.begin_generation(chosen.ids, chosen.anchors, chosen.dues, chosen.expiries, chosen.whys, at,
      resend_reminders.target, actor, resend_reminders.although_checked_in, resend_reminders.although_begun);
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
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

CREATE FUNCTION shift_reminders.resume_reminders(actor text, why text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
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
  PERFORM shift_reminders.hint('shift_reminders_due', '0');
  PERFORM shift_reminders.notify_pages(at);
  RETURN true;
END
$$;

CREATE FUNCTION shift_reminders.rule_as_json(kind text) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT to_jsonb(r) - 'updated_at' - 'updated_by' - 'watched_since' || jsonb_build_object('texts', (
    SELECT jsonb_object_agg(t.locale, jsonb_build_object('title', t.title, 'body', t.body))
    FROM shift_reminders.rule_texts t WHERE t.notify_type = r.notify_type))
  FROM shift_reminders.rules r WHERE r.notify_type = kind
$$;

CREATE FUNCTION shift_reminders.run_enqueue_by_hand(actor text, why text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
DECLARE
  added integer;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  added := public.enqueue_due_shift_notifications('manual');
  PERFORM shift_reminders.record_audit(actor, 'run enqueue', 'enqueue_due_shift_notifications', why, NULL, jsonb_build_object('result', added));
  RETURN added;
END
$$;

CREATE FUNCTION shift_reminders.sample_shifts(most integer) RETURNS TABLE(schedule_id bigint, display_name text, locale text, start_at timestamp with time zone, end_at timestamp with time zone, label text, time_zone text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT s.schedule_id::bigint, p.display_name, coalesce(shift_reminders.locale_of(p.locale), shift_reminders.setting('site_locale')),
    s.start_at, s.end_at, s.label, coalesce(s.time_zone, shift_reminders.setting('site_time_zone'))
  FROM (SELECT * FROM shift_reminders.shifts x WHERE x.start_at > shift_reminders.clock() - interval '12 hours' AND x.is_active
        AND x.user_id IS NOT NULL AND x.end_at >= x.start_at AND shift_reminders.showable(x.end_at) IS NOT NULL ORDER BY x.start_at LIMIT least(most, 100)) s
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = s.user_id LIMIT 1) p ON true
  ORDER BY s.start_at, s.schedule_id
$$;

CREATE FUNCTION shift_reminders.sandbox_answer(device text, only_asked boolean, OUT outcome text, OUT latency interval) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
DECLARE
  behaviour shift_reminders.sandbox_behaviours;
BEGIN
  SELECT * INTO behaviour FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = device FOR UPDATE;
  outcome := coalesce(behaviour.outcome, 'accepted');
  latency := coalesce(behaviour.latency, interval '0');
  IF only_asked OR behaviour.remaining IS NULL THEN
    RETURN;
  ELSIF behaviour.remaining = 1 THEN
    DELETE FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = device;
  ELSE
    UPDATE shift_reminders.sandbox_behaviours b SET remaining = b.remaining - 1 WHERE b.device_id = device;
  END IF;
END
$$;

CREATE FUNCTION shift_reminders.sandbox_behave(device_id text, outcome text, remaining integer, latency interval, actor text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
DECLARE
  before shift_reminders.sandbox_behaviours;
BEGIN
  SELECT * INTO before FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = sandbox_behave.device_id FOR UPDATE;
  PERFORM shift_reminders.record_audit(actor, 'tell a simulated phone how to answer', 'device ' || sandbox_behave.device_id, NULL,
    jsonb_build_object('outcome', coalesce(before.outcome, 'accepted'), 'times', before.remaining, 'latency', before.latency),
    jsonb_build_object('outcome', coalesce(sandbox_behave.outcome, 'accepted'), 'times', sandbox_behave.remaining, 'latency', sandbox_behave.latency));
  IF sandbox_behave.outcome IS NULL
     OR (sandbox_behave.outcome = 'accepted' AND coalesce(sandbox_behave.latency, interval '0') = interval '0') THEN
    DELETE FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = sandbox_behave.device_id;
    RETURN;
  END IF;
  INSERT INTO shift_reminders.sandbox_behaviours (device_id, outcome, remaining, latency, set_by, set_at)
  VALUES (sandbox_behave.device_id, sandbox_behave.outcome, sandbox_behave.remaining,
    coalesce(sandbox_behave.latency, interval '0'), actor, shift_reminders.clock())
  ON CONFLICT ON CONSTRAINT sandbox_behaviours_pkey DO UPDATE SET
    outcome = excluded.outcome, remaining = excluded.remaining, latency = excluded.latency,
    set_by = excluded.set_by, set_at = excluded.set_at;
END
$$;

CREATE FUNCTION shift_reminders.sandbox_clear(person uuid, actor text DEFAULT NULL::text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
DECLARE
  cleared integer;
BEGIN
  DELETE FROM shift_reminders.sandbox_pushes p WHERE p.user_id = person;
  GET DIAGNOSTICS cleared = ROW_COUNT;
  PERFORM shift_reminders.record_audit(coalesce(actor, 'Shift Reminders'), 'clear simulated phones', 'person ' || person,
    NULL, NULL, jsonb_build_object('cleared', cleared));
  RETURN cleared;
END
$$;

CREATE FUNCTION shift_reminders.sandbox_probe() RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
DECLARE
  device text := (SELECT b.device_id FROM shift_reminders.sandbox_behaviours b
                  WHERE b.outcome = 'project_credentials' ORDER BY b.set_at, b.device_id LIMIT 1);
BEGIN
  RETURN CASE WHEN device IS NULL THEN 'accepted' ELSE (SELECT a.outcome FROM shift_reminders.sandbox_answer(device, false) a) END;
END
$$;

CREATE FUNCTION shift_reminders.sandbox_receive(notification_id text, generation integer, tag text, title text, body text, data jsonb, dry_run boolean, device_ids text[], user_ids uuid[], platforms text[]) RETURNS TABLE(place integer, outcome text, latency interval)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
DECLARE
  device record;
  now timestamptz := shift_reminders.clock();
BEGIN
  -- In the devices' order, so that two pushes to the same phones cannot lock each other out.
  FOR device IN
    SELECT d.ordinality::integer AS place, d.id, d.person, d.platform
    FROM ROWS FROM (pg_catalog.unnest(device_ids), pg_catalog.unnest(user_ids), pg_catalog.unnest(platforms))
      WITH ORDINALITY AS d(id, person, platform, ordinality)
    ORDER BY d.id, d.ordinality
  LOOP
    place := device.place;
    SELECT a.outcome, a.latency INTO sandbox_receive.outcome, sandbox_receive.latency
    FROM shift_reminders.sandbox_answer(device.id, dry_run) a;
    -- An unknown outcome is one whose answer was lost: the phone has it, and the retry shows that it collapses.
    IF NOT dry_run AND sandbox_receive.outcome IN ('accepted', 'unknown') THEN
      INSERT INTO shift_reminders.sandbox_pushes AS p
        (device_id, tag, notification_id, generation, user_id, platform, title, body, data, first_received_at, received_at)
      VALUES (device.id, sandbox_receive.tag, sandbox_receive.notification_id, sandbox_receive.generation, device.person,
        device.platform, sandbox_receive.title, sandbox_receive.body, sandbox_receive.data, now, now)
      ON CONFLICT ON CONSTRAINT sandbox_pushes_pkey DO UPDATE SET
        copies = CASE WHEN p.generation = excluded.generation THEN p.copies + 1 ELSE 1 END, generation = excluded.generation, title = excluded.title, body = excluded.body, data = excluded.data,
        user_id = excluded.user_id, platform = excluded.platform, received_at = excluded.received_at;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

CREATE FUNCTION shift_reminders.save_rule(kind text, read_at timestamp with time zone, new_title text, new_anchor text, new_lead interval, new_grace interval, new_skip_type text, new_max_attempts integer, new_enabled boolean, texts jsonb, actor text, why text) RETURNS TABLE(result text, sentence text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  known shift_reminders.rules;
  before jsonb;
  unknown record;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF jsonb_typeof(texts) IS DISTINCT FROM 'object' OR texts = '{}' THEN
    RAISE EXCEPTION 'A rule without a text reminds nobody.' USING ERRCODE = 'SR002', HINT = 'Write a text for at least one locale.';
  END IF;
  SELECT t.key AS locale, coalesce(shift_reminders.unknown_placeholder(t.value->>'title'), shift_reminders.unknown_placeholder(t.value->>'body')) AS name
  INTO unknown FROM jsonb_each(texts) t
  WHERE shift_reminders.unknown_placeholder(t.value->>'title') IS NOT NULL OR shift_reminders.unknown_placeholder(t.value->>'body') IS NOT NULL LIMIT 1;
  IF unknown.locale IS NOT NULL THEN
    RAISE EXCEPTION 'The text for % has the unknown placeholder {%}.', unknown.locale, unknown.name
      USING ERRCODE = 'SR002', HINT = 'Known are {start}, {end}, {anchor}, {date}, {name} and {label}.';
  END IF;

  SELECT * INTO known FROM shift_reminders.rules r WHERE r.notify_type = kind FOR UPDATE;
  before := shift_reminders.rule_as_json(kind);
  IF read_at IS NULL AND known.notify_type IS NOT NULL THEN
    result := 'exists'; sentence := format('There is a rule %s already. Choose another name.', kind);
  ELSIF read_at IS NOT NULL AND known.notify_type IS NULL THEN
    result := 'gone'; sentence := format('Somebody has removed the rule %s meanwhile.', kind);
  ELSIF read_at IS NOT NULL AND known.updated_at <> read_at THEN
    result := 'conflict';
    sentence := format('%s has saved this rule meanwhile. Nothing was changed: load it again and look at both.', coalesce(known.updated_by, 'Somebody'));
  ELSE
    -- A changed anchor would make every finished reminder of the rule look moved, and so be sent again.
    IF known.notify_type IS NOT NULL AND known.anchor <> new_anchor THEN
      RAISE EXCEPTION 'The rule % is about the shift''s %, and cannot be turned round.', kind, known.anchor
        USING ERRCODE = 'SR002', HINT = 'Make a new rule, and switch this one off.';
    END IF;
    INSERT INTO shift_reminders.rules AS r (notify_type, title, anchor, lead, grace, skip_type, max_attempts, enabled, updated_at, updated_by, watched_since)
    VALUES (kind, new_title, new_anchor, shift_reminders.in_hours(new_lead), shift_reminders.in_hours(new_grace), nullif(btrim(new_skip_type), ''), new_max_attempts, new_enabled, at, actor, at)
    ON CONFLICT (notify_type) DO UPDATE SET title = excluded.title, lead = excluded.lead, grace = excluded.grace, skip_type = excluded.skip_type,
      max_attempts = excluded.max_attempts, enabled = excluded.enabled, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
      watched_since = CASE WHEN excluded.enabled AND NOT r.enabled THEN excluded.watched_since ELSE r.watched_since END;
    DELETE FROM shift_reminders.rule_texts t WHERE t.notify_type = kind AND NOT texts ? t.locale;
    INSERT INTO shift_reminders.rule_texts (notify_type, locale, title, body)
    SELECT kind, t.key, t.value->>'title', t.value->>'body' FROM jsonb_each(texts) t
    ON CONFLICT (notify_type, locale) DO UPDATE SET title = excluded.title, body = excluded.body;
    PERFORM shift_reminders.apply_rule(r) FROM shift_reminders.rules r WHERE r.notify_type = kind;
    PERFORM shift_reminders.record_audit(actor, CASE WHEN read_at IS NULL THEN 'make rule' ELSE 'change rule' END, 'rule ' || kind, why,
      before, shift_reminders.rule_as_json(kind));
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
    PERFORM shift_reminders.notify_pages(at);
    result := 'ok'; sentence := 'Saved.';
  END IF;
  RETURN NEXT;
EXCEPTION
  WHEN check_violation OR not_null_violation OR string_data_right_truncation THEN
    RAISE EXCEPTION 'The rule % cannot be so: %.', kind, SQLERRM
      USING ERRCODE = 'SR002', HINT = 'A name is lower-case letters, digits and _, the lead may be up to 168 h, the grace 1 min to 24 h, the attempts 1 to 50, a title 200 and a body 1,000 characters.';
END
$$;

CREATE FUNCTION shift_reminders.schema_version() RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT '1.0.0' $$;

CREATE FUNCTION shift_reminders.session_standing(session uuid, key_hash text) RETURNS TABLE(account_id uuid, name text, roles text[], proved_ago interval, unused_for interval)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT s.account_id, a.user_name,
    ARRAY(SELECT r.name FROM shift_reminders.account_roles l JOIN shift_reminders.roles r ON r.id = l.role_id WHERE l.user_id = a.id ORDER BY r.name),
    shift_reminders.clock() - s.authenticated_at,
    shift_reminders.clock() - s.last_used_at
  FROM shift_reminders.live_sessions() s
  JOIN shift_reminders.accounts a ON a.id = s.account_id
  WHERE s.id = session AND s.key_hash = session_standing.key_hash
$$;

CREATE FUNCTION shift_reminders.settable() RETURNS TABLE(place integer, key text, kind text, shortest text, longest text)
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  VALUES
    (1, 'site_time_zone', 'zone', NULL, NULL),
    (2, 'site_locale', 'locale', NULL, NULL),
    -- Ticks come each minute: with less, a reminder could enter the queue after it is due.
    (3, 'look_ahead', 'span', '75 seconds', '15 minutes'),
    (4, 'delete_dead_host_tokens', 'switch', NULL, NULL),
    (5, 'keep_reminders', 'span', '7 days', '3650 days'),
    (6, 'keep_runs', 'span', '1 day', '365 days'),
    (7, 'keep_dead_devices', 'span', '30 days', '3650 days'),
    (8, 'keep_sandbox', 'span', '1 hour', '365 days'),
    (9, 'keep_sessions', 'span', '1 day', '365 days')
$$;

CREATE FUNCTION shift_reminders.setting(key text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ BEGIN RETURN (SELECT s.value FROM shift_reminders.settings s WHERE s.key = setting.key); END $$;

CREATE FUNCTION shift_reminders.settle_undeliverable(judged shift_reminders.claimable[], at timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
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

  -- What will never be sent by us may be marked by others; the mark of what a device has, or may have, stays.
  DELETE FROM public.notification_pushes p USING (
    SELECT m.notification_id FROM unnest(judged) j
    JOIN public.scheduled_notifications q ON q.id = j.reminder_id AND q.processed AND q.state <> 'sent' AND q.attempt_count > 0
      AND NOT shift_reminders.may_have_arrived(q.id, q.generation)
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

CREATE FUNCTION shift_reminders.shift_board(from_at timestamp with time zone, to_at timestamp with time zone) RETURNS TABLE(schedule_id bigint, user_id uuid, display_name text, start_at timestamp with time zone, end_at timestamp with time zone, is_active boolean, label text, time_zone text, notify_type text, anchor_at timestamp with time zone, due_at timestamp with time zone, expires_at timestamp with time zone, attended_at timestamp with time zone, reminder_id bigint, standing text, reason text, accepted_at timestamp with time zone, devices integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET row_security TO 'off'
    AS $$
  WITH asked AS MATERIALIZED (SELECT * FROM shift_reminders.expected(from_at, to_at)),
  faces AS MATERIALIZED (
    SELECT u.user_id, (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = u.user_id LIMIT 1) AS display_name,
      (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = u.user_id) AS devices
    FROM (SELECT DISTINCT e.user_id FROM asked e WHERE e.user_id IS NOT NULL) u)
  SELECT e.schedule_id, e.user_id, f.display_name, shift_reminders.showable(e.start_at), shift_reminders.showable(e.end_at), e.is_active, e.label,
    e.time_zone, e.notify_type, e.anchor_at, e.due_at,
    e.expires_at, e.attended_at, e.reminder_id, e.standing, e.reason, e.accepted_at, coalesce(f.devices, 0)
  FROM asked e
  LEFT JOIN faces f ON f.user_id = e.user_id
  ORDER BY e.start_at, e.schedule_id, e.user_id, e.notify_type
$$;

CREATE FUNCTION shift_reminders.shift_fault(is_active boolean, start_at timestamp with time zone, end_at timestamp with time zone, anchor timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $_$
  SELECT CASE
    WHEN NOT $1 THEN 'shift_inactive'
    WHEN $4 IS NULL OR $3 < $2 OR $4 NOT BETWEEN '1970-01-01 00:00+00' AND '3000-01-01 00:00+00' THEN 'bad_times' END$_$;

CREATE FUNCTION shift_reminders.shift_id_is_unique() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT shift_reminders.setting('host_contract') <> 'custom' AND EXISTS (
    SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = to_regclass('public.duty_schedules') AND a.attname = 'id' AND i.indnkeyatts = 1 AND i.indisunique AND i.indisvalid
      AND i.indpred IS NULL)
$$;

CREATE FUNCTION shift_reminders.showable(at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE WHEN at BETWEEN '1900-01-01 00:00+00'::pg_catalog.timestamptz AND '9000-01-01 00:00+00'::pg_catalog.timestamptz THEN at END$$;

CREATE FUNCTION shift_reminders.site_settings() RETURNS TABLE(key text, kind text, value text, shortest text, longest text, updated_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  SELECT s.key, c.kind, s.value, c.shortest, c.longest, s.updated_at
  FROM shift_reminders.settable() c JOIN shift_reminders.settings s ON s.key = c.key
  ORDER BY c.place
$$;

CREATE FUNCTION shift_reminders.start_session(id uuid, key_hash text, account_id uuid, security_stamp text, lasts interval, idle_limit interval, browser text, address text, replaces uuid, proved_at timestamp with time zone, continues boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  before shift_reminders.sessions;
BEGIN
  IF continues THEN
    SELECT * INTO before FROM shift_reminders.sessions s WHERE s.id = replaces AND s.account_id = start_session.account_id;
  END IF;
  INSERT INTO shift_reminders.sessions
    (id, key_hash, account_id, security_stamp, created_at, last_used_at, authenticated_at, idle_limit, ends_at, browser, address)
  VALUES (start_session.id, start_session.key_hash, start_session.account_id, start_session.security_stamp,
    coalesce(before.created_at, at), at, coalesce(before.authenticated_at, least(proved_at, at)), start_session.idle_limit,
    coalesce(before.ends_at, at + lasts), start_session.browser, start_session.address);
  IF replaces IS NOT NULL THEN
    PERFORM shift_reminders.end_session(replaces, 'replaced');
  END IF;
END
$$;

CREATE FUNCTION shift_reminders.sweep_expired(at timestamp with time zone, batch_size integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET enable_bitmapscan TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    SET jit TO 'off'
    AS $$
DECLARE
  late CONSTANT interval := interval '2 minutes';
  ids bigint[];
  fresh bigint[];
  moved bigint[];
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
  IF ids IS NULL THEN RETURN 0; END IF;

  UPDATE public.scheduled_notifications q
  SET state = coalesce(shift_reminders.ended_unsent(v.reason), 'sent'), reason = v.reason, processed = true, processed_at = at
  FROM (
    SELECT o.id, CASE
      WHEN o.accepted_at IS NOT NULL THEN 'partial'
      WHEN j.verdict IN ('checked_in', 'checked_out', 'attendance_logged')
        AND shift_reminders.attended_by(o.schedule_id, o.user_id, o.notify_type, o.expires_at) THEN j.verdict
      WHEN j.verdict NOT IN ('deliver', 'moved', 'checked_in', 'checked_out', 'attendance_logged') AND at < o.expires_at + late THEN j.verdict
      WHEN o.retry_count > 0 THEN 'out_of_time'
      WHEN j.verdict = 'moved' THEN 'superseded'
      WHEN EXISTS (SELECT 1 FROM shift_reminders.pauses p WHERE p.started_at < o.expires_at
                   AND coalesce(p.ended_at, p.until, 'infinity') >= o.expires_at) THEN 'paused'
      WHEN o.reason = 'channel_down' OR shift_reminders.down_at(o.expires_at) THEN 'channel_down'
      WHEN o.reason = 'platform_paused' THEN 'platform_down'
      WHEN o.attempt_count > 0 THEN 'not_handed_over'
      ELSE 'too_late' END AS reason
    FROM public.scheduled_notifications o
    LEFT JOIN shift_reminders.judge(ids) j ON j.reminder_id = o.id
    WHERE o.id = ANY (ids)) v
  WHERE q.id = v.id;
  GET DIAGNOSTICS ended = ROW_COUNT;

  -- A shift that moved has its reminder at another time, which may be still to come.
  SELECT array_agg(q.id) INTO moved FROM public.scheduled_notifications q WHERE q.id = ANY (ids) AND q.reason = 'superseded';
  IF moved IS NOT NULL THEN
    PERFORM shift_reminders.rearm(moved, at);
  END IF;
  RETURN ended;
END
$$;

CREATE FUNCTION shift_reminders.sweep_leases(at timestamp with time zone, batch_size integer) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET enable_bitmapscan TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    SET jit TO 'off'
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

CREATE FUNCTION shift_reminders.take_foreign_outcome() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
BEGIN
  IF NEW.state = 'sending' OR EXISTS (
    SELECT 1 FROM public.notification_pushes p WHERE p.reminder_id = NEW.id AND p.state <> 'foreign'
      AND p.notification_id = shift_reminders.notification_id(NEW.schedule_id, NEW.user_id, NEW.notify_type)) THEN
    -- The mark is ours, so that worker was told "already pushed" and has sent nothing. If we believed it, a transient
    -- failure of ours would lose the reminder; our own recording decides.
    NEW.processed := false;
    NEW.processed_at := OLD.processed_at;
    RETURN NEW;
  END IF;
  NEW.state := 'sent';
  NEW.reason := 'foreign';
  NEW.processed_at := coalesce(NEW.processed_at, shift_reminders.clock());
  RETURN NEW;
END
$$;

CREATE FUNCTION shift_reminders.take_marks(chosen shift_reminders.claimable[], at timestamp with time zone) RETURNS bigint[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
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
         OR excluded.generation > 1 AND p.created_at < (SELECT r.armed_at FROM public.scheduled_notifications r WHERE r.id = excluded.reminder_id)
    RETURNING p.reminder_id)
  SELECT coalesce(array_agg(t.reminder_id), '{}') INTO marked FROM taken t;
  RETURN marked;
END
$$;

CREATE FUNCTION shift_reminders.test_batch_list(most integer) RETURNS TABLE(id bigint, created_at timestamp with time zone, created_by text, why text, plan jsonb, shifts integer, removed_at timestamp with time zone, removed_by text, outcome jsonb, check_ins_ahead integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
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

CREATE FUNCTION shift_reminders.test_board(batch bigint) RETURNS TABLE(schedule_id bigint, user_id uuid, display_name text, start_at timestamp with time zone, end_at timestamp with time zone, is_active boolean, label text, time_zone text, notify_type text, anchor_at timestamp with time zone, due_at timestamp with time zone, expires_at timestamp with time zone, attended_at timestamp with time zone, reminder_id bigint, standing text, reason text, accepted_at timestamp with time zone, devices integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET row_security TO 'off'
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

CREATE FUNCTION shift_reminders.test_targets(actor text, why text, who uuid) RETURNS TABLE(device_id text, token text, platform text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  PERFORM shift_reminders.record_audit(actor, 'send test', 'person ' || who, why, NULL, NULL);
  RETURN QUERY SELECT d.device_id, d.token, d.platform FROM shift_reminders.devices d WHERE d.user_id = who;
END
$$;

CREATE FUNCTION shift_reminders.text_for(rule text, wanted text, site_locale text) RETURNS TABLE(locale text, title text, body text)
    LANGUAGE plpgsql STABLE ROWS 1
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  wanted := shift_reminders.locale_of(wanted);
  RETURN QUERY
  SELECT x.locale, x.title, x.body FROM shift_reminders.rule_texts x
  WHERE x.notify_type = rule AND x.locale IN (wanted, split_part(wanted, '-', 1), site_locale, 'en')
  ORDER BY x.locale = wanted DESC, x.locale = split_part(wanted, '-', 1) DESC, x.locale = site_locale DESC, x.locale LIMIT 1;
END
$$;

CREATE FUNCTION shift_reminders.token_index() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE WHEN bool_or(i.indisunique AND i.indnkeyatts = 1) THEN 'unique' WHEN count(*) > 0 THEN 'plain' END
  FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
  WHERE i.indrelid = to_regclass('public.fcm_tokens') AND a.attname = 'token' AND i.indisvalid AND i.indpred IS NULL
$$;

CREATE FUNCTION shift_reminders.too_many_gone(of_channel text, outcomes text[], at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  known shift_reminders.channels;
  history text;
  too_many boolean;
BEGIN
  SELECT * INTO known FROM shift_reminders.channels c WHERE c.channel = of_channel;
  history := right(known.recent || coalesce(
    (SELECT string_agg(CASE o WHEN 'accepted' THEN 'a' ELSE 'g' END, '') FROM unnest(outcomes) o WHERE o IN ('accepted', 'gone')), ''), 40);
  too_many := length(history) >= 20 AND length(replace(history, 'a', '')) * 2 > length(history);
  UPDATE shift_reminders.channels c SET
    recent = history,
    alarm = CASE WHEN too_many THEN 'More than half of the last ' || length(history)
      || ' devices were called gone: look for a configuration fault. No device is listed as dead meanwhile.' END,
    alarm_since = CASE WHEN too_many THEN coalesce(c.alarm_since, at) END
  WHERE c.channel = of_channel;
  IF too_many AND known.alarm IS NULL THEN
    DELETE FROM shift_reminders.dead_devices d WHERE d.channel = of_channel AND d.died_at > at - interval '1 hour';
  END IF;
  RETURN too_many;
END
$$;

CREATE FUNCTION shift_reminders.trimmed_token(token text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$SELECT pg_catalog.btrim($1, E' \t\r\n"')$_$;

CREATE FUNCTION shift_reminders.type_of_host_column(host_table text, quoted_name text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT format_type(a.atttypid, NULL) FROM pg_attribute a
  WHERE a.attrelid = to_regclass(host_table) AND quote_ident(a.attname) = quoted_name AND a.attnum > 0 AND NOT a.attisdropped
$$;

CREATE FUNCTION shift_reminders.unaccounted(day date) RETURNS TABLE(reminders bigint, people bigint)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  zone text := shift_reminders.setting('site_time_zone');
  from_at timestamptz := unaccounted.day::timestamp AT TIME ZONE zone;
  to_at timestamptz := (unaccounted.day + 1)::timestamp AT TIME ZONE zone;
  most constant integer := 1000;
BEGIN
  RETURN QUERY
    SELECT count(*), count(DISTINCT e.user_id)
    FROM (
      SELECT DISTINCT s.schedule_id
      FROM (
        SELECT * FROM shift_reminders.shifts x WHERE x.start_at >= from_at AND x.start_at < to_at
        UNION ALL
        SELECT * FROM shift_reminders.shifts x WHERE x.end_at >= from_at AND x.end_at < to_at
          AND (x.start_at >= from_at AND x.start_at < to_at) IS NOT TRUE) s
      CROSS JOIN shift_reminders.rules r
      CROSS JOIN LATERAL (SELECT shift_reminders.anchor_of(r.anchor, s.start_at, s.end_at) AS anchor) a
      CROSS JOIN LATERAL (SELECT shift_reminders.expires_at(a.anchor, r.lead, r.grace) AS expiry) e
      WHERE r.enabled AND s.user_id IS NOT NULL AND shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, a.anchor) IS NULL
        AND e.expiry <= at AND e.expiry > r.watched_since
        AND NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                        WHERE q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = r.notify_type)
        AND NOT EXISTS (SELECT 1 FROM shift_reminders.attendance t
                        WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type AND shift_reminders.logged_for(t.user_id, s.user_id)
                          AND shift_reminders.logged_in_time(t.logged_at, e.expiry))
      LIMIT most) c
    CROSS JOIN LATERAL shift_reminders.expected(from_at, to_at, c.schedule_id) e
    WHERE e.standing = 'missing' AND e.expires_at <= at;
END
$$;

CREATE FUNCTION shift_reminders.unanswered_pushes(at timestamp with time zone) RETURNS TABLE(channel text, since timestamp with time zone, attempts bigint)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
BEGIN
  RETURN QUERY
    SELECT p.channel, min(q.claimed_at), count(*)
    FROM (
      SELECT o.state, o.claimed_by, o.claimed_at FROM public.scheduled_notifications o
      WHERE NOT o.processed AND o.reason IS NULL AND o.scheduled_for <= at ORDER BY o.scheduled_for, o.expires_at, o.id LIMIT 1000) q
    JOIN shift_reminders.processors p ON p.name = q.claimed_by
    LEFT JOIN shift_reminders.channels c ON c.channel = p.channel
    WHERE q.state = 'sending' AND q.claimed_at <= at - interval '10 seconds' AND p.last_seen_at >= q.claimed_at + interval '10 seconds'
      AND (c.last_accepted_at > at - interval '10 seconds') IS NOT TRUE
    GROUP BY p.channel HAVING count(*) >= 2;
END
$$;

CREATE FUNCTION shift_reminders.uncancel_reminders(ids bigint[], actor text, why text) RETURNS TABLE(reminder_id bigint, result text, sentence text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
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
        PERFORM shift_reminders.hint('shift_reminders_due', '0');
      ELSIF live.verdict IN ('deliver', 'moved') AND shift_reminders.expires_at(live.live_anchor, rule.lead, rule.grace) > at THEN
        PERFORM shift_reminders.begin_generation(ARRAY[wanted], ARRAY[live.live_anchor], ARRAY[shift_reminders.due_at(live.live_anchor, rule.lead)],
          ARRAY[shift_reminders.expires_at(live.live_anchor, rule.lead, rule.grace)], ARRAY['cancel taken back by ' || actor || ': ' || why], at);
        sentence := 'It will be sent when it is due.';
        PERFORM shift_reminders.hint('shift_reminders_due', '0');
      ELSIF live.verdict NOT IN ('deliver', 'moved') THEN
        -- Something else stands in its way; when that clears, it re-arms like any other.
        UPDATE public.scheduled_notifications x SET state = r.state, reason = r.reason, processed_at = at
        FROM shift_reminders.reasons r WHERE x.id = wanted AND r.reason = live.verdict AND r.state <> 'pending'
        RETURNING r.sentence INTO sentence;
        sentence := 'Taken back, but it is not sent as things are: ' || sentence;
      ELSE
        -- Too late to be sent now, but no longer in the way of a later move of the shift.
        UPDATE public.scheduled_notifications x SET state = 'expired', reason = 'taken_back_too_late', processed_at = at WHERE x.id = wanted;
        sentence := 'Taken back, but it would no longer be useful; it is resent only on request.';
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
  PERFORM shift_reminders.notify_pages(at);
END
$$;

CREATE FUNCTION shift_reminders.unknown_placeholder(template text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT m[1] FROM pg_catalog.regexp_matches(template, '\{([^{}]*)\}', 'g') AS m
  WHERE m[1] NOT IN ('start', 'end', 'anchor', 'date', 'name', 'label') LIMIT 1
$$;

CREATE FUNCTION shift_reminders.unseen_reason(due timestamp with time zone, expiry timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE
    WHEN EXISTS (SELECT 1 FROM shift_reminders.heartbeats h
                 WHERE h.started_at >= due AND h.started_at < expiry AND NOT h.busy AND NOT h.paused AND h.error IS NULL) THEN 'entered_too_late'
    WHEN EXISTS (SELECT 1 FROM shift_reminders.pauses p
                 WHERE p.started_at < expiry AND coalesce(p.ended_at, p.until, 'infinity') >= expiry) THEN 'paused'
    ELSE 'enqueue_down' END
$$;

CREATE FUNCTION shift_reminders.use_session(session uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $$
  UPDATE shift_reminders.sessions s SET last_used_at = shift_reminders.clock()
  WHERE s.id = (SELECT l.id FROM shift_reminders.sessions l WHERE l.id = session FOR NO KEY UPDATE SKIP LOCKED)
    AND EXISTS (SELECT FROM shift_reminders.live_sessions() l WHERE l.id = session)
$$;

CREATE FUNCTION shift_reminders.verify_host() RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  wrong record;
BEGIN
  FOR wrong IN SELECT f.fault, f.remedy FROM shift_reminders.host_faults() f LOOP
    RAISE EXCEPTION '%', wrong.fault USING ERRCODE = 'SR001', HINT = wrong.remedy;
  END LOOP;
END
$$;

CREATE FUNCTION shift_reminders.wake_retries(of_channel text, last_accepted_at timestamp with time zone, at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
DECLARE
  ids bigint[];
BEGIN
  SELECT array_agg(l.id) INTO ids FROM (
    SELECT q.id FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NOT NULL AND q.reason = 'retry' AND q.next_attempt_at > at AND q.state = 'pending'
      AND EXISTS (
        SELECT 1 FROM shift_reminders.attempts a
        WHERE a.reminder_id = q.id AND a.generation = q.generation AND a.attempt = q.attempt_count AND a.channel = of_channel
          AND a.recorded_at < at AND (a.recorded_at <= last_accepted_at) IS NOT TRUE
          AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(a.devices) x WHERE x ? 'retry_after' OR x->>'http' = '429'))
    ORDER BY q.id FOR UPDATE OF q SKIP LOCKED) l;
  IF ids IS NULL THEN RETURN; END IF;
  UPDATE public.scheduled_notifications q SET next_attempt_at = greatest(at, q.scheduled_for) WHERE q.id = ANY (ids);
  PERFORM shift_reminders.hint('shift_reminders_due', '0');
END
$$;

CREATE FUNCTION shift_reminders.wall_clock(at timestamp with time zone, zone text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN to_char(at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI:SS')
    || CASE WHEN at AT TIME ZONE zone <> at AT TIME ZONE shift_reminders.setting('site_time_zone') THEN ' ' || zone ELSE '' END;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC';
END
$$;

CREATE FUNCTION shift_reminders.write_contract_views() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  DROP VIEW IF EXISTS shift_reminders.shifts, shift_reminders.attendance, shift_reminders.devices, shift_reminders.people;
  -- A shift's zone is decided here, for SQL and app alike: IANA's name as the app spells it, or NULL, which means the site's.
  CREATE VIEW shift_reminders.shifts AS
    SELECT s.schedule_id, s.user_id, s.start_at, s.end_at, s.is_active, s.label,
      (SELECT z.name FROM shift_reminders.time_zones z WHERE z.spelled = pg_catalog.lower(pg_catalog.btrim(s.time_zone))) AS time_zone,
      s.time_zone AS stated_zone
    FROM shift_reminders.host_shifts() s;
  CREATE VIEW shift_reminders.attendance AS SELECT * FROM shift_reminders.host_attendance();
  CREATE VIEW shift_reminders.people AS SELECT * FROM shift_reminders.host_people();
  CREATE VIEW shift_reminders.devices AS
    SELECT d.user_id, shift_reminders.trimmed_token(d.token) AS token, i.device_id, d.platform, d.updated_at
    FROM shift_reminders.host_devices() d
    -- OFFSET 0, so that the hash is computed once and not once more for the comparison.
    CROSS JOIN LATERAL (SELECT shift_reminders.device_id(d.token) AS device_id OFFSET 0) i
    WHERE shift_reminders.trimmed_token(d.token) <> '' AND NOT EXISTS (
      SELECT 1 FROM shift_reminders.dead_devices x
      WHERE x.device_id = i.device_id AND (d.updated_at IS NULL OR d.updated_at <= x.died_at));
END
$$;

CREATE FUNCTION shift_reminders.write_host_helper(signature text, result text, body text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET check_function_bodies TO 'on'
    AS $$
DECLARE
  refused text;
BEGIN
  BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION shift_reminders.%s RETURNS %s LANGUAGE sql SET search_path = pg_catalog, pg_temp AS %L',
                   signature, result, body);
  EXCEPTION WHEN OTHERS THEN
    refused := SQLERRM;
    EXECUTE format('CREATE OR REPLACE FUNCTION shift_reminders.%s RETURNS %s LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS %L',
                   signature, result, format('BEGIN RAISE EXCEPTION %L USING ERRCODE = ''SR002'', HINT = %L; END',
                     replace('The tables of the shift app do not take this: ' || refused || '.', '%', '%%'),
                     'Write your own host contract: Database/README.md, "The host contract".'));
  END;
  EXECUTE format('REVOKE ALL ON FUNCTION shift_reminders.%s FROM PUBLIC', signature);
END
$$;

CREATE FUNCTION shift_reminders.write_host_helpers() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  label text := shift_reminders.optional_host_column('label of a shift');
  zone text := shift_reminders.optional_host_column('time zone of a shift');
  status text := shift_reminders.optional_host_column('status of a shift');
  who text := shift_reminders.optional_host_column('person of a check-in');
  moment text := shift_reminders.optional_host_column('time of a check-in');
BEGIN
  PERFORM shift_reminders.write_host_helper(
    'host_create_shift(who uuid, starts timestamptz, ends timestamptz, shift_label text, zone text)', 'bigint',
    format('INSERT INTO public.duty_schedules (%s) VALUES (%s) RETURNING id::bigint',
      concat_ws(', ', 'assigned_user_id', 'start_at', 'end_at', status, label, zone),
      concat_ws(', ', 'who', 'starts', 'ends',
        'shift_reminders.setting(''test_shift_status'')::' || shift_reminders.type_of_host_column('public.duty_schedules', status),
        'shift_label::' || shift_reminders.type_of_host_column('public.duty_schedules', label),
        'zone::' || shift_reminders.type_of_host_column('public.duty_schedules', zone))));

  PERFORM shift_reminders.write_host_helper('host_remove_shifts(ids bigint[])', 'integer', $body$
    WITH logs AS (DELETE FROM public.attendance_logs WHERE schedule_id = ANY (ids)),
         gone AS (DELETE FROM public.duty_schedules WHERE id = ANY (ids) RETURNING 1)
    SELECT pg_catalog.count(*)::integer FROM gone
  $body$);

  PERFORM shift_reminders.write_host_helper('host_log_attendance(shift bigint, who uuid, kind text, at timestamptz)', 'void',
    format('INSERT INTO public.attendance_logs (%s) VALUES (%s)',
      concat_ws(', ', 'schedule_id', 'type', who, moment),
      concat_ws(', ', 'shift', 'kind::' || shift_reminders.type_of_host_column('public.attendance_logs', 'type'),
        CASE WHEN who IS NOT NULL THEN 'who' END, CASE WHEN moment IS NOT NULL THEN 'at' END)));

  PERFORM shift_reminders.write_host_helper('host_forget_device(who uuid, device text)', 'void',
    'DELETE FROM public.fcm_tokens t WHERE t.user_id = who AND shift_reminders.device_id(t.token::text) = device');
END
$_$;

CREATE FUNCTION shift_reminders.wrong_setting(key text, value text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  form record;
  textless text;
BEGIN
  SELECT * INTO form FROM shift_reminders.settable() c WHERE c.key = wrong_setting.key;
  CASE form.kind
    WHEN 'zone' THEN
      IF NOT EXISTS (SELECT 1 FROM shift_reminders.time_zones z WHERE z.name = wrong_setting.value) THEN
        RETURN format('"%s" is no time zone of IANA. Choose one like Europe/Berlin.', wrong_setting.value);
      END IF;
    WHEN 'locale' THEN
      IF wrong_setting.value !~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' THEN
        RETURN format('"%s" is no locale. Write one like de or pt-BR.', wrong_setting.value);
      END IF;
      SELECT string_agg(r.notify_type, ', ' ORDER BY r.notify_type) INTO textless FROM shift_reminders.rules r
      WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.rule_texts t
                        WHERE t.notify_type = r.notify_type AND t.locale IN (wrong_setting.value, split_part(wrong_setting.value, '-', 1), 'en'));
      IF textless IS NOT NULL THEN
        RETURN format('There is no text in %s, and none in English, for: %s. Add it under Rules first.', wrong_setting.value, textless);
      END IF;
    WHEN 'switch' THEN
      IF wrong_setting.value NOT IN ('on', 'off') THEN RETURN 'It is either on or off.'; END IF;
    WHEN 'span' THEN
      IF wrong_setting.value !~ '^[0-9]{1,6} (second|minute|hour|day)s?$' THEN
        RETURN format('"%s" is no length of time. Write a number and a unit, like 90 seconds or 14 days.', wrong_setting.value);
      ELSIF wrong_setting.value::interval NOT BETWEEN form.shortest::interval AND form.longest::interval THEN
        RETURN format('It must be from %s to %s.', form.shortest, form.longest);
      END IF;
    ELSE
      RETURN format('"%s" cannot be set here.', wrong_setting.key);
  END CASE;
  RETURN NULL;
END
$_$;

ALTER TABLE public.scheduled_notifications ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.scheduled_notifications_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE shift_reminders.account_claims (
    id integer NOT NULL,
    user_id uuid NOT NULL,
    claim_type text,
    claim_value text
);

ALTER TABLE shift_reminders.account_claims ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME shift_reminders.account_claims_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE shift_reminders.account_logins (
    login_provider text NOT NULL,
    provider_key text NOT NULL,
    provider_display_name text,
    user_id uuid NOT NULL
);

CREATE TABLE shift_reminders.account_passkeys (
    credential_id bytea NOT NULL,
    user_id uuid NOT NULL,
    data jsonb NOT NULL
);

CREATE TABLE shift_reminders.account_roles (
    user_id uuid NOT NULL,
    role_id uuid NOT NULL
);

CREATE TABLE shift_reminders.account_tokens (
    user_id uuid NOT NULL,
    login_provider text NOT NULL,
    name text NOT NULL,
    value text
);

CREATE TABLE shift_reminders.accounts (
    id uuid NOT NULL,
    user_name text NOT NULL,
    normalized_user_name text NOT NULL,
    email text NOT NULL,
    normalized_email text NOT NULL,
    email_confirmed boolean NOT NULL,
    password_hash text,
    security_stamp text NOT NULL,
    concurrency_stamp text,
    phone_number text,
    phone_number_confirmed boolean NOT NULL,
    two_factor_enabled boolean NOT NULL,
    lockout_end timestamp with time zone,
    lockout_enabled boolean NOT NULL,
    access_failed_count integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    last_sign_in_at timestamp with time zone
);

CREATE TABLE shift_reminders.archived_notifications (
    archived_at timestamp with time zone DEFAULT now() NOT NULL,
    why text NOT NULL,
    "row" jsonb NOT NULL,
    id bigint NOT NULL
);

ALTER TABLE shift_reminders.archived_notifications ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shift_reminders.archived_notifications_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE shift_reminders.attempts (
    reminder_id bigint NOT NULL,
    generation integer NOT NULL,
    attempt integer NOT NULL,
    claim_token uuid NOT NULL,
    claimed_by text NOT NULL,
    claimed_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    channel text,
    outcome text NOT NULL,
    late boolean DEFAULT false NOT NULL,
    devices jsonb NOT NULL,
    CONSTRAINT attempts_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'partial'::text, 'gone'::text, 'mismatch'::text, 'rejected'::text, 'transient'::text, 'unknown'::text, 'platform_credentials'::text, 'project_credentials'::text, 'not_attempted'::text, 'lost'::text])))
);

COMMENT ON TABLE shift_reminders.attempts IS 'One row per claim that was recorded or lost; late: recorded after the claim was lost';

CREATE VIEW shift_reminders.attendance AS
 SELECT host_attendance.schedule_id,
    host_attendance.user_id,
    host_attendance.type,
    host_attendance.logged_at
   FROM shift_reminders.host_attendance() host_attendance(schedule_id, user_id, type, logged_at);

CREATE TABLE shift_reminders.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    act text NOT NULL,
    subject text NOT NULL,
    why text,
    before jsonb,
    after jsonb,
    part_of bigint,
    reminder_id bigint,
    generation integer
);

COMMENT ON COLUMN shift_reminders.audit.part_of IS 'The line of the act that this line is part of; NULL: it is a whole act';

COMMENT ON COLUMN shift_reminders.audit.reminder_id IS 'The reminder that was resent';

COMMENT ON COLUMN shift_reminders.audit.generation IS 'The generation that the resend began';

ALTER TABLE shift_reminders.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shift_reminders.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE shift_reminders.channel_platforms (
    channel text NOT NULL,
    platform text NOT NULL,
    reason text NOT NULL,
    paused_since timestamp with time zone NOT NULL,
    last_probe_at timestamp with time zone
);

CREATE TABLE shift_reminders.channel_results (
    channel text NOT NULL,
    platform text NOT NULL,
    slot_at timestamp with time zone NOT NULL,
    session integer NOT NULL,
    failed integer NOT NULL,
    answered integer NOT NULL,
    failing_since timestamp with time zone,
    last_failed_at timestamp with time zone,
    last_answered_at timestamp with time zone,
    first_device text,
    last_device text,
    reason text
);

COMMENT ON COLUMN shift_reminders.channel_results.platform IS 'Empty where it is not known';

COMMENT ON COLUMN shift_reminders.channel_results.slot_at IS 'The beginning of ten seconds';

COMMENT ON COLUMN shift_reminders.channel_results.failed IS 'Pushes that were not answered, or that the channel could not take just then';

COMMENT ON COLUMN shift_reminders.channel_results.answered IS 'Pushes that the channel accepted or refused for good';

CREATE TABLE shift_reminders.channels (
    channel text NOT NULL,
    state text DEFAULT 'up'::text NOT NULL,
    reason text,
    since timestamp with time zone NOT NULL,
    last_accepted_at timestamp with time zone,
    last_latency_ms integer,
    last_probe_at timestamp with time zone,
    recent text DEFAULT ''::text NOT NULL,
    alarm text,
    alarm_since timestamp with time zone,
    was_down_since timestamp with time zone,
    CONSTRAINT channels_state_check CHECK ((state = ANY (ARRAY['up'::text, 'down'::text])))
);

COMMENT ON COLUMN shift_reminders.channels.recent IS 'The last 40 device results that were final: a accepted, g gone';

COMMENT ON COLUMN shift_reminders.channels.was_down_since IS 'When the last outage that is over began; while the channel is up, since is its end';

CREATE TABLE shift_reminders.data_protection_keys (
    id integer NOT NULL,
    friendly_name text,
    xml text
);

ALTER TABLE shift_reminders.data_protection_keys ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME shift_reminders.data_protection_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE shift_reminders.dead_devices (
    device_id text NOT NULL,
    user_id uuid,
    platform text,
    channel text NOT NULL,
    reason text NOT NULL,
    died_at timestamp with time zone NOT NULL
);

CREATE VIEW shift_reminders.devices AS
 SELECT d.user_id,
    shift_reminders.trimmed_token(d.token) AS token,
    i.device_id,
    d.platform,
    d.updated_at
   FROM (shift_reminders.host_devices() d(user_id, token, platform, updated_at)
     CROSS JOIN LATERAL ( SELECT shift_reminders.device_id(d.token) AS device_id
         OFFSET 0) i)
  WHERE ((shift_reminders.trimmed_token(d.token) <> ''::text) AND (NOT (EXISTS ( SELECT 1
           FROM shift_reminders.dead_devices x
          WHERE ((x.device_id = i.device_id) AND ((d.updated_at IS NULL) OR (d.updated_at <= x.died_at)))))));

CREATE TABLE shift_reminders.generations (
    reminder_id bigint NOT NULL,
    generation integer NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    anchor_at timestamp with time zone NOT NULL,
    scheduled_for timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    armed_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    why text NOT NULL,
    CONSTRAINT generations_accepted_ends_sent CHECK (((accepted_at IS NULL) OR (state = 'sent'::text))),
    CONSTRAINT generations_state_check CHECK ((state = ANY (ARRAY['sent'::text, 'failed'::text, 'skipped'::text, 'expired'::text, 'cancelled'::text])))
);

COMMENT ON TABLE shift_reminders.generations IS 'How the earlier generations of a reminder ended, and why the next began';

CREATE TABLE shift_reminders.heartbeats (
    id bigint NOT NULL,
    source text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    added integer DEFAULT 0 NOT NULL,
    rearmed integer DEFAULT 0 NOT NULL,
    expired integer DEFAULT 0 NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    busy boolean DEFAULT false NOT NULL,
    error text,
    backend_pid integer NOT NULL,
    details jsonb
);

ALTER TABLE shift_reminders.heartbeats ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shift_reminders.heartbeats_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE shift_reminders.page_notices (
    only_one boolean DEFAULT true NOT NULL,
    notified_at timestamp with time zone NOT NULL,
    CONSTRAINT page_notices_only_one_check CHECK (only_one)
);

ALTER TABLE shift_reminders.pauses ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shift_reminders.pauses_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW shift_reminders.people AS
 SELECT host_people.user_id,
    host_people.display_name,
    host_people.locale,
    host_people.reminders_off
   FROM shift_reminders.host_people() host_people(user_id, display_name, locale, reminders_off);

CREATE TABLE shift_reminders.processors (
    name text NOT NULL,
    host text NOT NULL,
    version text NOT NULL,
    channel text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    trouble text,
    trouble_since timestamp with time zone
);

COMMENT ON COLUMN shift_reminders.processors.trouble IS 'Why this processor cannot reach its channel; NULL: it can';

CREATE TABLE shift_reminders.reasons (
    reason text NOT NULL,
    state text NOT NULL,
    reversible boolean NOT NULL,
    sentence text NOT NULL,
    CONSTRAINT reasons_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text, 'skipped'::text, 'expired'::text, 'cancelled'::text])))
);

CREATE TABLE shift_reminders.role_claims (
    id integer NOT NULL,
    role_id uuid NOT NULL,
    claim_type text,
    claim_value text
);

ALTER TABLE shift_reminders.role_claims ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME shift_reminders.role_claims_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE shift_reminders.roles (
    id uuid NOT NULL,
    name text NOT NULL,
    normalized_name text NOT NULL,
    concurrency_stamp text
);

CREATE TABLE shift_reminders.rule_texts (
    notify_type text NOT NULL,
    locale text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    CONSTRAINT rule_texts_body_check CHECK (((length(body) >= 1) AND (length(body) <= 1000))),
    CONSTRAINT rule_texts_known_placeholders CHECK (((shift_reminders.unknown_placeholder(title) IS NULL) AND (shift_reminders.unknown_placeholder(body) IS NULL))),
    CONSTRAINT rule_texts_locale_check CHECK ((locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text)),
    CONSTRAINT rule_texts_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

CREATE TABLE shift_reminders.sandbox_behaviours (
    device_id text NOT NULL,
    outcome text NOT NULL,
    remaining integer,
    latency interval DEFAULT '00:00:00'::interval NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT sandbox_behaviours_latency_check CHECK (((latency >= '00:00:00'::interval) AND (latency <= '00:05:00'::interval))),
    CONSTRAINT sandbox_behaviours_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'gone'::text, 'mismatch'::text, 'rejected'::text, 'transient'::text, 'unknown'::text, 'platform_credentials'::text, 'project_credentials'::text, 'not_attempted'::text]))),
    CONSTRAINT sandbox_behaviours_remaining_check CHECK ((remaining >= 1))
);

COMMENT ON COLUMN shift_reminders.sandbox_behaviours.remaining IS 'For how many more pushes, after which it accepts; NULL: until changed';

CREATE TABLE shift_reminders.sandbox_pushes (
    device_id text NOT NULL,
    tag text NOT NULL,
    notification_id text NOT NULL,
    generation integer NOT NULL,
    user_id uuid NOT NULL,
    platform text,
    title text NOT NULL,
    body text NOT NULL,
    data jsonb NOT NULL,
    copies integer DEFAULT 1 NOT NULL,
    first_received_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT sandbox_pushes_copies_check CHECK ((copies >= 1))
);

COMMENT ON COLUMN shift_reminders.sandbox_pushes.tag IS 'The collapse key: a copy replaces what the phone already shows';

COMMENT ON COLUMN shift_reminders.sandbox_pushes.copies IS 'How often it arrived; above 1, a push was sent twice and the phone shows one';

CREATE TABLE shift_reminders.saved_views (
    account_id uuid NOT NULL,
    page text NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT saved_views_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT saved_views_url_check CHECK (((url ~~ '/%'::text) AND (url !~~ '//%'::text) AND (length(url) <= 4000)))
);

CREATE TABLE shift_reminders.settings (
    key text NOT NULL,
    value text NOT NULL,
    meaning text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE shift_reminders.time_zones (
    spelled text NOT NULL,
    name text NOT NULL
);

CREATE VIEW shift_reminders.shifts AS
 SELECT s.schedule_id,
    s.user_id,
    s.start_at,
    s.end_at,
    s.is_active,
    s.label,
    ( SELECT z.name
           FROM shift_reminders.time_zones z
          WHERE (z.spelled = lower(btrim(s.time_zone)))) AS time_zone,
    s.time_zone AS stated_zone
   FROM shift_reminders.host_shifts() s(schedule_id, user_id, start_at, end_at, is_active, label, time_zone);

CREATE TABLE shift_reminders.test_attendance (
    schedule_id bigint NOT NULL,
    type text NOT NULL,
    at timestamp with time zone NOT NULL,
    logged_at timestamp with time zone,
    problem text,
    CONSTRAINT test_attendance_type_check CHECK ((type <> ''::text))
);

CREATE TABLE shift_reminders.test_batches (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    why text NOT NULL,
    plan jsonb NOT NULL,
    shifts integer NOT NULL,
    removed_at timestamp with time zone,
    removed_by text,
    outcome jsonb,
    CONSTRAINT test_batches_shifts_check CHECK (((shifts >= 1) AND (shifts <= 5000)))
);

COMMENT ON COLUMN shift_reminders.test_batches.outcome IS 'How many reminders were in which state when the batch was removed';

ALTER TABLE shift_reminders.test_batches ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shift_reminders.test_batches_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE shift_reminders.test_shifts (
    schedule_id bigint NOT NULL,
    batch_id bigint NOT NULL,
    user_id uuid NOT NULL,
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.notification_pushes
    ADD CONSTRAINT notification_pushes_pkey PRIMARY KEY (notification_id);

ALTER TABLE ONLY public.scheduled_notifications
    ADD CONSTRAINT scheduled_notifications_pkey PRIMARY KEY (id) WITH (fillfactor='50');

ALTER TABLE ONLY public.scheduled_notifications
    ADD CONSTRAINT uniq_sched_user_type UNIQUE (schedule_id, user_id, notify_type) WITH (fillfactor='50');

ALTER TABLE ONLY shift_reminders.account_claims
    ADD CONSTRAINT account_claims_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.account_logins
    ADD CONSTRAINT account_logins_pkey PRIMARY KEY (login_provider, provider_key);

ALTER TABLE ONLY shift_reminders.account_passkeys
    ADD CONSTRAINT account_passkeys_pkey PRIMARY KEY (credential_id);

ALTER TABLE ONLY shift_reminders.account_roles
    ADD CONSTRAINT account_roles_pkey PRIMARY KEY (user_id, role_id);

ALTER TABLE ONLY shift_reminders.account_tokens
    ADD CONSTRAINT account_tokens_pkey PRIMARY KEY (user_id, login_provider, name);

ALTER TABLE ONLY shift_reminders.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.archived_notifications
    ADD CONSTRAINT archived_notifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (reminder_id, generation, attempt);

ALTER TABLE ONLY shift_reminders.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.channel_platforms
    ADD CONSTRAINT channel_platforms_pkey PRIMARY KEY (channel, platform);

ALTER TABLE ONLY shift_reminders.channel_results
    ADD CONSTRAINT channel_results_pkey PRIMARY KEY (channel, slot_at, platform, session);

ALTER TABLE ONLY shift_reminders.channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (channel);

ALTER TABLE ONLY shift_reminders.data_protection_keys
    ADD CONSTRAINT data_protection_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.dead_devices
    ADD CONSTRAINT dead_devices_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY shift_reminders.generations
    ADD CONSTRAINT generations_pkey PRIMARY KEY (reminder_id, generation);

ALTER TABLE ONLY shift_reminders.heartbeats
    ADD CONSTRAINT heartbeats_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.page_notices
    ADD CONSTRAINT page_notices_pkey PRIMARY KEY (only_one);

ALTER TABLE ONLY shift_reminders.pauses
    ADD CONSTRAINT pauses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.processors
    ADD CONSTRAINT processors_pkey PRIMARY KEY (name);

ALTER TABLE ONLY shift_reminders.reasons
    ADD CONSTRAINT reasons_pkey PRIMARY KEY (reason, state);

ALTER TABLE ONLY shift_reminders.role_claims
    ADD CONSTRAINT role_claims_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.roles
    ADD CONSTRAINT roles_normalized_name_key UNIQUE (normalized_name);

ALTER TABLE ONLY shift_reminders.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.rule_texts
    ADD CONSTRAINT rule_texts_pkey PRIMARY KEY (notify_type, locale);

ALTER TABLE ONLY shift_reminders.rules
    ADD CONSTRAINT rules_pkey PRIMARY KEY (notify_type);

ALTER TABLE ONLY shift_reminders.sandbox_behaviours
    ADD CONSTRAINT sandbox_behaviours_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY shift_reminders.sandbox_pushes
    ADD CONSTRAINT sandbox_pushes_pkey PRIMARY KEY (device_id, tag);

ALTER TABLE ONLY shift_reminders.saved_views
    ADD CONSTRAINT saved_views_pkey PRIMARY KEY (account_id, page, name);

ALTER TABLE ONLY shift_reminders.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (key);

ALTER TABLE ONLY shift_reminders.test_attendance
    ADD CONSTRAINT test_attendance_pkey PRIMARY KEY (schedule_id, type);

ALTER TABLE ONLY shift_reminders.test_batches
    ADD CONSTRAINT test_batches_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shift_reminders.test_shifts
    ADD CONSTRAINT test_shifts_pkey PRIMARY KEY (schedule_id);

ALTER TABLE ONLY shift_reminders.time_zones
    ADD CONSTRAINT time_zones_pkey PRIMARY KEY (spelled);

CREATE INDEX scheduled_notifications_error ON public.scheduled_notifications USING btree (scheduled_for DESC, id DESC) WHERE (last_error IS NOT NULL);

CREATE INDEX scheduled_notifications_exception ON public.scheduled_notifications USING btree ((
CASE
    WHEN (reason = ANY (ARRAY['bad_times'::text, 'cancelled_by_admin'::text, 'reassigned'::text, 'rule_disabled'::text, 'shift_gone'::text, 'shift_inactive'::text, 'superseded'::text])) THEN 'cancelled'::text
    WHEN (reason = ANY (ARRAY['channel_down'::text, 'enqueue_down'::text, 'entered_too_late'::text, 'moved_too_late'::text, 'not_handed_over'::text, 'paused'::text, 'platform_down'::text, 'taken_back_too_late'::text, 'too_late'::text])) THEN 'expired'::text
    WHEN (reason = ANY (ARRAY['attempts_used_up'::text, 'no_device'::text, 'no_text'::text, 'out_of_time'::text, 'rejected'::text, 'sender_mismatch'::text, 'unknown_type'::text, 'unregistered'::text])) THEN 'failed'::text
    WHEN (reason = ANY (ARRAY['already_pushed'::text, 'attendance_logged'::text, 'checked_in'::text, 'checked_out'::text, 'nobody_missing'::text, 'opted_out'::text])) THEN 'skipped'::text
    ELSE NULL::text
END), scheduled_for DESC, id DESC) WHERE (processed AND (reason <> 'accepted'::text));

COMMENT ON INDEX public.scheduled_notifications_exception IS 'ended_unsent, as of f47165c1450c3b4963e2e2cd4e666878';

CREATE INDEX scheduled_notifications_finished ON public.scheduled_notifications USING btree (scheduled_for, id) WHERE processed;

CREATE INDEX scheduled_notifications_finished_of_person ON public.scheduled_notifications USING btree (user_id, scheduled_for DESC) WHERE processed;

CREATE INDEX scheduled_notifications_fresh ON public.scheduled_notifications USING btree (scheduled_for, expires_at, id) WHERE ((NOT processed) AND (reason IS NULL));

CREATE INDEX scheduled_notifications_reason ON public.scheduled_notifications USING btree (reason, scheduled_for DESC, id DESC) WHERE (reason <> 'accepted'::text);

CREATE INDEX scheduled_notifications_waiting ON public.scheduled_notifications USING btree (next_attempt_at, expires_at, id) WHERE ((NOT processed) AND (reason IS NOT NULL));

CREATE INDEX scheduled_notifications_waiting_due ON public.scheduled_notifications USING btree (scheduled_for, expires_at, id) WHERE ((NOT processed) AND (reason IS NOT NULL));

CREATE INDEX account_claims_user ON shift_reminders.account_claims USING btree (user_id);

CREATE INDEX account_logins_user ON shift_reminders.account_logins USING btree (user_id);

CREATE INDEX account_passkeys_user ON shift_reminders.account_passkeys USING btree (user_id);

CREATE INDEX account_roles_role ON shift_reminders.account_roles USING btree (role_id);

CREATE UNIQUE INDEX accounts_email ON shift_reminders.accounts USING btree (normalized_email);

CREATE UNIQUE INDEX accounts_user_name ON shift_reminders.accounts USING btree (normalized_user_name);

CREATE INDEX audit_act ON shift_reminders.audit USING btree (act, id DESC);

CREATE INDEX audit_actor ON shift_reminders.audit USING btree (actor, id DESC);

CREATE INDEX audit_at ON shift_reminders.audit USING btree (at);

CREATE INDEX audit_part_of ON shift_reminders.audit USING btree (part_of) WHERE (part_of IS NOT NULL);

CREATE INDEX audit_reminder ON shift_reminders.audit USING btree (reminder_id, generation) WHERE (reminder_id IS NOT NULL);

CREATE INDEX audit_subject ON shift_reminders.audit USING btree (subject text_pattern_ops, id DESC);

CREATE INDEX heartbeats_started ON shift_reminders.heartbeats USING btree (started_at);

CREATE UNIQUE INDEX pauses_one_open ON shift_reminders.pauses USING btree ((true)) WHERE (ended_at IS NULL);

CREATE INDEX role_claims_role ON shift_reminders.role_claims USING btree (role_id);

CREATE INDEX sandbox_pushes_person ON shift_reminders.sandbox_pushes USING btree (user_id, received_at DESC);

CREATE INDEX sandbox_pushes_received ON shift_reminders.sandbox_pushes USING btree (received_at);

CREATE INDEX sessions_account ON shift_reminders.sessions USING btree (account_id, last_used_at DESC);

CREATE INDEX sessions_ends_at ON shift_reminders.sessions USING btree (ends_at);

CREATE INDEX test_attendance_open ON shift_reminders.test_attendance USING btree (at) WHERE (logged_at IS NULL);

CREATE INDEX test_shifts_batch ON shift_reminders.test_shifts USING btree (batch_id, start_at, schedule_id);

CREATE TRIGGER foreign_outcome BEFORE UPDATE OF processed ON public.scheduled_notifications FOR EACH ROW WHEN ((new.processed AND (NOT old.processed) AND (new.state = ANY (ARRAY['pending'::text, 'sending'::text])))) EXECUTE FUNCTION shift_reminders.take_foreign_outcome();

CREATE TRIGGER foreign_row BEFORE INSERT ON public.scheduled_notifications FOR EACH ROW WHEN (((new.armed_at IS NULL) OR (new.anchor_at IS NULL) OR (new.expires_at IS NULL) OR (new.next_attempt_at IS NULL))) EXECUTE FUNCTION shift_reminders.complete_foreign_row();

ALTER TABLE ONLY shift_reminders.account_claims
    ADD CONSTRAINT account_claims_user_id_fkey FOREIGN KEY (user_id) REFERENCES shift_reminders.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.account_logins
    ADD CONSTRAINT account_logins_user_id_fkey FOREIGN KEY (user_id) REFERENCES shift_reminders.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.account_passkeys
    ADD CONSTRAINT account_passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES shift_reminders.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.account_roles
    ADD CONSTRAINT account_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES shift_reminders.roles(id) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.account_roles
    ADD CONSTRAINT account_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES shift_reminders.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.account_tokens
    ADD CONSTRAINT account_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES shift_reminders.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.role_claims
    ADD CONSTRAINT role_claims_role_id_fkey FOREIGN KEY (role_id) REFERENCES shift_reminders.roles(id) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.rule_texts
    ADD CONSTRAINT rule_texts_notify_type_fkey FOREIGN KEY (notify_type) REFERENCES shift_reminders.rules(notify_type) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.saved_views
    ADD CONSTRAINT saved_views_account_id_fkey FOREIGN KEY (account_id) REFERENCES shift_reminders.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.sessions
    ADD CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES shift_reminders.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.test_attendance
    ADD CONSTRAINT test_attendance_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES shift_reminders.test_shifts(schedule_id) ON DELETE CASCADE;

ALTER TABLE ONLY shift_reminders.test_shifts
    ADD CONSTRAINT test_shifts_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES shift_reminders.test_batches(id) ON DELETE CASCADE;

CREATE POLICY app_reads ON public.notification_pushes FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON public.scheduled_notifications FOR SELECT TO shift_reminders_app USING (true);

ALTER TABLE public.notification_pushes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.scheduled_notifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.account_claims ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.account_logins ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.account_passkeys ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.account_roles ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.account_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY app ON shift_reminders.account_claims TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.account_logins TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.account_passkeys TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.account_roles TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.account_tokens TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.accounts TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.audit TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.data_protection_keys TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.role_claims TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.roles TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.saved_views TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app ON shift_reminders.sessions TO shift_reminders_app USING (true) WITH CHECK (true);

CREATE POLICY app_reads ON shift_reminders.attempts FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.channel_platforms FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.channels FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.generations FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.heartbeats FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.pauses FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.processors FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.reasons FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.rule_texts FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.rules FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.sandbox_behaviours FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.sandbox_pushes FOR SELECT TO shift_reminders_app USING (true);

CREATE POLICY app_reads ON shift_reminders.settings FOR SELECT TO shift_reminders_app USING (true);

ALTER TABLE shift_reminders.archived_notifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.attempts ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.audit ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.channel_platforms ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.channel_results ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.channels ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.data_protection_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.dead_devices ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.generations ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.heartbeats ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.page_notices ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.pauses ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.processors ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.reasons ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.role_claims ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.roles ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.rule_texts ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.rules ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.sandbox_behaviours ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.sandbox_pushes ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.saved_views ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.test_attendance ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.test_batches ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.test_shifts ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.time_zones ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA shift_reminders TO shift_reminders_app;

REVOKE ALL ON FUNCTION public.enqueue_due_shift_notifications(source text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.enqueue_due_shift_notifications(source text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION public.try_mark_notification_pushed(nid text, payload jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.try_mark_notification_pushed(nid text, payload jsonb) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.act_reminders(act_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.act_reminders(act_id bigint) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.anchor_due_at(due timestamp with time zone, lead interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.anchor_of(anchor text, start_at timestamp with time zone, end_at timestamp with time zone) FROM PUBLIC;

GRANT SELECT ON TABLE shift_reminders.rules TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.apply_rule(rule shift_reminders.rules) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.attended_by(shift bigint, who uuid, rule text, moment timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.attended_reason(type text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.backoff(failures integer, attempts_left integer, time_left interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.begin_generation(ids bigint[], anchors timestamp with time zone[], dues timestamp with time zone[], expiries timestamp with time zone[], whys text[], at timestamp with time zone, new_target text, asked_by text, checked_in_too boolean, begun_too boolean) FROM PUBLIC;

GRANT SELECT ON TABLE public.scheduled_notifications TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.behind_rule(rule shift_reminders.rules) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.came_late(due timestamp with time zone, queued_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.cancel_reminders(ids bigint[], actor text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.cancel_reminders(ids bigint[], actor text, why text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.change_setting(key text, value text, was text, actor text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.change_setting(key text, value text, was text, actor text, why text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.channel_failures(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.channel_probed(channel text, ok boolean, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.channel_probed(channel text, ok boolean, reason text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.channel_trouble(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.check_database() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.check_database() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.check_deliveries() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.check_shared_phones() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.check_time_zones() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.claim_first(worker text, batch_size integer, lease interval, token uuid, at timestamp with time zone, site_zone text, site_locale text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.claim_reminders(worker text, channel text, batch_size integer, lease interval) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.claim_reminders(worker text, channel text, batch_size integer, lease interval) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.clock() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.clock() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.complete_foreign_row() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.count_accepted(of_channel text, devices jsonb[], of integer[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.count_results(of_channel text, device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.create_test_shifts(people uuid[], shifts integer, starts_in interval, lasts interval, apart interval, label text, zone text, check_in_after interval, check_out_after interval, enqueue_now boolean, actor text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.create_test_shifts(people uuid[], shifts integer, starts_in interval, lasts interval, apart interval, label text, zone text, check_in_after interval, check_out_after interval, enqueue_now boolean, actor text, why text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.cron_available() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.cron_jobs() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.cron_jobs() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.cron_run_of(heartbeat bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.cron_run_of(heartbeat bigint) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.cron_runs(before_runid bigint, page_size integer, only_status text, only_job bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.cron_runs(before_runid bigint, page_size integer, only_status text, only_job bigint) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.cron_standing() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.cron_standing() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.decide(results shift_reminders.result[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.device_id(token text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.device_id(token text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.devices_of(person uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.devices_of(person uuid) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.done_devices(reminder bigint, of_generation integer, for_target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.doubt(reminder bigint, of_generation integer) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.doubt(reminder bigint, of_generation integer) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.down_at(moment timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.due_at(anchor timestamp with time zone, lead interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.due_between(after timestamp with time zone, up_to timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.due_list(ahead interval, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.due_list(ahead interval, most integer) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.due_within(ahead interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.end_session(session uuid, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.end_session(session uuid, why text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.end_sessions(account uuid, why text, but uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.end_sessions(account uuid, why text, but uuid) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.ended_unsent(reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.ended_unsent(reason text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.enqueue_rule(rule shift_reminders.rules, from_due timestamp with time zone, to_due timestamp with time zone, at timestamp with time zone, still_useful boolean, first_shift bigint, last_shift bigint, OUT added integer, OUT rearmed integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.enqueue_rule_in_parts(rule shift_reminders.rules, from_due timestamp with time zone, to_due timestamp with time zone, at timestamp with time zone, OUT added integer, OUT rearmed integer, OUT errors text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.ensure_cron_job() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.ensure_cron_job() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.expected(from_at timestamp with time zone, to_at timestamp with time zone, only_shift bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.expires_at(anchor timestamp with time zone, lead interval, grace interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.explain(schedule_id bigint, user_id uuid, notify_type text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.explain(schedule_id bigint, user_id uuid, notify_type text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.explain_person(person uuid, only_shift bigint, around timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.explain_person(person uuid, only_shift bigint, around timestamp with time zone) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.explain_shift(schedule_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.explain_shift(schedule_id bigint) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.failed_lately(of_channel text, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.failing_since(of_channel text, of_platform text, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.find_people(words text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.find_people(words text, most integer) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.fold(words text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.fold(words text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.follows_rule(reminder public.scheduled_notifications) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.gather_results(held public.scheduled_notifications[], reminder_ids bigint[], claim_tokens uuid[], generations integer[], attempts integer[], device_of integer[], device_ids text[], platforms text[], outcomes text[], codes text[], http_statuses integer[], message_ids text[], latencies_ms integer[], retry_after_s double precision[], details text[], ages_ms integer[], OUT ours shift_reminders.result[], OUT late shift_reminders.result[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.has_text(of_type text, for_user uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.heal_identities() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.hint(channel text, payload text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.hold_session(session uuid, needed text[], proof_lasts interval) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.hold_session(session uuid, needed text[], proof_lasts interval) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.host_attendance() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.host_create_shift(who uuid, starts timestamp with time zone, ends timestamp with time zone, shift_label text, zone text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.host_devices() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.host_faults() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.host_forget_device(who uuid, device text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.host_log_attendance(shift bigint, who uuid, kind text, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.host_people() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.host_remove_shifts(ids bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.host_shifts() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.in_hours(length interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.is_alive(last_seen_at timestamp with time zone, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.judge(ids bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.judge_for_claim(candidates public.scheduled_notifications[], paused_platforms text[], site_zone text, site_locale text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.judge_one(schedule_id bigint, user_id uuid, anchor_at timestamp with time zone, although_checked_in boolean, rule text, rule_enabled boolean, rule_anchor text, rule_skips text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.judge_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.judge_rows(reminders public.scheduled_notifications[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.judge_rule_change(kind text, new_lead interval, new_grace interval, new_enabled boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.last_owner_alone() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.list_dead_devices(of_channel text, device_users uuid[], asked_at timestamp with time zone[], device_ids text[], platforms text[], outcomes text[], mismatch_is_dead boolean, at timestamp with time zone) FROM PUBLIC;

GRANT SELECT ON TABLE shift_reminders.sessions TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.live_sessions() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.live_sessions() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.locale_of(written text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.lock_due(waiting boolean, look integer, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.log_due_test_attendance() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.log_due_test_attendance() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.logged_for(logged_by uuid, who uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.logged_in_time(logged_at timestamp with time zone, expires_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.lost_by_pause(lengths interval[]) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.lost_by_pause(lengths interval[]) TO shift_reminders_app;

GRANT SELECT ON TABLE public.notification_pushes TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.mark_state(mark public.notification_pushes) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.may_have_arrived(reminder bigint, of_generation integer) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.may_have_arrived(reminder bigint, of_generation integer) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.may_have_reached(outcome text, http integer) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.may_have_reached(outcome text, http integer) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.next_due_in(channel text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.next_due_in(channel text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.note_channel(of_channel text, device_users uuid[], asked_at timestamp with time zone[], device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.note_health(of_channel text, outcomes text[], details text[], latencies_ms integer[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.note_results(of_channel text, reminder_ids bigint[], generations integer[], attempts integer[], fresh bigint[], device_of integer[], device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.noted_as_healthy(of_channel text, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.notification_id(schedule_id bigint, user_id uuid, notify_type text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.notify_pages(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.now_board(with_history boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.now_board(with_history boolean) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.now_history() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.oldest_due_at(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.oldest_waiting_at(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.open_reminders() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.optional_host_column(purpose text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.optional_host_columns() FROM PUBLIC;

GRANT SELECT ON TABLE shift_reminders.pauses TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.pause_at(at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.pause_at(at timestamp with time zone) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.pause_platforms(of_channel text, platforms text[], outcomes text[], details text[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.pause_reminders(actor text, why text, until timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.pause_reminders(actor text, why text, until timestamp with time zone) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.paused(at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.paused(at timestamp with time zone) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.paused_platforms(channel text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.paused_platforms(channel text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.people_named(ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.people_named(ids uuid[]) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.people_table() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.platform_probed(channel text, platform text, ok boolean, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.platform_probed(channel text, platform text, ok boolean, reason text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.preview_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.preview_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.preview_rule(kind text, new_anchor text, new_lead interval, new_grace interval, new_skip_type text, new_enabled boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.preview_rule(kind text, new_anchor text, new_lead interval, new_grace interval, new_skip_type text, new_enabled boolean) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.processor_beat(worker text, host text, version text, channel text, trouble text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.processor_beat(worker text, host text, version text, channel text, trouble text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.prove_session(session uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.prove_session(session uuid) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.purge(batch_size integer) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.purge(batch_size integer) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.purge_dead_devices(older_than interval, batch_size integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.purge_sandbox(older_than interval, batch_size integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.purge_sessions(older_than interval, batch_size integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.queue_metrics() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.queue_metrics() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.rearm(candidates bigint[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.record_accepted(channel text, reminder_ids bigint[], claim_tokens uuid[], devices jsonb[], ages_ms integer[], latencies_ms integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.record_accepted(channel text, reminder_ids bigint[], claim_tokens uuid[], devices jsonb[], ages_ms integer[], latencies_ms integer[]) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.record_attempts(worker text, channel text, reminder_ids bigint[], claim_tokens uuid[], generations integer[], attempts integer[], device_of integer[], device_ids text[], platforms text[], outcomes text[], codes text[], http_statuses integer[], message_ids text[], latencies_ms integer[], retry_after_s double precision[], details text[], ages_ms integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.record_attempts(worker text, channel text, reminder_ids bigint[], claim_tokens uuid[], generations integer[], attempts integer[], device_of integer[], device_ids text[], platforms text[], outcomes text[], codes text[], http_statuses integer[], message_ids text[], latencies_ms integer[], retry_after_s double precision[], details text[], ages_ms integer[]) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.record_audit(actor text, act text, subject text, why text, before jsonb, after jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.record_audit(actor text, act text, subject text, why text, before jsonb, after jsonb) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.record_late(results shift_reminders.result[], worker text, channel text, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.record_resend(ids bigint[], actor text, why text, wishes jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.refresh_host_contract() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.release_marks(decided shift_reminders.decision[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.release_reminders(reminder_ids bigint[], claim_tokens uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.release_reminders(reminder_ids bigint[], claim_tokens uuid[]) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.reminder_faces(ids bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.reminder_faces(ids bigint[]) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.remove_rule(kind text, read_at timestamp with time zone, actor text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.remove_rule(kind text, read_at timestamp with time zone, actor text, why text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.remove_test_batch(batch bigint, actor text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.remove_test_batch(batch bigint, actor text, why text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.repeated_shift_ids() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.require_host_column(host_table text, column_name text, VARIADIC types text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.require_why(actor text, why text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.resend_reminders(ids bigint[], target text, actor text, why text, although_checked_in boolean, although_begun boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.resend_reminders(ids bigint[], target text, actor text, why text, although_checked_in boolean, although_begun boolean) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.resume_reminders(actor text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.resume_reminders(actor text, why text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.rule_as_json(kind text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.run_enqueue_by_hand(actor text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.run_enqueue_by_hand(actor text, why text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.sample_shifts(most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.sample_shifts(most integer) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.sandbox_answer(device text, only_asked boolean, OUT outcome text, OUT latency interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.sandbox_behave(device_id text, outcome text, remaining integer, latency interval, actor text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.sandbox_behave(device_id text, outcome text, remaining integer, latency interval, actor text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.sandbox_clear(person uuid, actor text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.sandbox_clear(person uuid, actor text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.sandbox_probe() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.sandbox_probe() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.sandbox_receive(notification_id text, generation integer, tag text, title text, body text, data jsonb, dry_run boolean, device_ids text[], user_ids uuid[], platforms text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.sandbox_receive(notification_id text, generation integer, tag text, title text, body text, data jsonb, dry_run boolean, device_ids text[], user_ids uuid[], platforms text[]) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.save_rule(kind text, read_at timestamp with time zone, new_title text, new_anchor text, new_lead interval, new_grace interval, new_skip_type text, new_max_attempts integer, new_enabled boolean, texts jsonb, actor text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.save_rule(kind text, read_at timestamp with time zone, new_title text, new_anchor text, new_lead interval, new_grace interval, new_skip_type text, new_max_attempts integer, new_enabled boolean, texts jsonb, actor text, why text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.schema_version() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.schema_version() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.session_standing(session uuid, key_hash text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.session_standing(session uuid, key_hash text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.settable() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.setting(key text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.setting(key text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.settle_undeliverable(judged shift_reminders.claimable[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.shift_board(from_at timestamp with time zone, to_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.shift_board(from_at timestamp with time zone, to_at timestamp with time zone) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.shift_fault(is_active boolean, start_at timestamp with time zone, end_at timestamp with time zone, anchor timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.shift_id_is_unique() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.showable(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.site_settings() FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.site_settings() TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.start_session(id uuid, key_hash text, account_id uuid, security_stamp text, lasts interval, idle_limit interval, browser text, address text, replaces uuid, proved_at timestamp with time zone, continues boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.start_session(id uuid, key_hash text, account_id uuid, security_stamp text, lasts interval, idle_limit interval, browser text, address text, replaces uuid, proved_at timestamp with time zone, continues boolean) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.sweep_expired(at timestamp with time zone, batch_size integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.sweep_leases(at timestamp with time zone, batch_size integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.take_foreign_outcome() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.take_marks(chosen shift_reminders.claimable[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.test_batch_list(most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.test_batch_list(most integer) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.test_board(batch bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.test_board(batch bigint) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.test_targets(actor text, why text, who uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.test_targets(actor text, why text, who uuid) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.text_for(rule text, wanted text, site_locale text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.token_index() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.too_many_gone(of_channel text, outcomes text[], at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.trimmed_token(token text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.trimmed_token(token text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.type_of_host_column(host_table text, quoted_name text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.unaccounted(day date) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.unanswered_pushes(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.uncancel_reminders(ids bigint[], actor text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.uncancel_reminders(ids bigint[], actor text, why text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.unknown_placeholder(template text) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.unknown_placeholder(template text) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.unseen_reason(due timestamp with time zone, expiry timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.use_session(session uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION shift_reminders.use_session(session uuid) TO shift_reminders_app;

REVOKE ALL ON FUNCTION shift_reminders.verify_host() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.wake_retries(of_channel text, last_accepted_at timestamp with time zone, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.wall_clock(at timestamp with time zone, zone text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.write_contract_views() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.write_host_helper(signature text, result text, body text) FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.write_host_helpers() FROM PUBLIC;

REVOKE ALL ON FUNCTION shift_reminders.wrong_setting(key text, value text) FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE shift_reminders.account_claims TO shift_reminders_app;

GRANT SELECT,INSERT,DELETE ON TABLE shift_reminders.account_logins TO shift_reminders_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE shift_reminders.account_passkeys TO shift_reminders_app;

GRANT SELECT,INSERT,DELETE ON TABLE shift_reminders.account_roles TO shift_reminders_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE shift_reminders.account_tokens TO shift_reminders_app;

GRANT SELECT,INSERT,UPDATE ON TABLE shift_reminders.accounts TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.attempts TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.audit TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.channel_platforms TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.channels TO shift_reminders_app;

GRANT SELECT,INSERT ON TABLE shift_reminders.data_protection_keys TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.generations TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.heartbeats TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.processors TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.reasons TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.role_claims TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.roles TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.rule_texts TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.sandbox_behaviours TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.sandbox_pushes TO shift_reminders_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE shift_reminders.saved_views TO shift_reminders_app;

GRANT SELECT ON TABLE shift_reminders.settings TO shift_reminders_app;
