-- Writes the host contract from the columns that the host's tables have; the enqueue calls it again when they changed.
--
-- shift_reminders.shifts, attendance, devices and people are thin views over SQL functions with string bodies. A view
-- that named host columns would make the host's next ALTER COLUMN TYPE or DROP COLUMN fail; a string body depends on
-- nothing, and PostgreSQL inlines it (no SET, not SECURITY DEFINER), so the host's indexes are still used.
CREATE OR REPLACE FUNCTION shift_reminders.refresh_host_contract() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $contract$
DECLARE
  host      record;
  col       text;
  id_type   text;
  log_type  text;
  people    regclass;
  person_id text;
  person    text;
  is_active text := 'true';
  insert_columns text;
  insert_values  text;
BEGIN
  IF shift_reminders.setting('host_contract') = 'custom' THEN
    IF pg_catalog.to_regclass('shift_reminders.devices') IS NULL THEN
      PERFORM shift_reminders.write_contract_views();
    END IF;
    RETURN;
  END IF;

  FOR host IN SELECT * FROM (VALUES ('public.duty_schedules', 'the shifts'),
                                    ('public.attendance_logs', 'check-ins and check-outs'),
                                    ('public.fcm_tokens', 'the phones'))
                       AS t(name, holds) LOOP
    IF pg_catalog.to_regclass(host.name) IS NULL THEN
      RAISE EXCEPTION 'Shift Reminders needs table % (%), and it does not exist.', host.name, host.holds
        USING ERRCODE = 'SR001',
              HINT = 'Migrate the database of the shift app, or write your own host contract: Database/README.md, "The host contract".';
    END IF;
  END LOOP;

  id_type := shift_reminders.require_host_column('public.duty_schedules', 'id', 'bigint', 'integer', 'smallint');
  PERFORM shift_reminders.require_host_column('public.duty_schedules', 'assigned_user_id', 'uuid');
  PERFORM shift_reminders.require_host_column('public.duty_schedules', 'start_at', 'timestamp with time zone');
  PERFORM shift_reminders.require_host_column('public.duty_schedules', 'end_at', 'timestamp with time zone');
  log_type := shift_reminders.require_host_column('public.attendance_logs', 'schedule_id', 'bigint', 'integer', 'smallint');
  PERFORM shift_reminders.require_host_column('public.attendance_logs', 'type', 'any');
  PERFORM shift_reminders.require_host_column('public.fcm_tokens', 'user_id', 'uuid');
  PERFORM shift_reminders.require_host_column('public.fcm_tokens', 'token', 'text', 'character varying');

  -- Result types follow the host's (a cast of an integer id to bigint would defeat its index), so replace is not enough.
  DROP VIEW IF EXISTS shift_reminders.shifts, shift_reminders.attendance, shift_reminders.devices, shift_reminders.people;
  DROP FUNCTION IF EXISTS shift_reminders.host_shifts(), shift_reminders.host_attendance(),
                          shift_reminders.host_devices(), shift_reminders.host_people();

  -- A shift counts unless its status says otherwise; a status that we do not know reminds rather than not.
  col := shift_reminders.host_column('public.duty_schedules', 'status');
  IF col IS NOT NULL THEN
    -- COLLATE "C": these are ASCII words, and the rules of a language take longer than the look-up of the shift.
    is_active := $sql$(s.status IS NULL OR pg_catalog.lower(s.status::text COLLATE "C") NOT IN
      ('cancelled', 'canceled', 'deleted', 'removed', 'inactive', 'rejected', 'declined', 'draft', 'archived'))$sql$;
  END IF;
  IF shift_reminders.host_column('public.duty_schedules', 'deleted_at') IS NOT NULL THEN
    is_active := is_active || ' AND s.deleted_at IS NULL';
  END IF;
  EXECUTE pg_catalog.format($sql$
    CREATE OR REPLACE FUNCTION shift_reminders.host_shifts()
    RETURNS TABLE (schedule_id %s, user_id uuid, start_at timestamptz, end_at timestamptz, is_active boolean, label text, time_zone text)
    LANGUAGE sql STABLE ROWS 100000 AS 'SELECT s.id, s.assigned_user_id, s.start_at, s.end_at, %s, %s, %s FROM public.duty_schedules s'
    $sql$, id_type, pg_catalog.replace(is_active, '''', ''''''),
    coalesce('s.' || pg_catalog.quote_ident(shift_reminders.host_column('public.duty_schedules', 'label', 'title', 'name')) || '::text', 'NULL::text'),
    coalesce('s.' || pg_catalog.quote_ident(shift_reminders.host_column('public.duty_schedules', 'time_zone', 'timezone')) || '::text', 'NULL::text'));

  EXECUTE pg_catalog.format($sql$
    CREATE FUNCTION shift_reminders.host_attendance()
    RETURNS TABLE (schedule_id %s, user_id uuid, type text, logged_at timestamptz)
    LANGUAGE sql STABLE ROWS 100000 AS 'SELECT a.schedule_id, %s, a.type%s, %s FROM public.attendance_logs a'
    $sql$, log_type,
    coalesce('a.' || shift_reminders.host_column('public.attendance_logs', 'user_id'), 'NULL::uuid'),
    CASE WHEN shift_reminders.require_host_column('public.attendance_logs', 'type', 'any') = 'text' THEN '' ELSE '::text' END,
    coalesce('a.' || pg_catalog.quote_ident(shift_reminders.host_column('public.attendance_logs', 'logged_at', 'created_at')) || '::timestamptz', 'NULL::timestamptz'));

  EXECUTE pg_catalog.format($sql$
    CREATE FUNCTION shift_reminders.host_devices()
    RETURNS TABLE (user_id uuid, token text, platform text, updated_at timestamptz)
    LANGUAGE sql STABLE ROWS 100000 AS 'SELECT d.user_id, d.token%s, %s, %s FROM public.fcm_tokens d'
    $sql$,
    CASE WHEN shift_reminders.require_host_column('public.fcm_tokens', 'token', 'any') = 'text' THEN '' ELSE '::text' END,
    coalesce('pg_catalog.lower(d.' || pg_catalog.quote_ident(shift_reminders.host_column('public.fcm_tokens', 'platform', 'device_type', 'os')) || '::text COLLATE "C")', 'NULL::text'),
    coalesce('d.' || pg_catalog.quote_ident(shift_reminders.host_column('public.fcm_tokens', 'updated_at', 'last_seen_at', 'created_at')) || '::timestamptz', 'NULL::timestamptz'));

  people := coalesce(pg_catalog.to_regclass('public.profiles'), pg_catalog.to_regclass('public.people'),
                     pg_catalog.to_regclass('public.users'), pg_catalog.to_regclass('public.employees'));
  person_id := CASE WHEN people IS NOT NULL THEN (
    SELECT a.attname::text FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = people AND a.attname IN ('user_id', 'id') AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
    ORDER BY a.attname DESC LIMIT 1) END;
  person := 'SELECT NULL::uuid, NULL::text, NULL::text, false WHERE false';
  IF person_id IS NOT NULL THEN
    person := pg_catalog.format('SELECT p.%I, %s, %s, %s FROM %s p', person_id,
      coalesce('p.' || pg_catalog.quote_ident(shift_reminders.host_column(people, 'display_name', 'full_name', 'name')) || '::text', 'NULL::text'),
      coalesce('p.' || pg_catalog.quote_ident(shift_reminders.host_column(people, 'locale', 'language')) || '::text', 'NULL::text'),
      pg_catalog.concat_ws(' OR ',
        'coalesce(p.' || shift_reminders.host_column(people, 'reminders_off') || ', false)',
        'coalesce(p.' || shift_reminders.host_column(people, 'on_leave') || ', false)',
        CASE WHEN shift_reminders.host_column(people, 'reminders_off', 'on_leave') IS NULL THEN 'false' END),
      people::text);
  END IF;
  EXECUTE pg_catalog.format($sql$
    CREATE FUNCTION shift_reminders.host_people()
    RETURNS TABLE (user_id uuid, display_name text, locale text, reminders_off boolean)
    LANGUAGE sql STABLE ROWS 10000 AS %L $sql$, person);

  PERFORM shift_reminders.write_contract_views();

  -- What a tester does with the host's tables goes through these three.
  insert_columns := pg_catalog.concat_ws(', ', 'assigned_user_id', 'start_at', 'end_at',
    shift_reminders.host_column('public.duty_schedules', 'status'),
    pg_catalog.quote_ident(shift_reminders.host_column('public.duty_schedules', 'label', 'title', 'name')),
    pg_catalog.quote_ident(shift_reminders.host_column('public.duty_schedules', 'time_zone', 'timezone')));
  insert_values := pg_catalog.concat_ws(', ', 'who', 'starts', 'ends',
    CASE WHEN col IS NOT NULL THEN pg_catalog.format('shift_reminders.setting(''test_shift_status'')::%s',
      shift_reminders.require_host_column('public.duty_schedules', 'status', 'any')) END,
    CASE WHEN shift_reminders.host_column('public.duty_schedules', 'label', 'title', 'name') IS NOT NULL THEN 'shift_label' END,
    CASE WHEN shift_reminders.host_column('public.duty_schedules', 'time_zone', 'timezone') IS NOT NULL THEN 'zone' END);
  EXECUTE pg_catalog.format($sql$
    CREATE OR REPLACE FUNCTION shift_reminders.host_create_shift(who uuid, starts timestamptz, ends timestamptz, shift_label text, zone text)
    RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS 'INSERT INTO public.duty_schedules (%s) VALUES (%s) RETURNING id::bigint'
    $sql$, insert_columns, pg_catalog.replace(insert_values, '''', ''''''));

  CREATE OR REPLACE FUNCTION shift_reminders.host_remove_shifts(ids bigint[]) RETURNS integer
  LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $body$
    WITH logs AS (DELETE FROM public.attendance_logs WHERE schedule_id = ANY (ids)),
         gone AS (DELETE FROM public.duty_schedules WHERE id = ANY (ids) RETURNING 1)
    SELECT pg_catalog.count(*)::integer FROM gone
  $body$;

  EXECUTE pg_catalog.format($sql$
    CREATE OR REPLACE FUNCTION shift_reminders.host_log_attendance(shift bigint, who uuid, kind text, at timestamptz)
    RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS 'INSERT INTO public.attendance_logs (%s) VALUES (%s)'
    $sql$,
    pg_catalog.concat_ws(', ', 'schedule_id', 'type', shift_reminders.host_column('public.attendance_logs', 'user_id'),
      pg_catalog.quote_ident(shift_reminders.host_column('public.attendance_logs', 'logged_at', 'created_at'))),
    pg_catalog.concat_ws(', ', 'shift', 'kind::' || shift_reminders.require_host_column('public.attendance_logs', 'type', 'any'),
      CASE WHEN shift_reminders.host_column('public.attendance_logs', 'user_id') IS NOT NULL THEN 'who' END,
      CASE WHEN shift_reminders.host_column('public.attendance_logs', 'logged_at', 'created_at') IS NOT NULL THEN 'at' END));

  CREATE OR REPLACE FUNCTION shift_reminders.host_forget_device(who uuid, device text) RETURNS void
  LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $body$
    DELETE FROM public.fcm_tokens t WHERE t.user_id = who AND shift_reminders.device_id(t.token::text) = device
  $body$;

  -- New functions are open to PUBLIC by PostgreSQL's default.
  REVOKE ALL ON FUNCTION shift_reminders.host_shifts(), shift_reminders.host_attendance(), shift_reminders.host_devices(),
    shift_reminders.host_people(), shift_reminders.host_create_shift(uuid, timestamptz, timestamptz, text, text),
    shift_reminders.host_remove_shifts(bigint[]), shift_reminders.host_log_attendance(bigint, uuid, text, timestamptz),
    shift_reminders.host_forget_device(uuid, text) FROM PUBLIC;
END
$contract$;
