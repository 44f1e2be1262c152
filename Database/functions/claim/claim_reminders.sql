CREATE OR REPLACE FUNCTION shift_reminders.claim_reminders(worker text, channel text, batch_size integer, lease interval)
RETURNS SETOF shift_reminders.claimed
-- After a burst the statistics still say that next to nothing is pending, and a bitmap of "next to nothing" reads and
-- sorts the whole backlog for each claim: only an index read in its own order stops after a batch.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
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
