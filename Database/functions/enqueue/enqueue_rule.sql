-- One rule: one statement finds the shifts that are not queued as they should be, one asks what each of them needs, and
-- only if something is missing does one write. from_due < due <= to_due; still_useful is false for what came and went
-- unseen: it is entered as already expired, so that it is accounted for. first_shift and last_shift are the slow path's.
CREATE OR REPLACE FUNCTION shift_reminders.enqueue_rule(
  rule shift_reminders.rules, from_due timestamptz, to_due timestamptz, at timestamptz, still_useful boolean,
  first_shift bigint, last_shift bigint, OUT added integer, OUT rearmed integer)
-- What is asked for is of this hour and therefore in memory, so work counts and pages hardly do: a look-up for each of a
-- few rows, a hash for a burst. A hash may always be as big as it must: the way out of NOT IN compares all with all.
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET seq_page_cost = 0.1 SET random_page_cost = 0.1
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
$$;
