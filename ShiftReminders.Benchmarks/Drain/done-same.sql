-- An attempt per reminder with a result per phone, of those whose claim is still ours. $1 reminders, $2 claims, $3 results.
WITH done AS (
  UPDATE bench.reminders q SET
    state = 'sent', reason = 'accepted', processed = true, done_at = clock_timestamp(), claim_token = NULL, lease_until = NULL
  FROM unnest($1::bigint[], $2::uuid[], $3::jsonb[]) AS r(id, token, devices)
  WHERE q.id = r.id AND q.claim_token = r.token
  RETURNING q.id, r.token, q.claimed_at, r.devices)
INSERT INTO bench.kept_attempts (reminder_id, attempt, claim_token, claimed_at, recorded_at, outcome, devices)
SELECT d.id, 1, d.token, d.claimed_at, now(), 'accepted', d.devices FROM done d
