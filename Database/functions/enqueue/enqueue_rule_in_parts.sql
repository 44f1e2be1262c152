-- When a statement of it fails (one absurd row is enough), halves of it are tried, and halves of those, so that only the
-- culprit is left, and it is named. It gives up after a hundred culprits: then the fault is a general one. A row that
-- another session holds is waited for a moment only, and all of it ends in good time before the tick's statement_timeout.
CREATE OR REPLACE FUNCTION shift_reminders.enqueue_rule_in_parts(
  rule shift_reminders.rules, from_due timestamptz, to_due timestamptz, at timestamptz,
  OUT added integer, OUT rearmed integer, OUT errors text[])
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '50ms'
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
$$;
