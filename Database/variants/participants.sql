-- The host contract for a shift app with several people per shift, in place of the default one.
--
-- It expects public.duty_schedules(id, start_at, end_at, status, label, time_zone),
-- public.duty_participants(schedule_id, user_id), public.attendance_logs(schedule_id, user_id, type, logged_at),
-- public.fcm_tokens(user_id, token, platform, updated_at) and public.profiles(id, full_name, locale, reminders_off):
-- change the names below to yours. Run it as the owner; safe to run again. Database/README.md says when.

CREATE SCHEMA IF NOT EXISTS shift_reminders;
REVOKE ALL ON SCHEMA shift_reminders FROM PUBLIC;
-- The functions below name tables and functions that the first migrate will make.
SET check_function_bodies = off;

DROP VIEW IF EXISTS shift_reminders.shifts, shift_reminders.attendance, shift_reminders.devices, shift_reminders.people;
DROP FUNCTION IF EXISTS shift_reminders.host_shifts(), shift_reminders.host_attendance(),
                        shift_reminders.host_devices(), shift_reminders.host_people();

-- String bodies, no SET and no SECURITY DEFINER: PostgreSQL inlines them, and the host may go on altering its columns.
-- Every column of a result has the type of the host's column, uncast where an index is on it.
CREATE FUNCTION shift_reminders.host_shifts()
RETURNS TABLE (schedule_id bigint, user_id uuid, start_at timestamptz, end_at timestamptz, is_active boolean, label text, time_zone text)
LANGUAGE sql STABLE ROWS 100000 AS $$
  SELECT s.id, p.user_id, s.start_at, s.end_at, coalesce(s.status, '') NOT IN ('cancelled', 'deleted'), s.label, s.time_zone
  FROM public.duty_schedules s JOIN public.duty_participants p ON p.schedule_id = s.id
$$;

-- user_id must be there: with NULL, one check-in would silence everybody's reminder.
CREATE FUNCTION shift_reminders.host_attendance()
RETURNS TABLE (schedule_id bigint, user_id uuid, type text, logged_at timestamptz)
LANGUAGE sql STABLE ROWS 100000 AS $$
  SELECT a.schedule_id, a.user_id, a.type, a.logged_at FROM public.attendance_logs a
$$;

CREATE FUNCTION shift_reminders.host_devices()
RETURNS TABLE (user_id uuid, token text, platform text, updated_at timestamptz)
LANGUAGE sql STABLE ROWS 100000 AS $$
  SELECT d.user_id, d.token, pg_catalog.lower(d.platform), d.updated_at FROM public.fcm_tokens d
$$;

CREATE FUNCTION shift_reminders.host_people()
RETURNS TABLE (user_id uuid, display_name text, locale text, reminders_off boolean)
LANGUAGE sql STABLE ROWS 10000 AS $$
  SELECT p.id, p.full_name, p.locale, p.reminders_off FROM public.profiles p
$$;

-- What a tester does with the host's tables goes through these, and so does forgetting a dead device.
CREATE OR REPLACE FUNCTION shift_reminders.host_create_shift(who uuid, starts timestamptz, ends timestamptz, shift_label text, zone text)
RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  WITH shift AS (
    INSERT INTO public.duty_schedules (start_at, end_at, status, label, time_zone)
    VALUES (starts, ends, shift_reminders.setting('test_shift_status'), shift_label, zone) RETURNING id)
  INSERT INTO public.duty_participants (schedule_id, user_id) SELECT id, who FROM shift RETURNING schedule_id
$$;

CREATE OR REPLACE FUNCTION shift_reminders.host_remove_shifts(ids bigint[]) RETURNS integer
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  WITH logs AS (DELETE FROM public.attendance_logs WHERE schedule_id = ANY (ids)),
       people AS (DELETE FROM public.duty_participants WHERE schedule_id = ANY (ids)),
       gone AS (DELETE FROM public.duty_schedules WHERE id = ANY (ids) RETURNING 1)
  SELECT pg_catalog.count(*)::integer FROM gone
$$;

CREATE OR REPLACE FUNCTION shift_reminders.host_log_attendance(shift bigint, who uuid, kind text, at timestamptz) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.attendance_logs (schedule_id, user_id, type, logged_at) VALUES (shift, who, kind, at)
$$;

CREATE OR REPLACE FUNCTION shift_reminders.host_forget_device(who uuid, device text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM public.fcm_tokens t WHERE t.user_id = who AND shift_reminders.device_id(t.token) = device
$$;

REVOKE ALL ON FUNCTION shift_reminders.host_shifts(), shift_reminders.host_attendance(), shift_reminders.host_devices(),
  shift_reminders.host_people(), shift_reminders.host_create_shift(uuid, timestamptz, timestamptz, text, text),
  shift_reminders.host_remove_shifts(bigint[]), shift_reminders.host_log_attendance(bigint, uuid, text, timestamptz),
  shift_reminders.host_forget_device(uuid, text) FROM PUBLIC;

-- In a database that knows another contract already.
DO $$
BEGIN
  IF pg_catalog.to_regclass('shift_reminders.settings') IS NOT NULL THEN
    UPDATE shift_reminders.settings SET value = 'custom' WHERE key = 'host_contract';
  END IF;
  IF pg_catalog.to_regproc('shift_reminders.write_contract_views') IS NOT NULL THEN
    PERFORM shift_reminders.write_contract_views();
  END IF;
END
$$;
