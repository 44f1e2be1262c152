-- The four views of the contract, over its functions host_shifts, host_attendance, host_devices and host_people. What is
-- dead is left out here, so that no contract has to know of it.
CREATE OR REPLACE FUNCTION shift_reminders.write_contract_views() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DROP VIEW IF EXISTS shift_reminders.shifts, shift_reminders.attendance, shift_reminders.devices, shift_reminders.people;
  -- A shift's zone is decided here, for SQL and app alike: IANA's name as the app spells it, or NULL, which means the site's.
  CREATE VIEW shift_reminders.shifts AS
    SELECT s.schedule_id, s.user_id, s.start_at, s.end_at, s.is_active, s.label,
      (SELECT z.name FROM shift_reminders.time_zones z WHERE z.spelled = pg_catalog.lower(pg_catalog.btrim(s.time_zone))) AS time_zone,
      s.time_zone AS stated_zone
    FROM shift_reminders.host_shifts() s;
  CREATE VIEW shift_reminders.attendance AS SELECT * FROM shift_reminders.host_attendance();
  CREATE VIEW shift_reminders.people AS SELECT * FROM shift_reminders.host_people();
  CREATE VIEW shift_reminders.devices AS
    SELECT d.user_id, shift_reminders.trimmed_token(d.token) AS token, i.device_id, d.platform, d.updated_at
    FROM shift_reminders.host_devices() d
    -- OFFSET 0, so that the hash is computed once and not once more for the comparison.
    CROSS JOIN LATERAL (SELECT shift_reminders.device_id(d.token) AS device_id OFFSET 0) i
    WHERE shift_reminders.trimmed_token(d.token) <> '' AND NOT EXISTS (
      SELECT 1 FROM shift_reminders.dead_devices x
      WHERE x.device_id = i.device_id AND (d.updated_at IS NULL OR d.updated_at <= x.died_at));
END
$$;
