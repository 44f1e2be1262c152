-- What is wrong with the host's tables beyond names and types: what we take for granted of them, looked at. Of the tables behind a
-- contract of your own we know nothing, but what it returns is looked at too.
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
  WHERE shift_reminders.setting('host_contract') <> 'custom' AND c.oid = to_regclass('public.duty_schedules') AND c.relkind = 'r'
    AND NOT shift_reminders.shift_id_is_unique()
  UNION ALL
  -- Where no index can promise it, the shifts themselves are looked at.
  SELECT format('%s of the shifts'' ids name more than one shift each, such as %s: only one of these would be reminded of, and a check-in to it '
      'would silence the others.', r.ids, r.example),
    'Where ids repeat (series, tenants), write a host contract that returns each once, or correct yours: Database/README.md, "The host contract".'
  FROM shift_reminders.repeated_shift_ids() r WHERE r.ids > 0 AND NOT shift_reminders.shift_id_is_unique()
$$;
