-- Rules are changed by admins without a release; the portal sees whether pg_cron is there and may be read.
-- Safe to run again.

-- The same length in hours only. A day is not always 24 hours, so a rule's times must not contain one.
CREATE OR REPLACE FUNCTION shift_reminders.in_hours(length interval) RETURNS interval
LANGUAGE sql IMMUTABLE SET search_path = ''
AS $$ SELECT make_interval(secs => extract(epoch FROM length)::double precision) $$;

-- What a rule as given would do to the reminders that wait by it now. The preview shows this, and the act does it.
-- effect: unchanged | moved (its due time or expiry changes) | due_now (it would be due at once) | expired | cancelled
CREATE OR REPLACE FUNCTION shift_reminders.judge_rule_change(kind text, new_lead interval, new_grace interval, new_enabled boolean)
RETURNS TABLE (reminder_id bigint, effect text, old_due timestamptz, new_due timestamptz)
LANGUAGE sql STABLE SET search_path = ''
AS $$
  SELECT q.id,
    CASE
      WHEN NOT new_enabled THEN 'cancelled'
      WHEN q.scheduled_for = n.due AND q.expires_at = n.due + new_grace THEN 'unchanged'
      WHEN n.due + new_grace <= c.at THEN 'expired'
      WHEN n.due <= c.at AND q.scheduled_for > c.at THEN 'due_now'
      ELSE 'moved'
    END,
    q.scheduled_for, n.due
  FROM shift_reminders.open_reminders() q
  CROSS JOIN (SELECT shift_reminders.clock() AS at) c
  CROSS JOIN LATERAL (SELECT q.anchor_at - new_lead AS due) n
  -- What was already tried keeps the time it was tried for, and a resend the time somebody chose.
  WHERE q.state = 'pending' AND q.notify_type = kind AND q.attempt_count = 0 AND q.resent_by IS NULL
$$;

-- One row per effect with up to five examples, and one row 'fresh': shifts that the rule newly reaches at the next tick.
CREATE OR REPLACE FUNCTION shift_reminders.preview_rule(kind text, new_anchor text, new_lead interval, new_grace interval, new_skip_type text, new_enabled boolean)
RETURNS TABLE (effect text, reminders integer, examples text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_custom_plan
AS $$
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
        SELECT s.schedule_id, p.display_name, s.%1$I - $1 AS due, row_number() OVER (ORDER BY s.%1$I, s.schedule_id) AS place
        FROM shift_reminders.shifts s
        LEFT JOIN LATERAL (SELECT y.display_name, y.reminders_off FROM shift_reminders.people y WHERE y.user_id = s.user_id LIMIT 1) p ON true
        WHERE s.%1$I > $3 - $2 + $1 AND s.%1$I <= $3 + $4 + $1 AND s.is_active
          -- What the stored rule reaches anyway is no effect of saving.
          AND NOT EXISTS (SELECT 1 FROM shift_reminders.rules r WHERE r.notify_type = $5 AND r.enabled
                          AND s.%1$I > $3 - r.grace + r.lead AND s.%1$I <= $3 + $4 + r.lead)
          AND s.user_id IS NOT NULL AND NOT coalesce(p.reminders_off, false)
          AND NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                          WHERE q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = $5)
          AND NOT EXISTS (SELECT 1 FROM shift_reminders.attendance a WHERE a.schedule_id = s.schedule_id AND a.type = $6
                          AND (a.user_id IS NULL OR a.user_id = s.user_id))) f
      HAVING count(*) > 0 $sql$, CASE new_anchor WHEN 'end' THEN 'end_at' ELSE 'start_at' END)
      USING shift_reminders.in_hours(new_lead), shift_reminders.in_hours(new_grace), at, ahead, kind, new_skip_type;
  END IF;
END
$$;

-- What the audit keeps of a rule.
CREATE OR REPLACE FUNCTION shift_reminders.rule_as_json(kind text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = ''
AS $$
  SELECT to_jsonb(r) - 'updated_at' - 'updated_by' - 'watched_since' || jsonb_build_object('texts', (
    SELECT jsonb_object_agg(t.locale, jsonb_build_object('title', t.title, 'body', t.body))
    FROM shift_reminders.rule_texts t WHERE t.notify_type = r.notify_type))
  FROM shift_reminders.rules r WHERE r.notify_type = kind
$$;

-- Reminders that wait by the rule follow it at once: the same rows as the preview counted.
CREATE OR REPLACE FUNCTION shift_reminders.apply_rule(kind text) RETURNS void
LANGUAGE sql SET search_path = ''
AS $$
  UPDATE public.scheduled_notifications q
  SET scheduled_for = q.anchor_at - r.lead, next_attempt_at = q.anchor_at - r.lead, expires_at = q.anchor_at - r.lead + r.grace
  FROM shift_reminders.rules r
  WHERE r.notify_type = kind AND q.id IN (SELECT o.id FROM shift_reminders.open_reminders() o WHERE o.notify_type = kind)
    AND q.state = 'pending' AND q.attempt_count = 0 AND q.resent_by IS NULL
    AND (q.scheduled_for <> q.anchor_at - r.lead OR q.expires_at <> q.anchor_at - r.lead + r.grace)
$$;

-- read_at: the rule's updated_at when the admin read it; NULL makes a new rule. texts: {"en": {"title", "body"}, …}, all of them.
-- result: ok | conflict (somebody else saved since) | exists | gone
CREATE OR REPLACE FUNCTION shift_reminders.save_rule(kind text, read_at timestamptz, new_title text, new_anchor text, new_lead interval,
  new_grace interval, new_skip_type text, new_max_attempts integer, new_enabled boolean, texts jsonb, actor text, why text)
RETURNS TABLE (result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
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
    PERFORM shift_reminders.apply_rule(kind);
    PERFORM shift_reminders.record_audit(actor, CASE WHEN read_at IS NULL THEN 'make rule' ELSE 'change rule' END, 'rule ' || kind, why,
      before, shift_reminders.rule_as_json(kind));
    PERFORM pg_notify('shift_reminders_due', '0');
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

-- Removes the rule and its texts. What waits by it is cancelled, so that it stays accounted for.
CREATE OR REPLACE FUNCTION shift_reminders.remove_rule(kind text, read_at timestamptz, actor text, why text)
RETURNS TABLE (result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
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

-- Shifts for the texts' preview: the next of them, of people with different locales and zones first.
CREATE OR REPLACE FUNCTION shift_reminders.sample_shifts(most integer)
RETURNS TABLE (schedule_id bigint, display_name text, locale text, start_at timestamptz, end_at timestamptz, label text, time_zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
  SELECT s.schedule_id::bigint, p.display_name, p.locale, s.start_at, s.end_at, s.label, coalesce(s.time_zone, shift_reminders.setting('site_time_zone'))
  FROM (SELECT * FROM shift_reminders.shifts x WHERE x.start_at > shift_reminders.clock() - interval '12 hours' AND x.is_active
        AND x.user_id IS NOT NULL AND x.end_at >= x.start_at AND shift_reminders.showable(x.end_at) IS NOT NULL ORDER BY x.start_at LIMIT least(most, 100)) s
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = s.user_id LIMIT 1) p ON true
  ORDER BY s.start_at, s.schedule_id
$$;

-- Whether pg_cron is there and what of it may be seen, so that "not permitted" never looks like "empty".
-- standing: missing (no pg_cron in this database) | not permitted | no job | inactive | active
CREATE OR REPLACE FUNCTION shift_reminders.cron_standing()
RETURNS TABLE (standing text, detail text, time_zone text, at timestamptz, last_tick_at timestamptz, last_tick_error text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ''
AS $$
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
$$;

DO $grants$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'shift_reminders'::regnamespace
           AND p.proname IN ('judge_rule_change', 'preview_rule', 'rule_as_json', 'apply_rule', 'in_hours', 'save_rule', 'remove_rule', 'sample_shifts', 'cron_standing') LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    IF f::text !~ 'judge_rule_change|rule_as_json|apply_rule|in_hours' THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO shift_reminders_app', f);
    END IF;
  END LOOP;
END
$grants$;
