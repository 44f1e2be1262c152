-- Writes the host contract from the columns that the host's tables have; the enqueue calls it again when they changed. A
-- column that we could do without is used only when its type can serve (optional_host_columns), so that none of them
-- stops the reminders.
--
-- shift_reminders.shifts, attendance, devices and people are thin views over SQL functions with string bodies. A view
-- that named host columns would make the host's next ALTER COLUMN TYPE or DROP COLUMN fail; a string body depends on
-- nothing, and PostgreSQL inlines it (no SET, not SECURITY DEFINER), so the host's indexes are still used.
CREATE OR REPLACE FUNCTION shift_reminders.refresh_host_contract() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $contract$
DECLARE
  host      record;
  id_type   text;
  log_type  text;
  people    regclass;
  person_id text;
  person    text;
  is_active text := 'true';
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
  IF shift_reminders.optional_host_column('status of a shift') IS NOT NULL THEN
    -- COLLATE "C": these are ASCII words, and the rules of a language take longer than the look-up of the shift.
    is_active := $sql$(s.status IS NULL OR pg_catalog.lower(s.status::text COLLATE "C") NOT IN
      ('cancelled', 'canceled', 'deleted', 'removed', 'inactive', 'rejected', 'declined', 'draft', 'archived'))$sql$;
  END IF;
  IF shift_reminders.optional_host_column('removal of a shift') IS NOT NULL THEN
    is_active := is_active || ' AND s.deleted_at IS NULL';
  END IF;
  EXECUTE pg_catalog.format($sql$
    CREATE OR REPLACE FUNCTION shift_reminders.host_shifts()
    RETURNS TABLE (schedule_id %s, user_id uuid, start_at timestamptz, end_at timestamptz, is_active boolean, label text, time_zone text)
    LANGUAGE sql STABLE ROWS 100000 AS 'SELECT s.id, s.assigned_user_id, s.start_at, s.end_at, %s, %s, %s FROM public.duty_schedules s'
    $sql$, id_type, pg_catalog.replace(is_active, '''', ''''''),
    coalesce('s.' || shift_reminders.optional_host_column('label of a shift') || '::text', 'NULL::text'),
    coalesce('s.' || shift_reminders.optional_host_column('time zone of a shift') || '::text', 'NULL::text'));

  EXECUTE pg_catalog.format($sql$
    CREATE FUNCTION shift_reminders.host_attendance()
    RETURNS TABLE (schedule_id %s, user_id uuid, type text, logged_at timestamptz)
    LANGUAGE sql STABLE ROWS 100000 AS 'SELECT a.schedule_id, %s,
      -- However the host spells them: CHECK_IN, checkIn, check-in.
      CASE pg_catalog.translate(pg_catalog.lower(a.type::text COLLATE "C"), ''_- '', '''')
        WHEN ''checkin'' THEN ''check_in'' WHEN ''checkout'' THEN ''check_out'' ELSE a.type::text END,
      %s FROM public.attendance_logs a%s'
    $sql$, log_type,
    coalesce('a.' || shift_reminders.optional_host_column('person of a check-in') || '::uuid', 'NULL::uuid'),
    coalesce('a.' || shift_reminders.optional_host_column('time of a check-in') || '::timestamptz', 'NULL::timestamptz'),
    ' WHERE a.' || shift_reminders.optional_host_column('removal of a check-in') || ' IS NULL');

  EXECUTE pg_catalog.format($sql$
    CREATE FUNCTION shift_reminders.host_devices()
    RETURNS TABLE (user_id uuid, token text, platform text, updated_at timestamptz)
    LANGUAGE sql STABLE ROWS 100000 AS 'SELECT d.user_id, d.token%s, %s, %s FROM public.fcm_tokens d%s'
    $sql$,
    CASE WHEN shift_reminders.require_host_column('public.fcm_tokens', 'token', 'any') = 'text' THEN '' ELSE '::text' END,
    coalesce('pg_catalog.lower(d.' || shift_reminders.optional_host_column('platform of a phone') || '::text COLLATE "C")', 'NULL::text'),
    coalesce('d.' || shift_reminders.optional_host_column('age of a phone''s registration') || '::timestamptz', 'NULL::timestamptz'),
    shift_reminders.last_owner_alone());

  people := shift_reminders.people_table();
  person_id := CASE WHEN people IS NOT NULL THEN (
    SELECT a.attname::text FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = people AND a.attname IN ('user_id', 'id') AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
    ORDER BY a.attname DESC LIMIT 1) END;
  person := 'SELECT NULL::uuid, NULL::text, NULL::text, false WHERE false';
  IF person_id IS NOT NULL THEN
    person := pg_catalog.format('SELECT p.%I, %s, %s, %s FROM %s p', person_id,
      coalesce('p.' || shift_reminders.optional_host_column('name of a person') || '::text', 'NULL::text'),
      coalesce('p.' || shift_reminders.optional_host_column('locale of a person') || '::text', 'NULL::text'),
      coalesce(nullif(pg_catalog.concat_ws(' OR ',
        'coalesce(p.' || shift_reminders.optional_host_column('wish for no reminders') || ', false)',
        'coalesce(p.' || shift_reminders.optional_host_column('leave of a person') || ', false)'), ''), 'false'),
      people::text);
  END IF;
  EXECUTE pg_catalog.format($sql$
    CREATE FUNCTION shift_reminders.host_people()
    RETURNS TABLE (user_id uuid, display_name text, locale text, reminders_off boolean)
    LANGUAGE sql STABLE ROWS 10000 AS %L $sql$, person);

  PERFORM shift_reminders.write_contract_views();

  PERFORM shift_reminders.write_host_helpers();

  -- New functions are open to PUBLIC by PostgreSQL's default.
  REVOKE ALL ON FUNCTION shift_reminders.host_shifts(), shift_reminders.host_attendance(), shift_reminders.host_devices(),
    shift_reminders.host_people() FROM PUBLIC;
END
$contract$;
