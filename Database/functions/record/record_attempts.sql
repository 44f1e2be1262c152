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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
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
