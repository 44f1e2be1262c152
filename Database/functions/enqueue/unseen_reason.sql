-- Why a reminder came and went without being queued, by what ran between its due time and its expiry.
CREATE OR REPLACE FUNCTION shift_reminders.unseen_reason(due timestamptz, expiry timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN EXISTS (SELECT 1 FROM shift_reminders.heartbeats h
                 WHERE h.started_at >= due AND h.started_at < expiry AND NOT h.busy AND NOT h.paused AND h.error IS NULL) THEN 'entered_too_late'
    WHEN EXISTS (SELECT 1 FROM shift_reminders.pauses p
                 WHERE p.started_at < expiry AND coalesce(p.ended_at, p.until, 'infinity') >= expiry) THEN 'paused'
    ELSE 'enqueue_down' END
$$;
