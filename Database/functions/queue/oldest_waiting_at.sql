-- Since when the reminder that has waited longest could have been sent: not before it was queued, so a shift that was entered
-- late has not waited from its due time, and not before a pause ended. NULL: none waits.
CREATE OR REPLACE FUNCTION shift_reminders.oldest_waiting_at(at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT min(w.waits_since) FROM (
    SELECT greatest(q.next_attempt_at, q.armed_at, (SELECT max(p.ended_at) FROM shift_reminders.pauses p WHERE p.ended_at <= at)) AS waits_since
    FROM shift_reminders.open_reminders() q
    WHERE q.state = 'pending' AND q.next_attempt_at <= at AND q.scheduled_for <= at AND q.expires_at > at LIMIT 10001) w
$$;
