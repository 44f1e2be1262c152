-- What the devices' results say of the channel: only those that this recording put on record (fresh), each once.
-- fresh NULL: all of them.
CREATE OR REPLACE FUNCTION shift_reminders.note_results(
  of_channel text, reminder_ids bigint[], generations integer[], attempts integer[], fresh bigint[],
  device_of integer[], device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
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
