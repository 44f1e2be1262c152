-- What came back, one row per reminder, told apart by whether its claim still holds. Arrays as in record_attempts.
CREATE OR REPLACE FUNCTION shift_reminders.gather_results(
  held public.scheduled_notifications[], reminder_ids bigint[], claim_tokens uuid[], generations integer[], attempts integer[],
  device_of integer[], device_ids text[], platforms text[], outcomes text[], codes text[], http_statuses integer[],
  message_ids text[], latencies_ms integer[], retry_after_s double precision[], details text[], ages_ms integer[],
  OUT ours shift_reminders.result[], OUT late shift_reminders.result[])
-- Planned once, for arrays of unknown length, which the planner takes for ten rows: a nested loop over two arrays of
-- 500 would be 250,000 comparisons.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_nestloop = off
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
