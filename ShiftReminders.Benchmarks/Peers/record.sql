-- One statement per batch: an attempt per reminder with a result per phone. $1 the attempts as JSON, $2 the marks to take
-- back, because no phone got the message.
WITH released AS (DELETE FROM bench.marks WHERE nid = ANY ($2::text[]))
INSERT INTO bench.attempts (reminder_id, attempt, claimed_at, recorded_at, outcome, devices)
SELECT a.reminder_id, a.attempt, a.claimed_at, now(), a.outcome, a.devices
FROM json_to_recordset($1::json) AS a(reminder_id bigint, attempt integer, claimed_at timestamptz, outcome text, devices jsonb)
ON CONFLICT DO NOTHING
