-- Claims first attempts at which nothing is in the way, which is nearly all of them on most days, in one statement: judged, marked and
-- leased row by row as they are read. Whatever needs another look (a verdict, a mark that is there already, a device
-- that has had it) is left to claim_reminders.
CREATE OR REPLACE FUNCTION shift_reminders.claim_first(
  worker text, batch_size integer, lease interval, token uuid, at timestamptz, site_zone text, site_locale text)
RETURNS SETOF shift_reminders.claimed
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  l record;
  lease_seconds double precision := date_part('epoch', claim_first.lease);
BEGIN
  -- Locked by a statement of its own: what the next one sees was committed before it began, the rows as they were locked included.
  SELECT array_agg(x.place) AS places, array_agg(x.id) AS ids, array_agg(x.schedule_id) AS schedule_ids, array_agg(x.user_id) AS user_ids,
    array_agg(x.notify_type) AS notify_types, array_agg(x.anchor_at) AS anchors, array_agg(x.although_checked_in) AS although_checked_in
  INTO l
  FROM (
    SELECT q.ctid AS place, q.id, q.schedule_id, q.user_id, q.notify_type, q.anchor_at, q.although_checked_in,
      q.generation = 1 AND q.attempt_count = 0 AND q.target = 'all' AS is_first
    FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.next_attempt_at <= at AND q.expires_at > at
      AND q.state = 'pending'
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) x
  -- Outside: the others take their turn in the batch too, or a stream of first attempts would pass them by.
  WHERE x.is_first;
  IF l.ids IS NULL THEN RETURN; END IF;

  RETURN QUERY
  WITH judged AS MATERIALIZED (
    SELECT d.turn, d.place, d.id, shift_reminders.notification_id(d.schedule_id, d.user_id, d.notify_type) AS nid, d.notify_type,
      j.start_at, j.end_at, j.label, j.time_zone, j.display_name, coalesce(j.locale, '') AS locale, v.device_ids, v.tokens, v.platforms
    FROM unnest(l.places, l.ids, l.schedule_ids, l.user_ids, l.notify_types, l.anchors, l.although_checked_in)
      WITH ORDINALITY AS d(place, id, schedule_id, user_id, notify_type, anchor_at, although_checked_in, turn)
    JOIN shift_reminders.rules r ON r.notify_type = d.notify_type
    CROSS JOIN LATERAL shift_reminders.judge_one(
      d.schedule_id, d.user_id, d.anchor_at, d.although_checked_in, r.notify_type, r.enabled, r.anchor, r.skip_type) j
    CROSS JOIN LATERAL (
      SELECT array_agg(x.device_id) AS device_ids, array_agg(x.token) AS tokens, array_agg(x.platform) AS platforms
      FROM shift_reminders.devices x WHERE x.user_id = d.user_id) v
    WHERE j.verdict = 'deliver' AND v.device_ids IS NOT NULL
    ORDER BY d.turn
  ), marked AS (
    -- Not ON CONFLICT, which would look into the index once more for every mark: there is none yet, or this fails.
    INSERT INTO public.notification_pushes (notification_id, created_at, payload, state, reminder_id, generation)
    SELECT j.nid, at, '{}', 'ours', j.id, 1 FROM judged j
  ), texts AS MATERIALIZED (
    SELECT w.notify_type, w.locale AS wanted, w.first, t.*
    FROM (SELECT j.notify_type, j.locale, min(j.turn) AS first FROM judged j GROUP BY j.notify_type, j.locale) w
    CROSS JOIN LATERAL shift_reminders.text_for(w.notify_type, w.locale, site_locale) t
  )
  UPDATE public.scheduled_notifications q SET
    state = 'sending', claim_token = token, claimed_by = claim_first.worker, claimed_at = at,
    lease_until = at + claim_first.lease, attempt_count = 1
  FROM judged j
  -- LIMIT keeps the reminders in their turn, so that the first of each is the one that brings the text.
  LEFT JOIN LATERAL (SELECT * FROM texts x WHERE x.notify_type = j.notify_type AND x.wanted = j.locale LIMIT 1) t ON true
  -- By its place, which a locked row keeps: not a second way down the index.
  WHERE q.ctid = j.place
  RETURNING q.id, q.claim_token, q.generation, q.attempt_count, j.nid, q.schedule_id, q.user_id, q.notify_type,
    -- date_part, because extract is numeric, and slower than any look-up here.
    q.scheduled_for, date_part('epoch', q.expires_at - at), lease_seconds,
    j.start_at, j.end_at, q.anchor_at, j.label, coalesce(j.time_zone, site_zone), t.locale, j.display_name,
    CASE WHEN j.turn = t.first THEN t.title END, CASE WHEN j.turn = t.first THEN t.body END,
    j.device_ids, j.tokens, j.platforms;
END
$$;
