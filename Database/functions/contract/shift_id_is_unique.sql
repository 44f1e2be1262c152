-- Whether an index promises that a shift's id names one shift alone. None can for a view, for most partitioned tables, and for what
-- a contract of your own makes of the host's tables.
CREATE OR REPLACE FUNCTION shift_reminders.shift_id_is_unique() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT shift_reminders.setting('host_contract') <> 'custom' AND EXISTS (
    SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = to_regclass('public.duty_schedules') AND a.attname = 'id' AND i.indnkeyatts = 1 AND i.indisunique AND i.indisvalid
      AND i.indpred IS NULL)
$$;
