-- Since when the reminder that is due longest could have reached somebody, whether it waits for a processor or, after a failure, for
-- its next attempt. NULL: none is due.
CREATE OR REPLACE FUNCTION shift_reminders.oldest_due_at(at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT min(w.due_since) FROM (
    SELECT greatest(q.scheduled_for, q.armed_at, (SELECT max(p.ended_at) FROM shift_reminders.pauses p WHERE p.ended_at <= at)) AS due_since
    FROM shift_reminders.open_reminders() q
    WHERE q.state = 'pending' AND q.scheduled_for <= at AND q.expires_at > at LIMIT 10001) w
$$;
