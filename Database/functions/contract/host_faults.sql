-- What is wrong with the host's tables beyond names and types: what we take for granted of them, looked at. A custom
-- contract says by itself what it reads.
CREATE OR REPLACE FUNCTION shift_reminders.host_faults() RETURNS TABLE (fault text, remedy text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format('Row level security hides rows of %s from the role %I, and what is hidden looks as if it did not exist.', h.name, current_user),
    format('ALTER ROLE %I BYPASSRLS; or let this role own the table, without FORCE ROW LEVEL SECURITY: Database/README.md, "Roles".', current_user)
  FROM (VALUES (to_regclass('public.duty_schedules')), (to_regclass('public.attendance_logs')), (to_regclass('public.fcm_tokens')),
               (shift_reminders.people_table())) AS h(name)
  WHERE shift_reminders.setting('host_contract') <> 'custom' AND row_security_active(h.name)
  UNION ALL
  SELECT 'No unique index is on public.duty_schedules(id) alone: of two shifts with the same id, only one would be reminded of.',
    'CREATE UNIQUE INDEX ON public.duty_schedules (id); where ids repeat on purpose (series, tenants), write your own host contract: '
      || 'Database/README.md, "The host contract".'
  FROM pg_class c
  -- A view has no index, and a partitioned table none that leaves out what it is partitioned by.
  WHERE shift_reminders.setting('host_contract') <> 'custom' AND c.oid = to_regclass('public.duty_schedules') AND c.relkind = 'r'
    AND NOT EXISTS (
      SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
      WHERE i.indrelid = c.oid AND a.attname = 'id' AND i.indnkeyatts = 1 AND i.indisunique AND i.indisvalid AND i.indpred IS NULL)
$$;
