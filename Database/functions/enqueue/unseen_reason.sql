-- Why a reminder came and went without being queued.
CREATE OR REPLACE FUNCTION shift_reminders.unseen_reason(due timestamptz, expiry timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN EXISTS (SELECT 1 FROM shift_reminders.pauses p WHERE p.started_at < expiry AND coalesce(p.ended_at, p.until, 'infinity') > due)
    THEN 'paused' ELSE 'enqueue_down' END
$$;
