-- Forgets up to batch_size devices that died longer ago than that; returns how many went. One that the host still lists
-- gets one more attempt then, and is dead again.
CREATE OR REPLACE FUNCTION shift_reminders.purge_dead_devices(older_than interval, batch_size integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH purged AS (
    DELETE FROM shift_reminders.dead_devices d WHERE d.device_id IN (
      SELECT o.device_id FROM shift_reminders.dead_devices o
      WHERE o.died_at < shift_reminders.clock() - older_than
      ORDER BY o.died_at LIMIT batch_size FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::integer FROM purged
$$;
