-- The lighter work, one statement per batch: the marks go in, the tokens come out. $1 nids, $2 people.
WITH wanted AS (SELECT * FROM unnest($1::text[], $2::uuid[]) AS w(nid, user_id)),
     marked AS (INSERT INTO bench.marks SELECT nid, now() FROM wanted ON CONFLICT DO NOTHING)
SELECT w.nid, t.token FROM wanted w JOIN public.fcm_tokens t ON t.user_id = w.user_id
