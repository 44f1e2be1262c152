CREATE OR REPLACE FUNCTION shift_reminders.record_accepted(
  channel text, reminder_ids bigint[], claim_tokens uuid[], devices jsonb[], ages_ms integer[], latencies_ms integer[])
RETURNS integer[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
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
    PERFORM shift_reminders.count_accepted(record_accepted.channel, devices, recorded, at);
    PERFORM shift_reminders.notify_pages(at);
  END IF;
  RETURN coalesce(recorded, '{}');
END
$$;
