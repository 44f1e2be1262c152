-- The schema, the app's role, the clock and the settings. Safe to run again.
--
-- Everything of ours but the two tables and two functions of the plan lives in shift_reminders, a schema that
-- Supabase's Data API does not expose.

CREATE SCHEMA IF NOT EXISTS shift_reminders;
REVOKE ALL ON SCHEMA shift_reminders FROM PUBLIC;

-- Roles belong to the cluster, not to this database: another database's migration may create it at the same moment.
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'shift_reminders_app') THEN
    CREATE ROLE shift_reminders_app LOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'Role shift_reminders_app is missing, and % may not create it.', current_user
      USING HINT = 'Run as a role that may: CREATE ROLE shift_reminders_app LOGIN; then migrate again.';
END
$$;

GRANT USAGE ON SCHEMA shift_reminders TO shift_reminders_app;

-- The queue's only clock. Tests replace it in their own database to move time; nothing else reads the time.
-- plpgsql, as all that claims and records call: it keeps its plans, where an SQL function is planned for every call.
CREATE OR REPLACE FUNCTION shift_reminders.clock() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = ''
AS $$ BEGIN RETURN pg_catalog.clock_timestamp(); END $$;

-- A device is known by the hash of its token, so that lists, logs and pages never hold the token itself.
-- No SET and no STRICT here, and decode instead of convert_to, which is not immutable: or PostgreSQL could not inline it
-- into the devices view.
CREATE OR REPLACE FUNCTION shift_reminders.device_id(token text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.decode(pg_catalog.replace(token, '\', '\\'), 'escape')), 'hex'), 32) $$;

CREATE TABLE IF NOT EXISTS shift_reminders.settings (
  key         text PRIMARY KEY,
  value       text NOT NULL,
  meaning     text NOT NULL,
  updated_at  timestamptz NOT NULL DEFAULT pg_catalog.now()
);

INSERT INTO shift_reminders.settings (key, value, meaning) VALUES
  ('site_time_zone', 'UTC', 'IANA zone of shifts that name none'),
  ('site_locale', 'en', 'Locale of the texts for people who name none'),
  ('look_ahead', '90 seconds', 'How long before it is due a reminder enters the queue'),
  ('host_contract', 'default', 'default: kept in step with the host''s tables; custom: never touched'),
  ('delete_dead_host_tokens', 'off', 'on: the token of a dead device is deleted from the host''s table too'),
  ('test_shift_status', 'scheduled', 'Status that a test shift gets in the host''s table'),
  ('watching_since', 'infinity', 'When the enqueue first ran; it sets this itself'),
  ('rules_applied', '', 'Fingerprint of the leads and graces that the pending reminders have; kept by the enqueue itself'),
  ('keep_reminders', '90 days', 'Finished reminders, their attempts and marks are purged after this'),
  ('keep_runs', '14 days', 'Heartbeats and pg_cron''s run history are purged after this')
ON CONFLICT (key) DO NOTHING;

CREATE OR REPLACE FUNCTION shift_reminders.setting(key text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = ''
AS $$ BEGIN RETURN (SELECT s.value FROM shift_reminders.settings s WHERE s.key = setting.key); END $$;

-- A host's table may hold infinity or the year 294276, which no page can show.
CREATE OR REPLACE FUNCTION shift_reminders.showable(at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE SET search_path = ''
AS $$ SELECT CASE WHEN at BETWEEN '1900-01-01 00:00+00' AND '9000-01-01 00:00+00' THEN at END $$;
REVOKE ALL ON FUNCTION shift_reminders.showable(timestamptz) FROM PUBLIC;

-- A time as the shift's own clock shows it, with its zone where the site's clock shows another time; a zone that PostgreSQL
-- does not know falls back to UTC and says so.
CREATE OR REPLACE FUNCTION shift_reminders.wall_clock(at timestamptz, zone text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = ''
AS $$
BEGIN
  RETURN to_char(at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI:SS')
    || CASE WHEN at AT TIME ZONE zone <> at AT TIME ZONE shift_reminders.setting('site_time_zone') THEN ' ' || zone ELSE '' END;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC';
END
$$;

-- Devices that a channel called gone. A host that registers the device again (a newer updated_at) revives it.
CREATE TABLE IF NOT EXISTS shift_reminders.dead_devices (
  device_id  text PRIMARY KEY,
  user_id    uuid,
  platform   text,
  channel    text NOT NULL,
  reason     text NOT NULL,
  died_at    timestamptz NOT NULL
);
