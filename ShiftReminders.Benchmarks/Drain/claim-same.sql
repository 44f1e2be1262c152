-- Each reminder is judged against its live shift, what may be sent is marked, and all that the message needs comes back.
WITH due AS MATERIALIZED (
  SELECT r.id, r.schedule_id, r.user_id, r.anchor_at, 'shift-' || r.schedule_id || '-' || r.user_id || '-' || r.notify_type AS nid
  FROM bench.reminders r WHERE NOT r.processed AND r.state = 'pending' AND r.due_at <= now() AND r.expires_at > now()
  ORDER BY r.due_at, r.id LIMIT 500 FOR UPDATE SKIP LOCKED
), judged AS MATERIALIZED (
  /* judged.sql */
), marked AS (
  INSERT INTO bench.kept_marks (nid, created_at) SELECT j.nid, now() FROM judged j WHERE j.verdict = 'deliver'
), claim AS MATERIALIZED (SELECT gen_random_uuid() AS token)
UPDATE bench.reminders q SET
  state = CASE d.verdict WHEN 'deliver' THEN 'sending' ELSE 'skipped' END, processed = d.verdict <> 'deliver',
  reason = nullif(d.verdict, 'deliver'), claimed_at = clock_timestamp(), claim_token = c.token, lease_until = now() + interval '1 minute'
FROM judged d, claim c WHERE q.id = d.id
RETURNING q.id, d.verdict, d.nid, q.schedule_id, q.claim_token, q.anchor_at, extract(epoch FROM q.expires_at - now())::integer AS seconds_left,
  d.start_at, d.label, d.time_zone, d.ids, d.tokens, d.platforms
