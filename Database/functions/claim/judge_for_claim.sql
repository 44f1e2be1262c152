-- Locked candidates, judged, with texts and devices; one look-up per reminder each.
CREATE OR REPLACE FUNCTION shift_reminders.judge_for_claim(
  candidates public.scheduled_notifications[], paused_platforms text[], site_zone text, site_locale text)
RETURNS shift_reminders.claimable[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
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
