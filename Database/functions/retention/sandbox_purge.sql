-- In small batches: returns how many went, and fewer than batch_size means that no more are left.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_purge(older_than interval, batch_size integer DEFAULT 1000) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH purged AS (
    DELETE FROM shift_reminders.sandbox_pushes p WHERE (p.device_id, p.tag) IN (
      SELECT o.device_id, o.tag FROM shift_reminders.sandbox_pushes o
      WHERE o.received_at < shift_reminders.clock() - older_than
      ORDER BY o.received_at LIMIT batch_size FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT pg_catalog.count(*)::integer FROM purged
$$;
