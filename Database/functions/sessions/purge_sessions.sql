-- Forgets up to batch_size sessions that ended longer ago than that; returns how many went.
CREATE OR REPLACE FUNCTION shift_reminders.purge_sessions(older_than interval, batch_size integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH purged AS (
    DELETE FROM shift_reminders.sessions s WHERE s.id IN (
      SELECT o.id FROM shift_reminders.sessions o
      WHERE o.ends_at < shift_reminders.clock() - older_than
      ORDER BY o.ends_at LIMIT batch_size FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::integer FROM purged
$$;
