-- Done, of those whose claim is still ours; what FCM said of each phone ($3) is not kept. $1 reminders, $2 claims.
UPDATE bench.judged q SET state = 'sent', done_at = clock_timestamp()
FROM unnest($1::bigint[], $2::uuid[], $3::jsonb[]) AS r(id, token, devices)
WHERE q.id = r.id AND q.claim_token = r.token
