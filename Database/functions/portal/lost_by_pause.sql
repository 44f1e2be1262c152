-- How many reminders would be of no use any more at the end of a pause that begins now and lasts so long.
CREATE OR REPLACE FUNCTION shift_reminders.lost_by_pause(lengths interval[]) RETURNS TABLE (length interval, reminders bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  WITH useful AS MATERIALIZED (
    SELECT shift_reminders.expires_at(shift_reminders.anchor_due_at(d.due_at, r.lead), r.lead, r.grace) AS until FROM shift_reminders.due_within((SELECT max(l) FROM unnest(lengths) AS l)) d
    JOIN shift_reminders.rules r ON r.notify_type = d.notify_type
    UNION ALL
    SELECT q.expires_at FROM shift_reminders.open_reminders() q WHERE q.state = 'pending' AND q.scheduled_for <= shift_reminders.clock() AND q.expires_at > shift_reminders.clock())
  SELECT l, (SELECT count(*) FROM useful u WHERE u.until <= shift_reminders.clock() + l) FROM unnest(lengths) AS l
$$;
