-- Forgets up to batch_size notifications on simulated phones that arrived longer ago than that; returns how many went.
DROP FUNCTION IF EXISTS shift_reminders.sandbox_purge(interval, integer);
CREATE OR REPLACE FUNCTION shift_reminders.purge_sandbox(older_than interval, batch_size integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH purged AS (
    DELETE FROM shift_reminders.sandbox_pushes p WHERE (p.device_id, p.tag) IN (
      SELECT o.device_id, o.tag FROM shift_reminders.sandbox_pushes o
      WHERE o.received_at < shift_reminders.clock() - older_than
      ORDER BY o.received_at LIMIT batch_size FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::integer FROM purged
$$;
