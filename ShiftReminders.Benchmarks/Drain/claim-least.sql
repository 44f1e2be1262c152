WITH due AS (
  SELECT id FROM bench.queue WHERE state = 'pending' AND due_at <= now() ORDER BY due_at, id LIMIT 500 FOR UPDATE SKIP LOCKED),
claimed AS (
  UPDATE bench.queue q SET state = 'sending', claimed_at = clock_timestamp() FROM due WHERE q.id = due.id
  RETURNING q.id, q.nid, q.user_id),
marked AS (INSERT INTO bench.marks SELECT nid, now() FROM claimed ON CONFLICT DO NOTHING)
SELECT c.id, c.nid, t.token FROM claimed c JOIN public.fcm_tokens t ON t.user_id = c.user_id
