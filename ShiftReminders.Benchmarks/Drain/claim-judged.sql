-- Claim and mark as in the least, but each reminder is judged first, and what its message needs comes back.
WITH due AS MATERIALIZED (
  SELECT r.id, r.schedule_id, r.user_id, r.anchor_at, 'shift-' || r.schedule_id || '-' || r.user_id || '-start_15' AS nid
  FROM bench.judged r WHERE r.state = 'pending' AND r.due_at <= now() AND r.expires_at > now()
  ORDER BY r.due_at, r.id LIMIT 500 FOR UPDATE SKIP LOCKED
), judged AS MATERIALIZED (
  /* judged.sql */
), marked AS (
  INSERT INTO bench.judged_marks (nid, created_at) SELECT j.nid, now() FROM judged j WHERE j.verdict = 'deliver'
), claim AS MATERIALIZED (SELECT gen_random_uuid() AS token)
UPDATE bench.judged q SET
  state = CASE d.verdict WHEN 'deliver' THEN 'sending' ELSE 'skipped' END, claimed_at = clock_timestamp(), claim_token = c.token
FROM judged d, claim c WHERE q.id = d.id
RETURNING q.id, d.verdict, d.nid, q.schedule_id, q.claim_token, q.anchor_at, extract(epoch FROM q.expires_at - now())::integer AS seconds_left,
  d.start_at, d.label, d.time_zone, d.ids, d.tokens, d.platforms
