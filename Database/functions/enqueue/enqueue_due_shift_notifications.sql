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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off SET lock_timeout = '5s'
-- Times that it writes into settings are read by others, whatever their DateStyle; rules are compared with what they were.
SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
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
-- At once: in public, a project's default privileges give it to everybody who may call the Data API.
DO $$
BEGIN
  EXECUTE (SELECT 'REVOKE ALL ON FUNCTION public.enqueue_due_shift_notifications(text) FROM PUBLIC' || coalesce(string_agg(', ' || rolname, ''), '')
           FROM pg_catalog.pg_roles WHERE rolname IN ('anon', 'authenticated'));
END
$$;
