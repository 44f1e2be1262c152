-- Whether nobody could have queued it in time: ticks ran and did not find it yet, because its shift was entered or moved, or its rule
-- made or switched on, after that; or Shift Reminders began to watch later. What is sent then is not late.
CREATE OR REPLACE FUNCTION shift_reminders.came_late(due timestamptz, queued_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT queued_at > due AND (due < shift_reminders.setting('watching_since')::timestamptz OR EXISTS (
    SELECT 1 FROM shift_reminders.heartbeats h
    WHERE h.started_at > due - shift_reminders.setting('look_ahead')::interval AND h.finished_at < queued_at
      AND NOT h.busy AND NOT h.paused AND h.error IS NULL))
$$;
