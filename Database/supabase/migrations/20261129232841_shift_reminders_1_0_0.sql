CREATE SCHEMA IF NOT EXISTS shift_reminders;
CREATE TABLE IF NOT EXISTS shift_reminders.migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    applied_by text NOT NULL DEFAULT current_user
);
ALTER TABLE shift_reminders.migrations ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON shift_reminders.migrations FROM PUBLIC;

-- tables/0001_baseline.sql
DO $once$

BEGIN
  IF NOT EXISTS (SELECT FROM shift_reminders.migrations m WHERE m.name = 'tables/0001_baseline.sql') THEN
    EXECUTE $step$
-- Brings what a database holds that was migrated before files were versioned to where tables/0001_baseline.sql begins. Runs in
-- one go with that file, and does nothing in a database that has none of our columns yet.
DO $adopt$
DECLARE
  old regprocedure;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                 WHERE attrelid = pg_catalog.to_regclass('public.scheduled_notifications') AND attname = 'armed_at') THEN
    RETURN;
  END IF;

  -- CREATE OR REPLACE changes no result type. Whatever is called still has its file in functions/, which makes it anew.
  FOR old IN
    SELECT p.oid FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = 'shift_reminders'::pg_catalog.regnamespace AND p.proname NOT LIKE 'host\_%'
  LOOP
    BEGIN
      EXECUTE pg_catalog.format('DROP FUNCTION %s', old);
    EXCEPTION WHEN dependent_objects_still_exist THEN
      -- What triggers, constraints and views stand on has kept its result types: replacing it is enough.
      NULL;
    END;
  END LOOP;

  -- Whether one of our marks is in flight or delivered is what its reminder says.
  ALTER TABLE public.notification_pushes DROP CONSTRAINT IF EXISTS notification_pushes_known_state;
  UPDATE public.notification_pushes SET state = 'ours' WHERE state IN ('in_flight', 'delivered');
  ALTER TABLE public.notification_pushes DROP COLUMN IF EXISTS claim_token;
  ALTER TABLE public.notification_pushes RESET (fillfactor);

  -- Indexes that a claim had to write; those of the same name and another key are made anew.
  DROP INDEX IF EXISTS public.scheduled_notifications_due, public.scheduled_notifications_expiring,
    public.scheduled_notifications_failed, public.scheduled_notifications_leased, public.scheduled_notifications_open,
    public.scheduled_notifications_pending, public.scheduled_notifications_person, public.scheduled_notifications_recent;
  IF pg_catalog.pg_get_indexdef(pg_catalog.to_regclass('public.scheduled_notifications_finished')) LIKE '%DESC%' THEN
    DROP INDEX public.scheduled_notifications_finished;
  END IF;
  ALTER TABLE public.scheduled_notifications DROP COLUMN IF EXISTS exception;
END
$adopt$;
$step$;
EXECUTE $step$
-- The tables as they were when files began to be versioned. Every statement looks first: a database of an earlier version
-- or of the plan is brought to the same shape, rows and all.

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

CREATE TABLE IF NOT EXISTS shift_reminders.settings (
  key         text PRIMARY KEY,
  value       text NOT NULL,
  meaning     text NOT NULL,
  updated_at  timestamptz NOT NULL DEFAULT pg_catalog.now()
);

-- Devices that a channel called gone. A host that registers the device again (a newer updated_at) revives it.
CREATE TABLE IF NOT EXISTS shift_reminders.dead_devices (
  device_id  text PRIMARY KEY,
  user_id    uuid,
  platform   text,
  channel    text NOT NULL,
  reason     text NOT NULL,
  died_at    timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS shift_reminders.rules (
  notify_type   text PRIMARY KEY CHECK (notify_type ~ '^[a-z][a-z0-9_]{0,39}$'),
  title         text NOT NULL,
  anchor        text NOT NULL CHECK (anchor IN ('start', 'end')),
  -- Hours, minutes and seconds only: a day is not always 24 hours, so "1 day before" would depend on a session's zone.
  lead          interval NOT NULL CHECK (extract(day FROM lead) = 0 AND extract(month FROM lead) = 0
                                         AND lead BETWEEN interval '-24:00:00' AND interval '168:00:00'),
  grace         interval NOT NULL DEFAULT interval '15 minutes'
                CHECK (extract(day FROM grace) = 0 AND extract(month FROM grace) = 0
                       AND grace BETWEEN interval '00:01:00' AND interval '24:00:00'),
  skip_type     text CHECK (skip_type <> ''),
  max_attempts  integer NOT NULL DEFAULT 8 CHECK (max_attempts BETWEEN 1 AND 50),
  enabled       boolean NOT NULL DEFAULT true,
  updated_at    timestamptz NOT NULL DEFAULT pg_catalog.now(),
  updated_by    text,
  watched_since timestamptz NOT NULL DEFAULT '-infinity'
);

ALTER TABLE shift_reminders.rules ADD COLUMN IF NOT EXISTS watched_since timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN shift_reminders.rules.lead IS 'Due = anchor - lead; negative: after the anchor';
COMMENT ON COLUMN shift_reminders.rules.grace IS 'How long after it was due the reminder is still useful';
COMMENT ON COLUMN shift_reminders.rules.watched_since IS 'When it was made or last switched on: what came due before is no reminder that is missing';
COMMENT ON COLUMN shift_reminders.rules.skip_type IS 'Attendance type that makes the reminder needless; NULL: none';
CREATE TABLE IF NOT EXISTS shift_reminders.rule_texts (
  notify_type  text NOT NULL REFERENCES shift_reminders.rules ON DELETE CASCADE,
  locale       text NOT NULL CHECK (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  title        text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  body         text NOT NULL CHECK (length(body) BETWEEN 1 AND 1000),
  PRIMARY KEY (notify_type, locale)
);

-- Only into an empty table: a rule that an admin removed must not come back with the next release.
INSERT INTO shift_reminders.rules (notify_type, title, anchor, lead, grace, skip_type)
SELECT * FROM (VALUES
  ('start_15', '15 minutes before the start', 'start', interval '15 minutes', interval '15 minutes', 'check_in'),
  ('end', 'At the end', 'end', interval '0', interval '15 minutes', 'check_out')) AS shipped
WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.rules);

-- The texts tell the clock time, so that they stay true when they arrive late.
INSERT INTO shift_reminders.rule_texts (notify_type, locale, title, body)
SELECT t.* FROM (VALUES
  ('start_15', 'en', 'Your shift starts at {start}', 'Remember to check in when you arrive. {label}'),
  ('end', 'en', 'Your shift ended at {end}', 'Remember to check out. {label}')) AS t(notify_type, locale, title, body)
JOIN shift_reminders.rules r ON r.notify_type = t.notify_type
WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.rule_texts);

-- Why a reminder ended as it did. reversible: it re-arms when the condition clears while it would still be useful.
CREATE TABLE IF NOT EXISTS shift_reminders.reasons (
  reason      text NOT NULL,
  state       text NOT NULL CHECK (state IN ('pending', 'sent', 'failed', 'skipped', 'expired', 'cancelled')),
  reversible  boolean NOT NULL,
  sentence    text NOT NULL,
  PRIMARY KEY (reason, state)
);

CREATE TABLE IF NOT EXISTS shift_reminders.archived_notifications (
  archived_at  timestamptz NOT NULL DEFAULT pg_catalog.now(),
  why          text NOT NULL,
  row          jsonb NOT NULL
);

CREATE TABLE IF NOT EXISTS public.scheduled_notifications (
  id             bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  schedule_id    bigint NOT NULL,
  user_id        uuid NOT NULL,
  notify_type    text NOT NULL,
  scheduled_for  timestamptz NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT pg_catalog.now(),
  processed      boolean NOT NULL DEFAULT false,
  processed_at   timestamptz,
  retry_count    integer NOT NULL DEFAULT 0,
  last_error     text
);

CREATE TABLE IF NOT EXISTS public.notification_pushes (
  notification_id  text PRIMARY KEY,
  created_at       timestamptz NOT NULL DEFAULT pg_catalog.now(),
  payload          jsonb
);

ALTER TABLE public.scheduled_notifications
  ADD COLUMN IF NOT EXISTS state text,
  ADD COLUMN IF NOT EXISTS reason text,
  ADD COLUMN IF NOT EXISTS generation integer NOT NULL DEFAULT 1,
  ADD COLUMN IF NOT EXISTS anchor_at timestamptz,
  ADD COLUMN IF NOT EXISTS expires_at timestamptz,
  ADD COLUMN IF NOT EXISTS next_attempt_at timestamptz,
  ADD COLUMN IF NOT EXISTS armed_at timestamptz,
  ADD COLUMN IF NOT EXISTS attempt_count integer NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS held_devices integer NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS accepted_at timestamptz,
  ADD COLUMN IF NOT EXISTS claim_token uuid,
  ADD COLUMN IF NOT EXISTS claimed_by text,
  ADD COLUMN IF NOT EXISTS claimed_at timestamptz,
  ADD COLUMN IF NOT EXISTS lease_until timestamptz,
  ADD COLUMN IF NOT EXISTS pending_change jsonb,
  ADD COLUMN IF NOT EXISTS target text NOT NULL DEFAULT 'all',
  ADD COLUMN IF NOT EXISTS resent_by text,
  ADD COLUMN IF NOT EXISTS although_checked_in boolean NOT NULL DEFAULT false,
  ADD COLUMN IF NOT EXISTS although_begun boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN public.scheduled_notifications.scheduled_for IS 'Due: anchor_at - the rule''s lead';
COMMENT ON COLUMN public.scheduled_notifications.anchor_at IS 'The shift''s start or end that the reminder is about';
COMMENT ON COLUMN public.scheduled_notifications.retry_count IS 'Failed attempts of this generation that count against the rule''s max_attempts';
COMMENT ON COLUMN public.scheduled_notifications.attempt_count IS 'Claims of this generation, also those that cost no attempt: numbers are never used twice, as a late result names its own';
COMMENT ON COLUMN public.scheduled_notifications.held_devices IS 'Devices left out of the running attempt because their platform is paused';
COMMENT ON COLUMN public.scheduled_notifications.resent_by IS 'Who asked for this generation; NULL: the shift and its rule did';
COMMENT ON COLUMN public.scheduled_notifications.pending_change IS 'What happened to it while it was sending; recording resolves it';
ALTER TABLE public.notification_pushes
  -- Rows that are not ours say so by default: what the plan's worker inserts, and what it had inserted before.
  ADD COLUMN IF NOT EXISTS state text NOT NULL DEFAULT 'foreign',
  ADD COLUMN IF NOT EXISTS reminder_id bigint,
  ADD COLUMN IF NOT EXISTS generation integer,
  ADD COLUMN IF NOT EXISTS updated_at timestamptz;

COMMENT ON COLUMN public.notification_pushes.state IS 'Whose mark it is. Whether one of ours is in flight or delivered is told by its reminder: shift_reminders.mark_state';
COMMENT ON COLUMN public.notification_pushes.updated_at IS 'When a later claim took the mark over; NULL: none did';
-- It looks before it writes: on a database that has it already, nothing below touches a row.
DO $upgrade$
DECLARE
  id_type text := (SELECT pg_catalog.format_type(atttypid, NULL) FROM pg_catalog.pg_attribute
                   WHERE attrelid = 'public.scheduled_notifications'::regclass AND attname = 'id');
  column_type record;
BEGIN
  IF id_type IN ('integer', 'smallint') THEN
    ALTER TABLE public.scheduled_notifications ALTER COLUMN id TYPE bigint;
  ELSIF id_type <> 'bigint' THEN
    -- A plan that numbered its rows with uuids: the old number is kept beside ours.
    ALTER TABLE public.scheduled_notifications RENAME COLUMN id TO plan_id;
    ALTER TABLE public.scheduled_notifications DROP CONSTRAINT IF EXISTS scheduled_notifications_pkey;
    -- The rows that we add have none.
    ALTER TABLE public.scheduled_notifications ALTER COLUMN plan_id DROP NOT NULL;
    ALTER TABLE public.scheduled_notifications ADD COLUMN id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY;
  END IF;
  FOR column_type IN
    SELECT a.attname, w.wanted FROM (VALUES ('schedule_id', 'bigint'), ('scheduled_for', 'timestamp with time zone'),
        ('created_at', 'timestamp with time zone'), ('processed_at', 'timestamp with time zone'), ('retry_count', 'integer')) AS w(name, wanted)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = 'public.scheduled_notifications'::regclass AND a.attname = w.name
    WHERE pg_catalog.format_type(a.atttypid, NULL) <> w.wanted
  LOOP
    EXECUTE pg_catalog.format('ALTER TABLE public.scheduled_notifications ALTER COLUMN %I TYPE %s USING %1$I::%2$s',
                              column_type.attname, column_type.wanted);
  END LOOP;

  UPDATE public.notification_pushes SET created_at = pg_catalog.now() WHERE created_at IS NULL;

  IF EXISTS (SELECT 1 FROM public.scheduled_notifications WHERE armed_at IS NULL) THEN
    WITH gone AS (
      DELETE FROM public.scheduled_notifications n
      WHERE n.schedule_id IS NULL OR n.user_id IS NULL OR n.notify_type IS NULL RETURNING n.*)
    INSERT INTO shift_reminders.archived_notifications (why, row)
      SELECT 'schedule_id, user_id or notify_type was NULL', pg_catalog.to_jsonb(gone) FROM gone;

    -- Of duplicates the processed one stays (nothing already sent is sent again), then the newest.
    WITH ranked AS (
      SELECT n.id, pg_catalog.row_number() OVER (PARTITION BY n.schedule_id, n.user_id, n.notify_type
               ORDER BY coalesce(n.processed, false) DESC, n.created_at DESC NULLS LAST, n.id DESC) AS place
      FROM public.scheduled_notifications n),
    gone AS (
      DELETE FROM public.scheduled_notifications n USING ranked r WHERE r.id = n.id AND r.place > 1 RETURNING n.*)
    INSERT INTO shift_reminders.archived_notifications (why, row)
      SELECT 'duplicate of the same shift, person and kind', pg_catalog.to_jsonb(gone) FROM gone;

    -- Rows without a time get the shift's. By the host's own table: the contract does not exist yet.
    IF EXISTS (SELECT 1 FROM public.scheduled_notifications WHERE scheduled_for IS NULL)
       AND (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = pg_catalog.to_regclass('public.duty_schedules')
            AND a.attname IN ('id', 'start_at', 'end_at') AND NOT a.attisdropped) = 3 THEN
      EXECUTE 'UPDATE public.scheduled_notifications n
               SET scheduled_for = CASE r.anchor WHEN ''end'' THEN s.end_at ELSE s.start_at END
               FROM public.duty_schedules s, shift_reminders.rules r
               WHERE n.scheduled_for IS NULL AND s.id::text = n.schedule_id::text AND r.notify_type = n.notify_type';
    END IF;

    -- The plan stored the shift's own time as scheduled_for: that is our anchor, and due is anchor - lead.
    UPDATE public.scheduled_notifications n SET
      created_at = coalesce(n.created_at, n.processed_at, pg_catalog.now()),
      -- Not later than its mark: a claim takes an older mark for an earlier generation's, and would send it again.
      armed_at = least(coalesce(n.created_at, n.processed_at, pg_catalog.now()), v.marked_at),
      anchor_at = v.anchor_at,
      scheduled_for = v.anchor_at - v.lead,
      next_attempt_at = v.anchor_at - v.lead,
      expires_at = v.anchor_at - v.lead + v.grace,
      retry_count = coalesce(n.retry_count, 0),
      processed = coalesce(n.processed, false),
      processed_at = CASE WHEN n.processed THEN coalesce(n.processed_at, n.created_at, pg_catalog.now()) END,
      state = CASE WHEN n.processed THEN 'sent' ELSE 'pending' END,
      reason = CASE WHEN n.processed THEN 'foreign' END
    FROM (
      SELECT o.id, coalesce(o.scheduled_for, o.created_at, pg_catalog.now()) AS anchor_at,
             coalesce(r.lead, interval '0') AS lead, coalesce(r.grace, interval '15 minutes') AS grace, m.created_at AS marked_at
      FROM public.scheduled_notifications o
      LEFT JOIN shift_reminders.rules r ON r.notify_type = o.notify_type
      LEFT JOIN public.notification_pushes m
        ON m.notification_id = 'shift-' || o.schedule_id || '-' || o.user_id || '-' || o.notify_type
      WHERE o.armed_at IS NULL) AS v
    WHERE v.id = n.id;
  END IF;
END
$upgrade$;

ALTER TABLE public.scheduled_notifications
  ALTER COLUMN schedule_id SET NOT NULL, ALTER COLUMN user_id SET NOT NULL, ALTER COLUMN notify_type SET NOT NULL,
  ALTER COLUMN scheduled_for SET NOT NULL, ALTER COLUMN created_at SET NOT NULL, ALTER COLUMN processed SET NOT NULL,
  ALTER COLUMN retry_count SET NOT NULL, ALTER COLUMN state SET NOT NULL, ALTER COLUMN anchor_at SET NOT NULL,
  ALTER COLUMN expires_at SET NOT NULL, ALTER COLUMN next_attempt_at SET NOT NULL, ALTER COLUMN armed_at SET NOT NULL,
  ALTER COLUMN created_at SET DEFAULT pg_catalog.now(), ALTER COLUMN processed SET DEFAULT false,
  ALTER COLUMN retry_count SET DEFAULT 0, ALTER COLUMN state SET DEFAULT 'pending';

ALTER TABLE public.notification_pushes
  ALTER COLUMN created_at SET NOT NULL, ALTER COLUMN created_at SET DEFAULT pg_catalog.now();

-- ADD CONSTRAINT has no IF NOT EXISTS in PostgreSQL, so each one looks first.
DO $constraints$
DECLARE
  wanted record;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conrelid = 'public.scheduled_notifications'::regclass
                 AND conname = 'uniq_sched_user_type') THEN
    DROP INDEX IF EXISTS public.uniq_sched_user_type;
    ALTER TABLE public.scheduled_notifications ADD CONSTRAINT uniq_sched_user_type UNIQUE (schedule_id, user_id, notify_type);
  END IF;
  FOR wanted IN SELECT * FROM (VALUES
      ('public.scheduled_notifications', 'scheduled_notifications_known_state',
       $$CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'skipped', 'expired', 'cancelled'))$$),
      ('public.scheduled_notifications', 'scheduled_notifications_processed_is_final',
       $$CHECK (processed = (state NOT IN ('pending', 'sending')))$$),
      ('public.scheduled_notifications', 'scheduled_notifications_final_has_reason',
       $$CHECK (NOT processed OR (reason IS NOT NULL AND processed_at IS NOT NULL))$$),
      ('public.scheduled_notifications', 'scheduled_notifications_sending_is_claimed',
       $$CHECK ((state = 'sending') = (claim_token IS NOT NULL) AND (claim_token IS NULL) = (lease_until IS NULL))$$),
      ('public.scheduled_notifications', 'scheduled_notifications_accepted_ends_sent',
       $$CHECK (accepted_at IS NULL OR state IN ('pending', 'sending', 'sent'))$$),
      ('public.scheduled_notifications', 'scheduled_notifications_known_target', $$CHECK (target IN ('all', 'missing'))$$),
      ('public.scheduled_notifications', 'scheduled_notifications_counts',
       $$CHECK (generation >= 1 AND attempt_count >= 0 AND retry_count >= 0)$$),
      ('public.notification_pushes', 'notification_pushes_known_state',
       $$CHECK (state IN ('ours', 'foreign'))$$),
      ('public.notification_pushes', 'notification_pushes_ours_names_reminder',
       $$CHECK (state = 'foreign' OR (reminder_id IS NOT NULL AND generation IS NOT NULL))$$))
    AS c(tab, conname, def)
  LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint
                   WHERE conrelid = wanted.tab::regclass AND conname = wanted.conname) THEN
      EXECUTE pg_catalog.format('ALTER TABLE %s ADD CONSTRAINT %I %s', wanted.tab, wanted.conname, wanted.def);
    END IF;
  END LOOP;
END
$constraints$;

-- No index holds a column that a first claim changes (state, claim_token, lease_until, …), neither as a key nor in its
-- condition: PostgreSQL then writes the claimed row into the room that its page keeps free, and no index at all (a HOT
-- update). What pages and the purge look for in the finished rows is written once, when a row ends.
-- An open reminder is fresh, and due when it is scheduled, or it waits for a reason until its next attempt; a backlog of the
-- ones does not stand in the way of the others. expires_at is a key column so that the expired ones are passed over
-- inside the index (100,000 of them in front cost milliseconds). What is just being sent lies among the fresh ones: a
-- few thousand at most, and looked over.
CREATE INDEX IF NOT EXISTS scheduled_notifications_fresh ON public.scheduled_notifications (scheduled_for, expires_at, id)
  WHERE NOT processed AND reason IS NULL;

CREATE INDEX IF NOT EXISTS scheduled_notifications_waiting ON public.scheduled_notifications (next_attempt_at, expires_at, id)
  WHERE NOT processed AND reason IS NOT NULL;
CREATE INDEX IF NOT EXISTS scheduled_notifications_waiting_due ON public.scheduled_notifications (scheduled_for, expires_at, id)
  WHERE NOT processed AND reason IS NOT NULL;
-- Ascending, although pages show the newest first: what ends now then goes to the right edge, where it costs no way down.
CREATE INDEX IF NOT EXISTS scheduled_notifications_finished ON public.scheduled_notifications (scheduled_for, id) WHERE processed;

CREATE INDEX IF NOT EXISTS scheduled_notifications_finished_of_person ON public.scheduled_notifications (user_id, scheduled_for DESC) WHERE processed;
-- A queue turns every row over twice within seconds: the default of 20 % dead rows is far too many to wait for. Half of
-- each page stays free for the claims of its rows.
ALTER TABLE public.scheduled_notifications SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

ALTER TABLE public.notification_pushes SET (autovacuum_vacuum_scale_factor = 0.02);

-- The keys are written twice, when a row is queued and when it ends: in full pages the second would find no room.
DO $$
DECLARE
  index regclass;
BEGIN
  FOR index IN SELECT i.indexrelid FROM pg_catalog.pg_index i
               WHERE i.indrelid = 'public.scheduled_notifications'::regclass AND i.indisunique LOOP
    EXECUTE pg_catalog.format('ALTER INDEX %s SET (fillfactor = 50)', index);
  END LOOP;
END
$$;

CREATE TABLE IF NOT EXISTS shift_reminders.attempts (
  reminder_id  bigint NOT NULL,
  generation   integer NOT NULL,
  attempt      integer NOT NULL,
  claim_token  uuid NOT NULL,
  claimed_by   text NOT NULL,
  claimed_at   timestamptz NOT NULL,
  recorded_at  timestamptz NOT NULL,
  channel      text,
  outcome      text NOT NULL CHECK (outcome IN ('accepted', 'partial', 'gone', 'mismatch', 'rejected', 'transient',
                 'unknown', 'platform_credentials', 'project_credentials', 'not_attempted', 'lost')),
  late         boolean NOT NULL DEFAULT false,
  devices      jsonb NOT NULL,
  PRIMARY KEY (reminder_id, generation, attempt)
);

COMMENT ON TABLE shift_reminders.attempts IS 'One row per claim that was recorded or lost; late: recorded after the claim was lost';
CREATE TABLE IF NOT EXISTS shift_reminders.generations (
  reminder_id    bigint NOT NULL,
  generation     integer NOT NULL,
  state          text NOT NULL CHECK (state IN ('sent', 'failed', 'skipped', 'expired', 'cancelled')),
  reason         text NOT NULL,
  anchor_at      timestamptz NOT NULL,
  scheduled_for  timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  armed_at       timestamptz NOT NULL,
  ended_at       timestamptz NOT NULL,
  accepted_at    timestamptz,
  why            text NOT NULL,
  PRIMARY KEY (reminder_id, generation),
  CONSTRAINT generations_accepted_ends_sent CHECK (accepted_at IS NULL OR state = 'sent')
);

COMMENT ON TABLE shift_reminders.generations IS 'How the earlier generations of a reminder ended, and why the next began';
CREATE TABLE IF NOT EXISTS shift_reminders.pauses (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_at  timestamptz NOT NULL,
  started_by  text NOT NULL,
  why         text NOT NULL,
  until       timestamptz,
  ended_at    timestamptz,
  ended_by    text
);

CREATE UNIQUE INDEX IF NOT EXISTS pauses_one_open ON shift_reminders.pauses ((true)) WHERE ended_at IS NULL;
CREATE TABLE IF NOT EXISTS shift_reminders.heartbeats (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source       text NOT NULL,
  started_at   timestamptz NOT NULL,
  finished_at  timestamptz NOT NULL,
  added        integer NOT NULL DEFAULT 0,
  rearmed      integer NOT NULL DEFAULT 0,
  expired      integer NOT NULL DEFAULT 0,
  paused       boolean NOT NULL DEFAULT false,
  busy         boolean NOT NULL DEFAULT false,
  error        text,
  backend_pid  integer NOT NULL,
  details      jsonb
);

CREATE INDEX IF NOT EXISTS heartbeats_started ON shift_reminders.heartbeats (started_at);
CREATE TABLE IF NOT EXISTS shift_reminders.processors (
  name          text PRIMARY KEY,
  host          text NOT NULL,
  version       text NOT NULL,
  channel       text NOT NULL,
  started_at    timestamptz NOT NULL,
  last_seen_at  timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS shift_reminders.channels (
  channel           text PRIMARY KEY,
  state             text NOT NULL DEFAULT 'up' CHECK (state IN ('up', 'down')),
  reason            text,
  since             timestamptz NOT NULL,
  last_accepted_at  timestamptz,
  last_latency_ms   integer,
  last_probe_at     timestamptz,
  recent            text NOT NULL DEFAULT '',
  alarm             text,
  alarm_since       timestamptz
);

COMMENT ON COLUMN shift_reminders.channels.recent IS 'The last 40 device results that were final: a accepted, g gone';
CREATE TABLE IF NOT EXISTS shift_reminders.channel_platforms (
  channel        text NOT NULL,
  platform       text NOT NULL,
  reason         text NOT NULL,
  paused_since   timestamptz NOT NULL,
  last_probe_at  timestamptz,
  PRIMARY KEY (channel, platform)
);

-- Pages listen, but must not be told about every batch: NOTIFY makes commits queue up behind each other.
CREATE TABLE IF NOT EXISTS shift_reminders.page_notices (
  only_one     boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  notified_at  timestamptz NOT NULL
);

INSERT INTO shift_reminders.page_notices (notified_at) VALUES ('-infinity') ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS shift_reminders.accounts (
  id                      uuid PRIMARY KEY,
  user_name               text NOT NULL,
  normalized_user_name    text NOT NULL,
  email                   text NOT NULL,
  normalized_email        text NOT NULL,
  email_confirmed         boolean NOT NULL,
  password_hash           text,
  security_stamp          text NOT NULL,
  concurrency_stamp       text,
  phone_number            text,
  phone_number_confirmed  boolean NOT NULL,
  two_factor_enabled      boolean NOT NULL,
  lockout_end             timestamptz,
  lockout_enabled         boolean NOT NULL,
  access_failed_count     integer NOT NULL,
  created_at              timestamptz NOT NULL,
  disabled_at             timestamptz,
  last_sign_in_at         timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS accounts_user_name ON shift_reminders.accounts (normalized_user_name);
CREATE UNIQUE INDEX IF NOT EXISTS accounts_email ON shift_reminders.accounts (normalized_email);
CREATE TABLE IF NOT EXISTS shift_reminders.roles (
  id                 uuid PRIMARY KEY,
  name               text NOT NULL,
  normalized_name    text NOT NULL UNIQUE,
  concurrency_stamp  text
);

-- The three roles are part of the program, not data of an installation: fixed ids, the same everywhere.
INSERT INTO shift_reminders.roles (id, name, normalized_name, concurrency_stamp) VALUES
  ('5a1f0000-0000-4000-8000-000000000001', 'Supervisor', 'SUPERVISOR', '1'),
  ('5a1f0000-0000-4000-8000-000000000002', 'Admin', 'ADMIN', '1'),
  ('5a1f0000-0000-4000-8000-000000000003', 'Tester', 'TESTER', '1')
ON CONFLICT (id) DO NOTHING;

CREATE TABLE IF NOT EXISTS shift_reminders.account_roles (
  user_id  uuid NOT NULL REFERENCES shift_reminders.accounts ON DELETE CASCADE,
  role_id  uuid NOT NULL REFERENCES shift_reminders.roles ON DELETE CASCADE,
  PRIMARY KEY (user_id, role_id)
);

CREATE TABLE IF NOT EXISTS shift_reminders.account_claims (
  id           integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES shift_reminders.accounts ON DELETE CASCADE,
  claim_type   text,
  claim_value  text
);

CREATE INDEX IF NOT EXISTS account_claims_user ON shift_reminders.account_claims (user_id);
CREATE TABLE IF NOT EXISTS shift_reminders.role_claims (
  id           integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  role_id      uuid NOT NULL REFERENCES shift_reminders.roles ON DELETE CASCADE,
  claim_type   text,
  claim_value  text
);

CREATE INDEX IF NOT EXISTS role_claims_role ON shift_reminders.role_claims (role_id);
-- Which outside account (OpenID Connect subject) is which of ours.
CREATE TABLE IF NOT EXISTS shift_reminders.account_logins (
  login_provider         text NOT NULL,
  provider_key           text NOT NULL,
  provider_display_name  text,
  user_id                uuid NOT NULL REFERENCES shift_reminders.accounts ON DELETE CASCADE,
  PRIMARY KEY (login_provider, provider_key)
);

CREATE INDEX IF NOT EXISTS account_logins_user ON shift_reminders.account_logins (user_id);
CREATE TABLE IF NOT EXISTS shift_reminders.account_tokens (
  user_id         uuid NOT NULL REFERENCES shift_reminders.accounts ON DELETE CASCADE,
  login_provider  text NOT NULL,
  name            text NOT NULL,
  value           text,
  PRIMARY KEY (user_id, login_provider, name)
);

-- The keys that protect cookies and one-time links; shared, so that any replica understands them.
CREATE TABLE IF NOT EXISTS shift_reminders.data_protection_keys (
  id             integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  friendly_name  text,
  xml            text
);

CREATE TABLE IF NOT EXISTS shift_reminders.audit (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at       timestamptz NOT NULL,
  actor    text NOT NULL,
  act      text NOT NULL,
  subject  text NOT NULL,
  why      text,
  before   jsonb,
  after    jsonb
);

CREATE INDEX IF NOT EXISTS audit_at ON shift_reminders.audit (at);
CREATE INDEX IF NOT EXISTS audit_actor ON shift_reminders.audit (actor, id DESC);
CREATE INDEX IF NOT EXISTS audit_act ON shift_reminders.audit (act, id DESC);
CREATE INDEX IF NOT EXISTS audit_subject ON shift_reminders.audit (subject text_pattern_ops, id DESC);
CREATE TABLE IF NOT EXISTS shift_reminders.saved_views (
  account_id  uuid NOT NULL REFERENCES shift_reminders.accounts ON DELETE CASCADE,
  page        text NOT NULL,
  name        text NOT NULL CHECK (pg_catalog.length(name) BETWEEN 1 AND 80),
  url         text NOT NULL CHECK (url LIKE '/%' AND url NOT LIKE '//%' AND pg_catalog.length(url) <= 4000),
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (account_id, page, name)
);

-- The app's role, and nobody else. Accounts are disabled, not deleted; the audit is only ever read.
CREATE TABLE IF NOT EXISTS shift_reminders.sandbox_pushes (
  device_id          text NOT NULL,
  tag                text NOT NULL,
  notification_id    text NOT NULL,
  generation         integer NOT NULL,
  user_id            uuid NOT NULL,
  platform           text,
  title              text NOT NULL,
  body               text NOT NULL,
  data               jsonb NOT NULL,
  copies             integer NOT NULL DEFAULT 1 CHECK (copies >= 1),
  first_received_at  timestamptz NOT NULL,
  received_at        timestamptz NOT NULL,
  PRIMARY KEY (device_id, tag)
);

COMMENT ON COLUMN shift_reminders.sandbox_pushes.tag IS 'The collapse key: a copy replaces what the phone already shows';
COMMENT ON COLUMN shift_reminders.sandbox_pushes.copies IS 'How often it arrived; above 1, a push was sent twice and the phone shows one';
CREATE INDEX IF NOT EXISTS sandbox_pushes_person ON shift_reminders.sandbox_pushes (user_id, received_at DESC);
CREATE INDEX IF NOT EXISTS sandbox_pushes_received ON shift_reminders.sandbox_pushes (received_at);
CREATE TABLE IF NOT EXISTS shift_reminders.sandbox_behaviours (
  device_id  text PRIMARY KEY,
  outcome    text NOT NULL CHECK (outcome IN ('accepted', 'gone', 'mismatch', 'rejected', 'transient', 'unknown',
               'platform_credentials', 'project_credentials', 'not_attempted')),
  remaining  integer CHECK (remaining >= 1),
  latency    interval NOT NULL DEFAULT interval '0' CHECK (latency BETWEEN interval '0' AND interval '5 minutes'),
  set_by     text NOT NULL,
  set_at     timestamptz NOT NULL
);

COMMENT ON COLUMN shift_reminders.sandbox_behaviours.remaining IS 'For how many more pushes, after which it accepts; NULL: until changed';
CREATE TABLE IF NOT EXISTS shift_reminders.test_batches (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created_at  timestamptz NOT NULL,
  created_by  text NOT NULL,
  why         text NOT NULL,
  plan        jsonb NOT NULL,
  shifts      integer NOT NULL CHECK (shifts BETWEEN 1 AND 5000),
  removed_at  timestamptz,
  removed_by  text,
  outcome     jsonb
);

COMMENT ON COLUMN shift_reminders.test_batches.outcome IS 'How many reminders were in which state when the batch was removed';
CREATE TABLE IF NOT EXISTS shift_reminders.test_shifts (
  schedule_id  bigint PRIMARY KEY,
  batch_id     bigint NOT NULL REFERENCES shift_reminders.test_batches ON DELETE CASCADE,
  user_id      uuid NOT NULL,
  start_at     timestamptz NOT NULL,
  end_at       timestamptz NOT NULL
);

CREATE INDEX IF NOT EXISTS test_shifts_batch ON shift_reminders.test_shifts (batch_id, start_at, schedule_id);
-- A check-in that lies ahead: the host's table would make it count at once, so it waits here.
CREATE TABLE IF NOT EXISTS shift_reminders.test_attendance (
  schedule_id  bigint NOT NULL REFERENCES shift_reminders.test_shifts ON DELETE CASCADE,
  type         text NOT NULL CHECK (type <> ''),
  at           timestamptz NOT NULL,
  logged_at    timestamptz,
  problem      text,
  PRIMARY KEY (schedule_id, type)
);

CREATE INDEX IF NOT EXISTS test_attendance_open ON shift_reminders.test_attendance (at) WHERE logged_at IS NULL;
-- Exceptions are what people look for, and they are few: these hold none of the many rows that were simply sent.
CREATE INDEX IF NOT EXISTS scheduled_notifications_exception ON public.scheduled_notifications (
    (CASE WHEN reason IN ('no_device', 'unregistered', 'sender_mismatch', 'rejected', 'attempts_used_up', 'out_of_time', 'no_text', 'unknown_type') THEN 'failed'
          WHEN reason IN ('checked_in', 'checked_out', 'attendance_logged', 'opted_out', 'nobody_missing', 'already_pushed') THEN 'skipped'
          WHEN reason IN ('too_late', 'paused', 'platform_down', 'channel_down', 'enqueue_down') THEN 'expired'
          WHEN reason IN ('cancelled_by_admin', 'shift_inactive', 'shift_gone', 'reassigned', 'bad_times', 'rule_disabled', 'superseded') THEN 'cancelled' END),
    scheduled_for DESC, id DESC)
  WHERE processed AND reason <> 'accepted';

CREATE INDEX IF NOT EXISTS scheduled_notifications_reason ON public.scheduled_notifications (reason, scheduled_for DESC, id DESC)
  WHERE reason <> 'accepted';
CREATE INDEX IF NOT EXISTS scheduled_notifications_error ON public.scheduled_notifications (scheduled_for DESC, id DESC)
  WHERE last_error IS NOT NULL;
$step$;
EXECUTE $step$
-- Closes everything of ours to everybody but the owner, whatever a project's default privileges granted when it was made. Runs
-- in one go with each file of tables/, and again before grants.sql opens what is named there. Functions are closed there too: here
-- their last change would no longer tell which of them a file still makes.
DO $close$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
  END LOOP;

  -- Row level security on every table of ours: one that a later release adds is closed until grants.sql names it.
  FOR object IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;
END
$close$;
$step$;
    INSERT INTO shift_reminders.migrations (name, checksum) VALUES ('tables/0001_baseline.sql', '46d804a90a33abb5255a70ded87043ac6016d1c32d7303f497b10cb7697e4673') ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp();
    DELETE FROM shift_reminders.migrations m WHERE m.name = 'functions and grants';
  END IF;
END
$once$;

-- tables/0002_keys.sql
DO $once$

BEGIN
  IF NOT EXISTS (SELECT FROM shift_reminders.migrations m WHERE m.name = 'tables/0002_keys.sql') THEN
    EXECUTE $step$
-- What was missing: an index for the foreign key that the removal of a role follows, and a key for archived rows.
CREATE INDEX account_roles_role ON shift_reminders.account_roles (role_id);
ALTER TABLE shift_reminders.archived_notifications ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
$step$;
EXECUTE $step$
-- Closes everything of ours to everybody but the owner, whatever a project's default privileges granted when it was made. Runs
-- in one go with each file of tables/, and again before grants.sql opens what is named there. Functions are closed there too: here
-- their last change would no longer tell which of them a file still makes.
DO $close$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
  END LOOP;

  -- Row level security on every table of ours: one that a later release adds is closed until grants.sql names it.
  FOR object IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;
END
$close$;
$step$;
    INSERT INTO shift_reminders.migrations (name, checksum) VALUES ('tables/0002_keys.sql', '7c34a48d6d5e5642983fcb6798a940a03f5a25cd67b0ba7ee08dfb3772add4a3') ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp();
    DELETE FROM shift_reminders.migrations m WHERE m.name = 'functions and grants';
  END IF;
END
$once$;

-- tables/0003_passkeys.sql
DO $once$

BEGIN
  IF NOT EXISTS (SELECT FROM shift_reminders.migrations m WHERE m.name = 'tables/0003_passkeys.sql') THEN
    EXECUTE $step$
-- Public keys of passkeys: whoever reads them can sign in nowhere. The rest of a passkey stays on its device.
CREATE TABLE shift_reminders.account_passkeys (
  credential_id  bytea PRIMARY KEY,
  user_id        uuid NOT NULL REFERENCES shift_reminders.accounts ON DELETE CASCADE,
  -- What Identity keeps of it; only Identity writes it.
  data           jsonb NOT NULL
);
CREATE INDEX account_passkeys_user ON shift_reminders.account_passkeys (user_id);
REVOKE ALL ON shift_reminders.account_passkeys FROM PUBLIC;
ALTER TABLE shift_reminders.account_passkeys ENABLE ROW LEVEL SECURITY;
$step$;
EXECUTE $step$
-- Closes everything of ours to everybody but the owner, whatever a project's default privileges granted when it was made. Runs
-- in one go with each file of tables/, and again before grants.sql opens what is named there. Functions are closed there too: here
-- their last change would no longer tell which of them a file still makes.
DO $close$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
  END LOOP;

  -- Row level security on every table of ours: one that a later release adds is closed until grants.sql names it.
  FOR object IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;
END
$close$;
$step$;
    INSERT INTO shift_reminders.migrations (name, checksum) VALUES ('tables/0003_passkeys.sql', '3831731fa95d4df9e32927f1631e0e73026d98ae92f85ac1bc7b99826a55682e') ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp();
    DELETE FROM shift_reminders.migrations m WHERE m.name = 'functions and grants';
  END IF;
END
$once$;

-- tables/0004_sessions.sql
DO $once$

BEGIN
  IF NOT EXISTS (SELECT FROM shift_reminders.migrations m WHERE m.name = 'tables/0004_sessions.sql') THEN
    EXECUTE $step$
-- Who is signed in where. A cookie names its row here, and opens nothing once the session has ended.
CREATE TABLE shift_reminders.sessions (
  id                uuid PRIMARY KEY,
  -- Of the secret in the cookie: whoever reads this table cannot make a cookie from it.
  key_hash          text NOT NULL CHECK (length(key_hash) = 64),
  account_id        uuid NOT NULL REFERENCES shift_reminders.accounts ON DELETE CASCADE,
  -- The account's at the sign-in: whatever changes it (a new password, a new link, signing out everywhere) ends the session.
  security_stamp    text NOT NULL,
  created_at        timestamptz NOT NULL,
  last_used_at      timestamptz NOT NULL,
  -- When the person last proved who they are: at the sign-in, or when an act asked again.
  authenticated_at  timestamptz NOT NULL,
  idle_limit        interval NOT NULL CHECK (idle_limit > interval '0'),
  ends_at           timestamptz NOT NULL,
  browser           text NOT NULL,
  address           text,
  ended_at          timestamptz,
  ended_why         text,
  CONSTRAINT sessions_end CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE INDEX sessions_account ON shift_reminders.sessions (account_id, last_used_at DESC);
CREATE INDEX sessions_ends_at ON shift_reminders.sessions (ends_at);
REVOKE ALL ON shift_reminders.sessions FROM PUBLIC;
ALTER TABLE shift_reminders.sessions ENABLE ROW LEVEL SECURITY;
$step$;
EXECUTE $step$
-- Closes everything of ours to everybody but the owner, whatever a project's default privileges granted when it was made. Runs
-- in one go with each file of tables/, and again before grants.sql opens what is named there. Functions are closed there too: here
-- their last change would no longer tell which of them a file still makes.
DO $close$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
  END LOOP;

  -- Row level security on every table of ours: one that a later release adds is closed until grants.sql names it.
  FOR object IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;
END
$close$;
$step$;
    INSERT INTO shift_reminders.migrations (name, checksum) VALUES ('tables/0004_sessions.sql', 'ebcf45b72f4307e4795e0a8d5e008bad2b7464d2990a6f1dce61fee041e31ff9') ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp();
    DELETE FROM shift_reminders.migrations m WHERE m.name = 'functions and grants';
  END IF;
END
$once$;

-- tables/0005_reasons.sql
DO $once$

BEGIN
  IF NOT EXISTS (SELECT FROM shift_reminders.migrations m WHERE m.name = 'tables/0005_reasons.sql') THEN
    EXECUTE $step$
-- What ends after an outage is judged by it all the same.
ALTER TABLE shift_reminders.channels ADD COLUMN was_down_since timestamptz;

COMMENT ON COLUMN shift_reminders.channels.was_down_since IS 'When the last outage that is over began; while the channel is up, since is its end';

-- The reasons that are new belong to "expired" in the index too: its key is what ended_unsent says.
DROP INDEX public.scheduled_notifications_exception;
CREATE INDEX scheduled_notifications_exception ON public.scheduled_notifications (
    (CASE WHEN reason IN ('no_device', 'unregistered', 'sender_mismatch', 'rejected', 'attempts_used_up', 'out_of_time', 'no_text', 'unknown_type') THEN 'failed'
          WHEN reason IN ('checked_in', 'checked_out', 'attendance_logged', 'opted_out', 'nobody_missing', 'already_pushed') THEN 'skipped'
          WHEN reason IN ('too_late', 'moved_too_late', 'taken_back_too_late', 'entered_too_late', 'not_handed_over', 'paused', 'platform_down', 'channel_down', 'enqueue_down') THEN 'expired'
          WHEN reason IN ('cancelled_by_admin', 'shift_inactive', 'shift_gone', 'reassigned', 'bad_times', 'rule_disabled', 'superseded') THEN 'cancelled' END),
    scheduled_for DESC, id DESC)
  WHERE processed AND reason <> 'accepted';
$step$;
EXECUTE $step$
-- Closes everything of ours to everybody but the owner, whatever a project's default privileges granted when it was made. Runs
-- in one go with each file of tables/, and again before grants.sql opens what is named there. Functions are closed there too: here
-- their last change would no longer tell which of them a file still makes.
DO $close$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
  END LOOP;

  -- Row level security on every table of ours: one that a later release adds is closed until grants.sql names it.
  FOR object IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;
END
$close$;
$step$;
    INSERT INTO shift_reminders.migrations (name, checksum) VALUES ('tables/0005_reasons.sql', '3d353602751f56d4e571276b34262fb84b805bb544e53b447570d3a8dba22e3a') ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp();
    DELETE FROM shift_reminders.migrations m WHERE m.name = 'functions and grants';
  END IF;
END
$once$;

-- tables/0006_time_zones.sql
DO $once$

BEGIN
  IF NOT EXISTS (SELECT FROM shift_reminders.migrations m WHERE m.name = 'tables/0006_time_zones.sql') THEN
    EXECUTE $step$
-- The zones that PostgreSQL and the app both know by name, so that both tell the same time of a shift.
CREATE TABLE shift_reminders.time_zones (
  -- In lower case: PostgreSQL takes any case, most other programs do not.
  spelled  text PRIMARY KEY,
  name     text NOT NULL
);
REVOKE ALL ON shift_reminders.time_zones FROM PUBLIC;
ALTER TABLE shift_reminders.time_zones ENABLE ROW LEVEL SECURITY;
$step$;
EXECUTE $step$
-- Closes everything of ours to everybody but the owner, whatever a project's default privileges granted when it was made. Runs
-- in one go with each file of tables/, and again before grants.sql opens what is named there. Functions are closed there too: here
-- their last change would no longer tell which of them a file still makes.
DO $close$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
  END LOOP;

  -- Row level security on every table of ours: one that a later release adds is closed until grants.sql names it.
  FOR object IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;
END
$close$;
$step$;
    INSERT INTO shift_reminders.migrations (name, checksum) VALUES ('tables/0006_time_zones.sql', 'b7b178bf9d0085e55e9ab6b24c5dddbcde6027aa775b8285ad5396c6cb0405ad') ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp();
    DELETE FROM shift_reminders.migrations m WHERE m.name = 'functions and grants';
  END IF;
END
$once$;

-- tables/0007_channel_results.sql
DO $once$

BEGIN
  IF NOT EXISTS (SELECT FROM shift_reminders.migrations m WHERE m.name = 'tables/0007_channel_results.sql') THEN
    EXECUTE $step$
-- What channels answered lately, while some of it fails; nothing is written while all is well. A row for each session that
-- records, so that none waits for another.
CREATE TABLE shift_reminders.channel_results (
  channel           text NOT NULL,
  platform          text NOT NULL,
  slot_at           timestamptz NOT NULL,
  session           integer NOT NULL,
  failed            integer NOT NULL,
  answered          integer NOT NULL,
  failing_since     timestamptz,
  last_failed_at    timestamptz,
  last_answered_at  timestamptz,
  -- The least and the greatest device that failed: where they differ it was not one phone alone.
  first_device      text,
  last_device       text,
  reason            text,
  PRIMARY KEY (channel, slot_at, platform, session)
);
COMMENT ON COLUMN shift_reminders.channel_results.platform IS 'Empty where it is not known';
COMMENT ON COLUMN shift_reminders.channel_results.slot_at IS 'The beginning of ten seconds';
COMMENT ON COLUMN shift_reminders.channel_results.failed IS 'Pushes that were not answered, or that the channel could not take just then';
COMMENT ON COLUMN shift_reminders.channel_results.answered IS 'Pushes that the channel accepted or refused for good';
REVOKE ALL ON shift_reminders.channel_results FROM PUBLIC;
ALTER TABLE shift_reminders.channel_results ENABLE ROW LEVEL SECURITY;

ALTER TABLE shift_reminders.processors ADD COLUMN trouble text, ADD COLUMN trouble_since timestamptz;

COMMENT ON COLUMN shift_reminders.processors.trouble IS 'Why this processor cannot reach its channel; NULL: it can';
$step$;
EXECUTE $step$
-- Closes everything of ours to everybody but the owner, whatever a project's default privileges granted when it was made. Runs
-- in one go with each file of tables/, and again before grants.sql opens what is named there. Functions are closed there too: here
-- their last change would no longer tell which of them a file still makes.
DO $close$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
  END LOOP;

  -- Row level security on every table of ours: one that a later release adds is closed until grants.sql names it.
  FOR object IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;
END
$close$;
$step$;
    INSERT INTO shift_reminders.migrations (name, checksum) VALUES ('tables/0007_channel_results.sql', '15ac426dbb9a1ed4b5cc478b36cd2158bce74f6ef5bbe9d546f404333327f898') ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp();
    DELETE FROM shift_reminders.migrations m WHERE m.name = 'functions and grants';
  END IF;
END
$once$;

-- tables/0008_acts.sql
DO $once$

BEGIN
  IF NOT EXISTS (SELECT FROM shift_reminders.migrations m WHERE m.name = 'tables/0008_acts.sql') THEN
    EXECUTE $step$
-- An act on several reminders is one line of the audit, and one more for each of them, which is part of it.
ALTER TABLE shift_reminders.audit ADD COLUMN part_of bigint, ADD COLUMN reminder_id bigint, ADD COLUMN generation integer;
COMMENT ON COLUMN shift_reminders.audit.part_of IS 'The line of the act that this line is part of; NULL: it is a whole act';
COMMENT ON COLUMN shift_reminders.audit.reminder_id IS 'The reminder that was resent';
COMMENT ON COLUMN shift_reminders.audit.generation IS 'The generation that the resend began';

CREATE INDEX audit_part_of ON shift_reminders.audit (part_of) WHERE part_of IS NOT NULL;
CREATE INDEX audit_reminder ON shift_reminders.audit (reminder_id, generation) WHERE reminder_id IS NOT NULL;
$step$;
EXECUTE $step$
-- Closes everything of ours to everybody but the owner, whatever a project's default privileges granted when it was made. Runs
-- in one go with each file of tables/, and again before grants.sql opens what is named there. Functions are closed there too: here
-- their last change would no longer tell which of them a file still makes.
DO $close$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
  END LOOP;

  -- Row level security on every table of ours: one that a later release adds is closed until grants.sql names it.
  FOR object IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;
END
$close$;
$step$;
    INSERT INTO shift_reminders.migrations (name, checksum) VALUES ('tables/0008_acts.sql', '9d8a4313d099861fb30d4aeafd79d1598366675337f2c8eb93031261ed5fd259') ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp();
    DELETE FROM shift_reminders.migrations m WHERE m.name = 'functions and grants';
  END IF;
END
$once$;

DO $unless_later$

DECLARE
  version text;
BEGIN
  IF pg_catalog.to_regprocedure('shift_reminders.schema_version()') IS NOT NULL THEN
    EXECUTE 'SELECT shift_reminders.schema_version()' INTO version;
  END IF;
  IF pg_catalog.string_to_array(version, '.')::int[] > pg_catalog.string_to_array('1.0.0', '.')::int[] THEN
    RAISE NOTICE 'This database is at version %, and this is 1.0.0: its functions stay.', version;
  ELSIF NOT EXISTS (SELECT FROM shift_reminders.migrations m
                    WHERE m.name = 'functions and grants' AND m.checksum = 'a7af752e798be191356d317d1d8d9a0db6fe1e0519bd497b5fdac0dd849a1552') THEN
    -- (begin)
EXECUTE $step$
-- A function may name what a later file makes.
SET check_function_bodies = off;
SELECT pg_catalog.set_config('shift_reminders.applying_since', pg_catalog.pg_current_xact_id()::text, false);
$step$;
-- data/reasons.sql
EXECUTE $step$
-- Why a reminder ended as it did, or waits: one sentence for each reason. reversible: it re-arms when the condition clears
-- while it would still be useful.
INSERT INTO shift_reminders.reasons (reason, state, reversible, sentence) VALUES
  ('retry',              'pending',   false, 'The channel could not deliver it just now; it is tried again.'),
  ('claim_lost',         'pending',   false, 'The processor that had claimed it did not answer in time; it is tried again.'),
  ('channel_down',       'pending',   false, 'The channel refuses our credentials; it waits for the channel to come back.'),
  ('platform_paused',    'pending',   false, 'The person''s devices are on a platform whose credentials are refused; it waits.'),
  ('accepted',           'sent',      false, 'Accepted for every device.'),
  ('partial',            'sent',      false, 'Accepted for at least one device; the others did not get it.'),
  ('foreign',            'sent',      false, 'Another worker marked it as processed.'),
  ('no_device',          'failed',    true,  'The person has no registered device.'),
  ('unregistered',       'failed',    true,  'Every device of the person has uninstalled the app or lost its registration.'),
  ('sender_mismatch',    'failed',    true,  'The devices are registered with another Firebase project.'),
  ('rejected',           'failed',    false, 'The channel rejected the message itself.'),
  ('attempts_used_up',   'failed',    false, 'Every attempt was made, and no device is known to have got it.'),
  ('out_of_time',        'failed',    false, 'No device is known to have got it before it was too late.'),
  ('no_text',            'failed',    true,  'The rule has no text for the person''s locale nor for the site''s.'),
  ('unknown_type',       'failed',    false, 'There is no rule for this kind of reminder.'),
  ('checked_in',         'skipped',   true,  'The person had already checked in.'),
  ('checked_out',        'skipped',   true,  'The person had already checked out.'),
  ('attendance_logged',  'skipped',   true,  'What the reminder asks for was already logged.'),
  ('opted_out',          'skipped',   true,  'The person has switched reminders off or is on leave.'),
  ('nobody_missing',     'skipped',   false, 'Every device had already got it.'),
  ('already_pushed',     'skipped',   false, 'Another worker had already pushed it.'),
  ('too_late',           'expired',   false, 'No processor claimed it while it was useful.'),
  ('moved_too_late',     'expired',   false, 'When the shift was moved, it was too late for this reminder.'),
  ('entered_too_late',   'expired',   false, 'The enqueue ran while it would have been useful, and the shift did not need it then: it was entered or changed later.'),
  ('taken_back_too_late', 'expired',  false, 'An admin had cancelled it, and took that back when it was too late.'),
  ('not_handed_over',    'expired',   false, 'A processor claimed it, and gave it back; none handed it over while it was useful.'),
  ('paused',             'expired',   false, 'Reminders were paused until it was too late.'),
  ('platform_down',      'expired',   false, 'The credentials of the devices'' platform were refused until it was too late.'),
  ('channel_down',       'expired',   false, 'The channel was down until it was too late.'),
  ('enqueue_down',       'expired',   false, 'The enqueue did not run, or failed, while it would have been useful.'),
  ('cancelled_by_admin', 'cancelled', false, 'An admin cancelled it.'),
  ('shift_inactive',     'cancelled', true,  'The shift is cancelled or inactive.'),
  ('shift_gone',         'cancelled', true,  'The shift no longer exists.'),
  ('reassigned',         'cancelled', true,  'The shift is no longer this person''s.'),
  ('bad_times',          'cancelled', true,  'The shift has no usable times (it ends before it starts, or a time is missing).'),
  ('rule_disabled',      'cancelled', true,  'The rule is switched off.'),
  ('superseded',         'cancelled', false, 'A newer generation took its place before it was sent.')
ON CONFLICT (reason, state) DO UPDATE SET reversible = excluded.reversible, sentence = excluded.sentence;
$step$;
-- data/settings.sql
EXECUTE $step$
-- What can be set in the database, with its default; a value that somebody has set stays.
INSERT INTO shift_reminders.settings (key, value, meaning) VALUES
  ('site_time_zone', 'UTC', 'IANA zone of shifts that name none'),
  ('site_locale', 'en', 'Locale of the texts for people who name none'),
  ('look_ahead', '90 seconds', 'How long before it is due a reminder enters the queue'),
  -- Functions of the contract that were there before us are somebody's own.
  ('host_contract', CASE WHEN pg_catalog.to_regproc('shift_reminders.host_shifts') IS NULL THEN 'default' ELSE 'custom' END, 'default: kept in step with the host''s tables; custom: never touched'),
  ('delete_dead_host_tokens', 'off', 'on: the token of a dead device is deleted from the host''s table too'),
  ('test_shift_status', 'scheduled', 'Status that a test shift gets in the host''s table'),
  ('watching_since', 'infinity', 'When the enqueue first ran; it sets this itself'),
  ('rules_applied', '', 'Fingerprint of the leads and graces that the pending reminders have; kept by the enqueue itself'),
  ('keep_reminders', '90 days', 'Finished reminders, their attempts and marks are purged after this'),
  ('keep_runs', '14 days', 'Heartbeats and pg_cron''s run history are purged after this'),
  ('keep_dead_devices', '270 days', 'Dead devices are purged this long after they died; FCM''s own registrations expire after as long'),
  ('keep_sandbox', '14 days', 'Notifications on simulated phones are purged after this'),
  ('keep_sessions', '14 days', 'Sessions are purged this long after their time limit'),
  ('purged_before', '-infinity', 'Finished reminders due before this were purged; kept by the purge itself'),
  ('purge_reached', '-infinity', 'Due time at which the purge that is under way goes on; kept by the purge itself')
ON CONFLICT (key) DO NOTHING;
$step$;
-- data/time_zones.sql
EXECUTE $step$
-- IANA's names alone: abbreviations (IST), offsets (UTC+3, which PostgreSQL takes for three hours behind) and Windows' names
-- mean one thing to one program and another to the next. A few names are abbreviations too, which PostgreSQL prefers: theirs are
-- the zones that IANA has made of them.
INSERT INTO shift_reminders.time_zones (spelled, name)
SELECT DISTINCT ON (lower(z.name)) lower(z.name),
  CASE z.name WHEN 'CET' THEN 'Europe/Brussels' WHEN 'MET' THEN 'Europe/Brussels' WHEN 'EET' THEN 'Europe/Athens' WHEN 'WET' THEN 'Europe/Lisbon' ELSE z.name END
FROM pg_timezone_names z
WHERE z.name !~ '^(posix|right|SystemV)/' AND z.name NOT IN ('posixrules', 'localtime', 'Factory')
ORDER BY lower(z.name), z.name
ON CONFLICT (spelled) DO UPDATE SET name = excluded.name WHERE time_zones.name <> excluded.name;
$step$;
-- functions/claim/types.sql
EXECUTE $step$
-- Made anew with the functions below that use it, or a database of an earlier version would keep the older shape.
DROP TYPE IF EXISTS shift_reminders.claimable CASCADE;
CREATE TYPE shift_reminders.claimable AS (
  reminder_id bigint, nid text, verdict text, start_at timestamptz, end_at timestamptz, label text, time_zone text,
  locale text, display_name text, title_template text, body_template text,
  device_ids text[], tokens text[], platforms text[], held integer, generation integer);
DROP TYPE IF EXISTS shift_reminders.claimed CASCADE;
CREATE TYPE shift_reminders.claimed AS (
  reminder_id bigint, claim_token uuid, generation integer, attempt integer, notification_id text,
  schedule_id bigint, user_id uuid, notify_type text, scheduled_for timestamptz, expires_in double precision,
  lease_in double precision, start_at timestamptz, end_at timestamptz, anchor_at timestamptz, label text, time_zone text,
  locale text, display_name text, title_template text, body_template text, device_ids text[], tokens text[], platforms text[]);
$step$;
-- functions/record/types.sql
EXECUTE $step$
-- Made anew with the functions below that use them, or a database of an earlier version would keep the older shape.
DROP TYPE IF EXISTS shift_reminders.result, shift_reminders.decision CASCADE;
-- One attempt's results, with what its reminder was when it was locked: read once, as every look-up counts here.
CREATE TYPE shift_reminders.result AS (
  reminder_id bigint, token uuid, generation integer, attempt integer, devices jsonb,
  accepted integer, again integer, costs integer, gone integer, mismatch integer, rejected integer,
  platform integer, project integer, possibly_delivered integer, retry_after double precision, quota boolean,
  accepted_age_ms integer, detail text, outcome text,
  nid text, claimed_by text, claimed_at timestamptz, accepted_at timestamptz, expires_at timestamptz,
  failures integer, max_attempts integer, held_devices integer, change jsonb);
CREATE TYPE shift_reminders.decision AS (
  reminder_id bigint, nid text, state text, reason text, retry_at timestamptz, failures integer, accepted_at timestamptz,
  accepted boolean, release_mark boolean, detail text, moved_to timestamptz);
$step$;
-- functions/acts/cancel_reminders.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.cancel_reminders(ids bigint[], actor text, why text)
RETURNS TABLE (reminder_id bigint, result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  q public.scheduled_notifications;
  wanted bigint;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  FOR wanted IN SELECT DISTINCT i FROM unnest(ids) i ORDER BY i LOOP
    reminder_id := wanted;
    SELECT * INTO q FROM public.scheduled_notifications x WHERE x.id = wanted FOR UPDATE SKIP LOCKED;
    IF q.id IS NULL THEN
      result := CASE WHEN EXISTS (SELECT 1 FROM public.scheduled_notifications x WHERE x.id = wanted) THEN 'busy' ELSE 'gone' END;
      sentence := CASE result WHEN 'busy' THEN 'Somebody else is changing it just now; try again.' ELSE 'This reminder no longer exists.' END;
    ELSIF q.state IN ('sent', 'expired') OR q.reason = 'cancelled_by_admin' THEN
      result := 'already_' || q.state;
      sentence := 'It is already ' || q.state || '.';
    ELSE
      IF q.state = 'sending' THEN
        -- The push may be on its way; recording it decides whether there is still anything to cancel.
        UPDATE public.scheduled_notifications x SET pending_change = jsonb_build_object('kind', 'cancel', 'by', actor, 'why', why) WHERE x.id = wanted;
        sentence := 'It is being sent right now; if no device accepts it, it is not tried again.';
      ELSE
        UPDATE public.scheduled_notifications x SET
          state = CASE WHEN x.accepted_at IS NULL THEN 'cancelled' ELSE 'sent' END,
          reason = CASE WHEN x.accepted_at IS NULL THEN 'cancelled_by_admin' ELSE 'partial' END,
          processed = true, processed_at = at, last_error = coalesce(x.last_error, why)
        WHERE x.id = wanted;
        DELETE FROM public.notification_pushes p WHERE p.notification_id IN (
          SELECT m.notification_id FROM public.notification_pushes m
          WHERE m.notification_id = shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type)
            AND m.reminder_id = wanted AND shift_reminders.mark_state(m) = 'in_flight'
            AND NOT shift_reminders.may_have_arrived(wanted, q.generation) FOR UPDATE SKIP LOCKED);
        sentence := 'Cancelled.';
      END IF;
      result := 'ok';
      PERFORM shift_reminders.record_audit(actor, 'cancel', 'reminder ' || wanted, why,
        jsonb_build_object('state', q.state, 'reason', q.reason, 'generation', q.generation), jsonb_build_object('state', 'cancelled'));
    END IF;
    RETURN NEXT;
  END LOOP;
  PERFORM shift_reminders.notify_pages(at);
END
$$;
$step$;
-- functions/acts/judge_resend.sql
EXECUTE $step$
-- What a resend of each reminder would do now. The preview shows these rows, and the act decides by the same ones.
CREATE OR REPLACE FUNCTION shift_reminders.judge_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean, at timestamptz)
RETURNS TABLE (reminder_id bigint, result text, sentence text, devices integer, had_it integer, anchor_at timestamptz, expires_at timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT q.id, v.result,
    CASE v.result
      WHEN 'ok' THEN 'Goes to ' || d.wanted || CASE d.wanted WHEN 1 THEN ' device.' ELSE ' devices.' END
      WHEN 'sending' THEN 'It is being sent right now.'
      WHEN 'already_pending' THEN 'It is still waiting to be sent.'
      WHEN 'begun' THEN 'It stopped being useful ' || CASE WHEN at - u.useful_until < interval '90 minutes'
        THEN greatest(1, (extract(epoch FROM at - u.useful_until) / 60)::integer) || ' min' ELSE (extract(epoch FROM at - u.useful_until) / 3600)::integer || ' h' END || ' ago.'
      WHEN 'nobody_missing' THEN 'Every device has already got it.'
      WHEN 'paused' THEN 'Reminders are paused.'
      WHEN 'moved' THEN 'The shift has moved: it is sent by itself at ' || shift_reminders.wall_clock(u.due, coalesce(
        (SELECT s.time_zone FROM shift_reminders.shifts s WHERE s.schedule_id = q.schedule_id LIMIT 1), shift_reminders.setting('site_time_zone'))) || '.'
      ELSE coalesce((SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = v.result AND x.state <> 'pending' LIMIT 1), v.result)
    END,
    d.wanted, d.had_it, coalesce(j.live_anchor, q.anchor_at), at + r.grace
  FROM public.scheduled_notifications q
  JOIN shift_reminders.judge(ids) j ON j.reminder_id = q.id
  LEFT JOIN shift_reminders.rules r ON r.notify_type = q.notify_type
  CROSS JOIN LATERAL (SELECT shift_reminders.due_at(x.anchor, r.lead) AS due, shift_reminders.expires_at(x.anchor, r.lead, r.grace) AS useful_until
                      FROM (SELECT coalesce(j.live_anchor, q.anchor_at) AS anchor) x) u
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE judge_resend.target = 'all' OR NOT x.has)::integer AS wanted, count(*) FILTER (WHERE x.has)::integer AS had_it,
           count(*)::integer AS known
    FROM (SELECT y.device_id = ANY (g.ids) AS has FROM shift_reminders.devices y,
            (SELECT coalesce(array_agg(e->>'device'), '{}') AS ids
             FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) e
             WHERE a.reminder_id = q.id AND e->>'outcome' = 'accepted') g
          WHERE y.user_id = q.user_id) x) d
  CROSS JOIN LATERAL (SELECT CASE
    WHEN q.state = 'sending' THEN 'sending'
    WHEN q.state = 'pending' THEN 'already_pending'
    WHEN j.verdict NOT IN ('deliver', 'moved', 'checked_in', 'checked_out', 'attendance_logged') THEN j.verdict
    -- Looked up here, whatever the verdict: the judge stops at its first finding, and does not look at attendance when an
    -- earlier resend was told not to, or when the shift has moved. Qualified: the bare name would be the reminder's column.
    WHEN NOT judge_resend.although_checked_in AND EXISTS (
      SELECT 1 FROM shift_reminders.attendance a
      WHERE a.schedule_id = q.schedule_id AND a.type = r.skip_type AND shift_reminders.logged_for(a.user_id, q.user_id))
      THEN shift_reminders.attended_reason(r.skip_type)
    WHEN EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = q.user_id AND p.reminders_off) THEN 'opted_out'
    END AS refused) f
  CROSS JOIN LATERAL (SELECT CASE
    WHEN f.refused IS NOT NULL THEN f.refused
    -- Sent now, it would count as the reminder of the new time, and nothing would be sent then.
    WHEN j.verdict = 'moved' AND at < u.due AND q.reason IS DISTINCT FROM 'cancelled_by_admin' THEN 'moved'
    WHEN at > u.useful_until AND NOT judge_resend.although_begun THEN 'begun'
    WHEN d.known = 0 THEN 'no_device'
    WHEN d.wanted = 0 THEN 'nobody_missing'
    WHEN shift_reminders.paused(at) THEN 'paused'
    ELSE 'ok' END AS result) v
  WHERE q.id = ANY (ids)
$$;
$step$;
-- functions/acts/pause_reminders.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.pause_reminders(actor text, why text, until timestamptz DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF pause_reminders.until <= at THEN
    RAISE EXCEPTION 'A pause cannot end in the past (%).', pause_reminders.until USING ERRCODE = 'SR002', HINT = 'Choose a later time, or none.';
  END IF;
  UPDATE shift_reminders.pauses p SET ended_at = p.until, ended_by = 'until' WHERE p.ended_at IS NULL AND p.until <= at;
  INSERT INTO shift_reminders.pauses (started_at, started_by, why, until)
  VALUES (at, actor, pause_reminders.why, pause_reminders.until) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM shift_reminders.record_audit(actor, 'pause', 'reminders', why, NULL, jsonb_build_object('until', pause_reminders.until));
  PERFORM shift_reminders.notify_pages(at);
  RETURN true;
END
$$;
$step$;
-- functions/acts/preview_resend.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.preview_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean)
RETURNS TABLE (reminder_id bigint, result text, sentence text, devices integer, had_it integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT j.reminder_id, j.result, j.sentence, j.devices, j.had_it
  FROM shift_reminders.judge_resend(ids, target, although_checked_in, although_begun, shift_reminders.clock()) j ORDER BY j.reminder_id
$$;
$step$;
-- functions/acts/record_audit.sql
EXECUTE $step$
-- The way into the audit, beside record_resend, called in the transaction of the act: what was rolled back was not done.
CREATE OR REPLACE FUNCTION shift_reminders.record_audit(
  actor text, act text, subject text, why text DEFAULT NULL, before jsonb DEFAULT NULL, after jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO shift_reminders.audit (at, actor, act, subject, why, before, after)
  VALUES (shift_reminders.clock(), record_audit.actor, record_audit.act, record_audit.subject,
          NULLIF(pg_catalog.btrim(record_audit.why), ''), record_audit.before, record_audit.after)
  RETURNING id
$$;
$step$;
-- functions/acts/record_resend.sql
EXECUTE $step$
-- The lines of a resend, before its generations begin: one for each reminder, and above several one for the whole act.
CREATE OR REPLACE FUNCTION shift_reminders.record_resend(ids bigint[], actor text, why text, wishes jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  whole bigint;
BEGIN
  IF cardinality(ids) > 1 THEN
    whole := shift_reminders.record_audit(actor, 'resend', cardinality(ids) || ' reminders', why, NULL, wishes);
  END IF;
  INSERT INTO shift_reminders.audit (at, actor, act, subject, why, before, after, part_of, reminder_id, generation)
  SELECT shift_reminders.clock(), record_resend.actor, 'resend', 'reminder ' || q.id, btrim(record_resend.why),
    jsonb_build_object('state', q.state, 'reason', q.reason, 'generation', q.generation),
    jsonb_build_object('state', 'pending', 'generation', q.generation + 1) || wishes, whole, q.id, q.generation + 1
  FROM public.scheduled_notifications q WHERE q.id = ANY (ids) ORDER BY q.id;
END
$$;
$step$;
-- functions/acts/require_why.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.require_why(actor text, why text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF coalesce(btrim(actor), '') = '' OR coalesce(btrim(why), '') = '' THEN
    RAISE EXCEPTION 'Who acts, and why, is missing.' USING ERRCODE = 'SR002', HINT = 'Give an actor and a reason.';
  END IF;
END
$$;
$step$;
-- functions/acts/resend_reminders.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.resend_reminders(ids bigint[], target text, actor text, why text,
  although_checked_in boolean DEFAULT false, although_begun boolean DEFAULT false)
RETURNS TABLE (reminder_id bigint, result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  held bigint[];
  chosen record;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF resend_reminders.target NOT IN ('all', 'missing') THEN
    RAISE EXCEPTION 'Unknown target "%".', resend_reminders.target USING ERRCODE = 'SR002', HINT = 'all: every device; missing: those that did not get it.';
  END IF;
  SELECT coalesce(array_agg(l.id), '{}') INTO held FROM (
    SELECT q.id FROM public.scheduled_notifications q WHERE q.id = ANY (ids) ORDER BY q.id FOR UPDATE SKIP LOCKED) l;

  SELECT array_agg(j.reminder_id) AS judged_ids, array_agg(j.result) AS results, array_agg(j.sentence) AS sentences,
         array_agg(j.reminder_id) FILTER (WHERE j.result = 'ok') AS ids,
         array_agg(j.anchor_at) FILTER (WHERE j.result = 'ok') AS anchors,
         array_agg(at) FILTER (WHERE j.result = 'ok') AS dues,
         array_agg(j.expires_at) FILTER (WHERE j.result = 'ok') AS expiries,
         array_agg('resent by ' || actor || ': ' || why) FILTER (WHERE j.result = 'ok') AS whys
  INTO chosen
  FROM shift_reminders.judge_resend(held, resend_reminders.target, resend_reminders.although_checked_in, resend_reminders.although_begun, at) j;

  IF chosen.ids IS NOT NULL THEN
    PERFORM shift_reminders.record_resend(chosen.ids, actor, why, jsonb_build_object('target', resend_reminders.target,
      'although_checked_in', resend_reminders.although_checked_in, 'although_begun', resend_reminders.although_begun));
    PERFORM shift_reminders.begin_generation(chosen.ids, chosen.anchors, chosen.dues, chosen.expiries, chosen.whys, at,
      resend_reminders.target, actor, resend_reminders.although_checked_in, resend_reminders.although_begun);
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
    PERFORM shift_reminders.notify_pages(at);
  END IF;
  RETURN QUERY
    SELECT i.id, coalesce(j.result, CASE WHEN q.id IS NULL THEN 'gone' ELSE 'busy' END),
      coalesce(j.sentence, CASE WHEN q.id IS NULL THEN 'This reminder no longer exists.' ELSE 'Somebody else is changing it just now; try again.' END)
    FROM unnest(ids) AS i(id)
    LEFT JOIN unnest(chosen.judged_ids, chosen.results, chosen.sentences) AS j(reminder_id, result, sentence) ON j.reminder_id = i.id
    LEFT JOIN public.scheduled_notifications q ON q.id = i.id;
END
$$;
$step$;
-- functions/acts/resume_reminders.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.resume_reminders(actor text, why text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  ended shift_reminders.pauses;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  UPDATE shift_reminders.pauses p SET ended_at = at, ended_by = actor WHERE p.ended_at IS NULL RETURNING * INTO ended;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM shift_reminders.record_audit(actor, 'resume', 'reminders', why,
    jsonb_build_object('started_at', ended.started_at, 'started_by', ended.started_by, 'until', ended.until), NULL);
  -- What came due meanwhile and is still useful goes out now, without waiting for the next tick.
  PERFORM public.enqueue_due_shift_notifications('manual');
  PERFORM shift_reminders.hint('shift_reminders_due', '0');
  PERFORM shift_reminders.notify_pages(at);
  RETURN true;
END
$$;
$step$;
-- functions/acts/run_enqueue_by_hand.sql
EXECUTE $step$
-- Run now, by hand: the same function as the tick, on record as manual.
CREATE OR REPLACE FUNCTION shift_reminders.run_enqueue_by_hand(actor text, why text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  added integer;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  added := public.enqueue_due_shift_notifications('manual');
  PERFORM shift_reminders.record_audit(actor, 'run enqueue', 'enqueue_due_shift_notifications', why, NULL, jsonb_build_object('result', added));
  RETURN added;
END
$$;
$step$;
-- functions/acts/uncancel_reminders.sql
EXECUTE $step$
-- Takes an admin's cancel back: the next generation, by the live shift, if it would still be useful.
CREATE OR REPLACE FUNCTION shift_reminders.uncancel_reminders(ids bigint[], actor text, why text)
RETURNS TABLE (reminder_id bigint, result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  q public.scheduled_notifications;
  rule shift_reminders.rules;
  live record;
  wanted bigint;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  FOR wanted IN SELECT DISTINCT i FROM unnest(ids) i ORDER BY i LOOP
    reminder_id := wanted;
    SELECT * INTO q FROM public.scheduled_notifications x WHERE x.id = wanted FOR UPDATE SKIP LOCKED;
    SELECT * INTO rule FROM shift_reminders.rules r WHERE r.notify_type = q.notify_type;
    SELECT * INTO live FROM shift_reminders.judge(ARRAY[wanted]);
    IF q.id IS NULL THEN
      result := 'busy'; sentence := 'It no longer exists, or somebody else is changing it just now.';
    ELSIF q.state = 'sending' AND q.pending_change->>'kind' = 'cancel' THEN
      result := 'ok';
      PERFORM shift_reminders.record_audit(actor, 'take back cancel', 'reminder ' || wanted, why,
        jsonb_build_object('state', q.state, 'cancel', q.pending_change), jsonb_build_object('state', q.state));
      UPDATE public.scheduled_notifications x SET pending_change = NULL WHERE x.id = wanted;
      sentence := 'It is being sent right now, and is tried again if no device accepts it.';
    ELSIF q.reason IS DISTINCT FROM 'cancelled_by_admin' THEN
      result := 'not_cancelled'; sentence := 'No admin cancelled it; it is ' || q.state || '.';
    ELSE
      result := 'ok';
      PERFORM shift_reminders.record_audit(actor, 'take back cancel', 'reminder ' || wanted, why,
        jsonb_build_object('state', q.state, 'reason', q.reason), jsonb_build_object('state', 'pending'));
      IF live.verdict IN ('deliver', 'moved') AND q.resent_by IS NOT NULL AND q.expires_at > at THEN
        -- A resend goes on as it was asked for: to the same devices, with the same overrides, for as long.
        PERFORM shift_reminders.begin_generation(ARRAY[wanted], ARRAY[live.live_anchor], ARRAY[at], ARRAY[q.expires_at],
          ARRAY['cancel taken back by ' || actor || ': ' || why], at, q.target, q.resent_by, q.although_checked_in, q.although_begun);
        sentence := 'It will be sent now.';
        PERFORM shift_reminders.hint('shift_reminders_due', '0');
      ELSIF live.verdict IN ('deliver', 'moved') AND shift_reminders.expires_at(live.live_anchor, rule.lead, rule.grace) > at THEN
        PERFORM shift_reminders.begin_generation(ARRAY[wanted], ARRAY[live.live_anchor], ARRAY[shift_reminders.due_at(live.live_anchor, rule.lead)],
          ARRAY[shift_reminders.expires_at(live.live_anchor, rule.lead, rule.grace)], ARRAY['cancel taken back by ' || actor || ': ' || why], at);
        sentence := 'It will be sent when it is due.';
        PERFORM shift_reminders.hint('shift_reminders_due', '0');
      ELSIF live.verdict NOT IN ('deliver', 'moved') THEN
        -- Something else stands in its way; when that clears, it re-arms like any other.
        UPDATE public.scheduled_notifications x SET state = r.state, reason = r.reason, processed_at = at
        FROM shift_reminders.reasons r WHERE x.id = wanted AND r.reason = live.verdict AND r.state <> 'pending'
        RETURNING r.sentence INTO sentence;
        sentence := 'Taken back, but it is not sent as things are: ' || sentence;
      ELSE
        -- Too late to be sent now, but no longer in the way of a later move of the shift.
        UPDATE public.scheduled_notifications x SET state = 'expired', reason = 'taken_back_too_late', processed_at = at WHERE x.id = wanted;
        sentence := 'Taken back, but it would no longer be useful; it is resent only on request.';
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
  PERFORM shift_reminders.notify_pages(at);
END
$$;
$step$;
-- functions/channels/channel_failures.sql
EXECUTE $step$
-- How many of the pushes have failed since they began to, of the last five minutes at the most; nothing while none fails. For
-- each platform (since NULL: not this one), and for the channel as a whole (platform NULL). "down": next to nothing gets through; "impaired": a fifth or more
-- fails; NULL: too little to speak of. One push, one phone, or a stutter of five seconds is nothing to speak of.
CREATE OR REPLACE FUNCTION shift_reminders.channel_failures(at timestamptz)
RETURNS TABLE (channel text, platform text, state text, since timestamptz, failed bigint, attempts bigint, reason text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH stretches AS (
      SELECT p.channel, p.platform, shift_reminders.failing_since(p.channel, p.platform, at) AS since
      FROM (SELECT DISTINCT r.channel, r.platform FROM shift_reminders.channel_results r WHERE r.slot_at > at - interval '5 minutes') p),
    began AS (SELECT s.channel, min(s.since) AS since FROM stretches s GROUP BY s.channel HAVING min(s.since) IS NOT NULL),
    counted AS (
      SELECT r.channel, CASE WHEN grouping(r.platform) = 0 THEN r.platform END AS platform, min(s.since) AS since,
        coalesce(sum(r.failed) FILTER (WHERE s.since IS NOT NULL), 0) AS failed, sum(r.failed + r.answered) AS attempts,
        min(r.first_device) <> max(r.last_device) AS are_several, (array_agg(r.reason ORDER BY r.last_failed_at DESC NULLS LAST))[1] AS reason
      FROM began b
      JOIN shift_reminders.channel_results r ON r.channel = b.channel AND r.slot_at > greatest(b.since - interval '10 seconds', at - interval '5 minutes')
      JOIN stretches s ON s.channel = r.channel AND s.platform = r.platform
      GROUP BY GROUPING SETS ((r.channel, r.platform), (r.channel)))
    SELECT c.channel, c.platform,
      CASE WHEN c.since > at - interval '5 seconds' OR c.are_several IS NOT TRUE THEN NULL
           WHEN c.failed >= 3 AND c.failed >= 0.9 * c.attempts THEN 'down'
           WHEN c.failed >= 5 AND c.failed >= 0.2 * c.attempts THEN 'impaired' END,
      c.since, c.failed, c.attempts, c.reason
    FROM counted c;
END
$$;
$step$;
-- functions/channels/channel_probed.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.channel_probed(channel text, ok boolean, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  was_down boolean;
BEGIN
  INSERT INTO shift_reminders.channels AS c (channel, since) VALUES (channel_probed.channel, at) ON CONFLICT DO NOTHING;
  SELECT c.state = 'down' INTO was_down FROM shift_reminders.channels c WHERE c.channel = channel_probed.channel FOR UPDATE;
  UPDATE shift_reminders.channels c SET
    last_probe_at = at,
    state = CASE WHEN ok THEN 'up' ELSE 'down' END,
    since = CASE WHEN was_down = ok THEN at ELSE c.since END,
    was_down_since = CASE WHEN was_down AND ok THEN c.since ELSE c.was_down_since END,
    reason = CASE WHEN ok THEN NULL ELSE coalesce(channel_probed.reason, c.reason) END
  WHERE c.channel = channel_probed.channel;
  IF ok AND was_down THEN
    UPDATE public.scheduled_notifications q SET next_attempt_at = greatest(at, q.scheduled_for)
    WHERE q.id IN (SELECT o.id FROM public.scheduled_notifications o
                   WHERE NOT o.processed AND o.state = 'pending' AND o.reason = 'channel_down' AND o.next_attempt_at > at ORDER BY o.id FOR UPDATE SKIP LOCKED);
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
  END IF;
END
$$;
$step$;
-- functions/channels/channel_trouble.sql
EXECUTE $step$
-- What keeps reminders from phones, of the channels that living processors use: the one definition of an outage, for the page
-- Now, gauges, readiness and check. platform NULL: the channel as a whole. is_down: nothing gets through, or next to nothing.
--   refused      our credentials; a probe brings it back
--   unreachable  failed of attempts processors cannot reach it
--   failing      failed of attempts pushes failed since then, of the last five minutes at the most
--   silent       it has not answered attempts pushes for ten seconds; they may still succeed
CREATE OR REPLACE FUNCTION shift_reminders.channel_trouble(at timestamptz)
RETURNS TABLE (channel text, platform text, kind text, is_down boolean, since timestamptz, failed bigint, attempts bigint,
  last_accepted_at timestamptz, reason text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH used AS (
      SELECT p.channel, count(*) AS processors, count(p.cut_off_since) AS cut_off, min(p.cut_off_since) AS first_cut_off,
        max(p.cut_off_since) AS last_cut_off, (array_agg(p.trouble ORDER BY p.cut_off_since))[1] AS reason
      FROM (SELECT x.*, CASE WHEN x.trouble_since <= at - interval '5 seconds' THEN x.trouble_since END AS cut_off_since
            FROM shift_reminders.processors x WHERE shift_reminders.is_alive(x.last_seen_at, at)) p
      GROUP BY p.channel),
    failing AS (
      -- Where all platforms suffer, or none enough to be named, it is the channel.
      SELECT f.*, count(f.platform) OVER one AS platforms, count(f.platform) FILTER (WHERE f.state IS NOT NULL) OVER one AS ill
      FROM shift_reminders.channel_failures(at) f WINDOW one AS (PARTITION BY f.channel)),
    troubles AS (
      SELECT c.channel, NULL::text AS platform, 'refused' AS kind, true AS is_down, c.since, NULL::bigint AS failed, NULL::bigint AS attempts, c.reason, 1 AS rank
      FROM shift_reminders.channels c WHERE c.state = 'down'
      UNION ALL
      SELECT u.channel, NULL, 'unreachable', u.cut_off = u.processors, CASE WHEN u.cut_off = u.processors THEN u.last_cut_off ELSE u.first_cut_off END,
        u.cut_off, u.processors, u.reason, 2
      FROM used u WHERE u.cut_off > 0
      UNION ALL
      SELECT f.channel, f.platform, 'failing', f.state = 'down', f.since, f.failed, f.attempts, f.reason, 3
      FROM failing f WHERE f.state IS NOT NULL AND (f.platform IS NULL) = (f.ill IN (0, f.platforms))
      UNION ALL
      SELECT s.channel, NULL, 'silent', false, s.since, NULL, s.attempts, NULL, 4 FROM shift_reminders.unanswered_pushes(at) s)
    SELECT t.channel, t.platform, t.kind, t.is_down, t.since, t.failed, t.attempts, c.last_accepted_at, t.reason
    FROM troubles t JOIN used u ON u.channel = t.channel LEFT JOIN shift_reminders.channels c ON c.channel = t.channel
    -- The first kind explains the others; the same kind may hold for several platforms.
    WHERE t.rank = (SELECT min(o.rank) FROM troubles o WHERE o.channel = t.channel AND (o.is_down OR NOT t.is_down))
    ORDER BY t.channel, t.is_down DESC, t.platform;
END
$$;
$step$;
-- functions/channels/count_accepted.sql
EXECUTE $step$
-- Counts a batch that all devices accepted, if something failed lately. devices: as an attempt keeps them; of: which of them.
CREATE OR REPLACE FUNCTION shift_reminders.count_accepted(of_channel text, devices jsonb[], of integer[], at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF shift_reminders.failed_lately(of_channel, at) THEN
    PERFORM shift_reminders.count_results(of_channel, NULL, array_agg(e->>'platform'), array_agg('accepted'::text), NULL, NULL, at)
    FROM unnest(of) AS place CROSS JOIN LATERAL jsonb_array_elements(devices[place]) AS e;
  END IF;
END
$$;
$step$;
-- functions/channels/count_results.sql
EXECUTE $step$
-- Counts what the channel answered, platform by platform. A device that is gone and a message that is rejected are answers too.
CREATE OR REPLACE FUNCTION shift_reminders.count_results(
  of_channel text, device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO shift_reminders.channel_results AS r (channel, platform, slot_at, session, failed, answered, failing_since, last_failed_at,
    last_answered_at, first_device, last_device, reason)
  SELECT of_channel, n.platform, date_bin(interval '10 seconds', at, 'epoch'), pg_backend_pid(), n.failed, n.answered,
    -- A push that was not answered in time has failed from when it was handed over.
    CASE WHEN n.failed > 0 THEN coalesce(shift_reminders.failing_since(of_channel, n.platform, at), at - n.waited * interval '1 millisecond') END,
    CASE WHEN n.failed > 0 THEN at END, CASE WHEN n.answered > 0 THEN at END, n.first_device, n.last_device, n.reason
  FROM (
    SELECT coalesce(d.platform, '') AS platform, count(*) FILTER (WHERE d.fails) AS failed, count(*) FILTER (WHERE NOT d.fails) AS answered,
      coalesce(max(d.ms) FILTER (WHERE d.fails), 0) AS waited, min(d.id) FILTER (WHERE d.fails) AS first_device,
      max(d.id) FILTER (WHERE d.fails) AS last_device, left(min(d.detail) FILTER (WHERE d.fails), 300) AS reason
    FROM (
      SELECT x.id, x.platform, x.detail, x.ms, x.outcome IN ('transient', 'unknown') AS fails
      FROM unnest(device_ids, platforms, outcomes, details, latencies_ms) AS x(id, platform, outcome, detail, ms)
      WHERE x.outcome IN ('transient', 'unknown', 'accepted', 'gone', 'mismatch', 'rejected')) d
    GROUP BY 1) n
  ON CONFLICT (channel, slot_at, platform, session) DO UPDATE SET
    failed = r.failed + excluded.failed,
    answered = r.answered + excluded.answered,
    failing_since = least(r.failing_since, excluded.failing_since),
    last_failed_at = greatest(r.last_failed_at, excluded.last_failed_at),
    last_answered_at = greatest(r.last_answered_at, excluded.last_answered_at),
    first_device = least(r.first_device, excluded.first_device),
    last_device = greatest(r.last_device, excluded.last_device),
    reason = coalesce(excluded.reason, r.reason);
END
$$;
$step$;
-- functions/channels/down_at.sql
EXECUTE $step$
-- Whether a channel that processors use was down at that moment: it is still, or came up later.
CREATE OR REPLACE FUNCTION shift_reminders.down_at(moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.channels c
    WHERE CASE c.state WHEN 'down' THEN c.since <= moment ELSE c.was_down_since <= moment AND c.since > moment END
      AND (EXISTS (SELECT 1 FROM shift_reminders.processors p WHERE p.channel = c.channel)
           OR NOT EXISTS (SELECT 1 FROM shift_reminders.processors)))
$$;
$step$;
-- functions/channels/failed_lately.sql
EXECUTE $step$
-- Whether a push failed within the last five minutes: only then is it counted what succeeds.
CREATE OR REPLACE FUNCTION shift_reminders.failed_lately(of_channel text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM shift_reminders.channel_results r WHERE r.channel = of_channel AND r.slot_at > at - interval '5 minutes' AND r.failed > 0);
END
$$;
$step$;
-- functions/channels/failing_since.sql
EXECUTE $step$
-- Since when pushes to a platform fail, in one stretch: it ends when something was answered and then nothing failed for 30 s,
-- or when nothing failed for five minutes. NULL: they do not.
CREATE OR REPLACE FUNCTION shift_reminders.failing_since(of_channel text, of_platform text, at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  latest record;
BEGIN
  SELECT r.failing_since, r.last_failed_at, r.slot_at INTO latest FROM shift_reminders.channel_results r
  WHERE r.channel = of_channel AND r.platform = of_platform AND r.slot_at > at - interval '5 minutes' AND r.last_failed_at IS NOT NULL
  ORDER BY r.last_failed_at DESC LIMIT 1;
  IF latest.last_failed_at <= at - interval '30 seconds' AND EXISTS (
    SELECT FROM shift_reminders.channel_results r
    WHERE r.channel = of_channel AND r.platform = of_platform AND r.slot_at >= latest.slot_at AND r.last_answered_at > latest.last_failed_at) THEN
    RETURN NULL;
  END IF;
  RETURN latest.failing_since;
END
$$;
$step$;
-- functions/channels/list_dead_devices.sql
EXECUTE $step$
-- Lists the devices that the channel called gone, and those of another Firebase project (mismatch_is_dead). They are left out
-- until they register again; the host's rows are deleted only if the setting delete_dead_host_tokens says so.
CREATE OR REPLACE FUNCTION shift_reminders.list_dead_devices(
  of_channel text, device_users uuid[], asked_at timestamptz[], device_ids text[], platforms text[], outcomes text[],
  mismatch_is_dead boolean, at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  listed record;
  waits text := current_setting('lock_timeout');
BEGIN
  FOR listed IN
    INSERT INTO shift_reminders.dead_devices AS d (device_id, user_id, platform, channel, reason, died_at)
    -- Dead as of the claim: a device that registered again since then was not what the channel was asked about.
    SELECT DISTINCT ON (x.id) x.id, x.who, x.p, of_channel, x.o, coalesce(x.asked, at)
    FROM unnest(device_ids, device_users, platforms, outcomes, asked_at) AS x(id, who, p, o, asked)
    WHERE x.o = 'gone' OR (x.o = 'mismatch' AND mismatch_is_dead)
    ORDER BY x.id
    ON CONFLICT (device_id) DO UPDATE SET died_at = greatest(d.died_at, excluded.died_at), reason = excluded.reason, channel = excluded.channel
    RETURNING d.user_id, d.device_id
  LOOP
    IF shift_reminders.setting('delete_dead_host_tokens') = 'on' THEN
      BEGIN
        PERFORM set_config('lock_timeout', '50ms', true);
        PERFORM shift_reminders.host_forget_device(listed.user_id, listed.device_id);
      EXCEPTION WHEN OTHERS THEN
        -- The host's table has rules of its own, and what was delivered must not be lost by them. The device is on our
        -- list, so that nothing is sent to it. Not SQLERRM: a trigger of the host's may put the token into it.
        RAISE WARNING 'The host''s table keeps the token of the dead device %: error %. Nothing is sent to it.', listed.device_id, SQLSTATE;
      END;
      PERFORM set_config('lock_timeout', waits, true);
    END IF;
  END LOOP;
END
$$;
$step$;
-- functions/channels/note_channel.sql
EXECUTE $step$
-- What the devices' results say of the channel and its devices. Arrays are parallel, an entry per device.
CREATE OR REPLACE FUNCTION shift_reminders.note_channel(
  of_channel text, device_users uuid[], asked_at timestamptz[], device_ids text[], platforms text[], outcomes text[], details text[],
  latencies_ms integer[], at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  accepted_before timestamptz;
BEGIN
  IF NOT outcomes && ARRAY['gone', 'mismatch', 'platform_credentials', 'project_credentials']
     AND shift_reminders.noted_as_healthy(of_channel, at) THEN
    RETURN;
  END IF;
  INSERT INTO shift_reminders.channels AS c (channel, since) VALUES (of_channel, at) ON CONFLICT DO NOTHING;
  SELECT c.last_accepted_at INTO accepted_before FROM shift_reminders.channels c WHERE c.channel = of_channel FOR UPDATE;

  PERFORM shift_reminders.note_health(of_channel, outcomes, details, latencies_ms, at);
  -- Nothing was accepted for a while, and now something is: an outage is over.
  IF 'accepted' = ANY (outcomes) AND (accepted_before > at - interval '10 seconds') IS NOT TRUE THEN
    PERFORM shift_reminders.wake_retries(of_channel, accepted_before, at);
  END IF;
  PERFORM shift_reminders.pause_platforms(of_channel, platforms, outcomes, details, at);
  IF NOT shift_reminders.too_many_gone(of_channel, outcomes, at) THEN
    -- Another project's devices are dead for us only when this project had reached somebody before.
    PERFORM shift_reminders.list_dead_devices(of_channel, device_users, asked_at, device_ids, platforms, outcomes, accepted_before IS NOT NULL, at);
  END IF;
END
$$;
$step$;
-- functions/channels/note_health.sql
EXECUTE $step$
-- When the channel last accepted anything, how fast it answers, and that it is down when it refuses our credentials.
CREATE OR REPLACE FUNCTION shift_reminders.note_health(of_channel text, outcomes text[], details text[], latencies_ms integer[], at timestamptz)
RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE shift_reminders.channels c SET
    last_accepted_at = CASE WHEN 'accepted' = ANY (outcomes) THEN at ELSE c.last_accepted_at END,
    last_latency_ms = coalesce((SELECT (percentile_cont(0.5) WITHIN GROUP (ORDER BY l))::integer
                                FROM unnest(outcomes, latencies_ms) AS x(o, l) WHERE o = 'accepted'), c.last_latency_ms),
    state = CASE WHEN f.refused THEN 'down' ELSE c.state END,
    since = CASE WHEN f.refused AND c.state = 'up' THEN at ELSE c.since END,
    reason = CASE WHEN f.refused
      THEN coalesce((SELECT d FROM unnest(outcomes, details) AS x(o, d) WHERE o = 'project_credentials' AND d IS NOT NULL LIMIT 1),
                    'The channel refused our credentials.') ELSE c.reason END
  FROM (SELECT 'project_credentials' = ANY (outcomes) AS refused) f
  WHERE c.channel = of_channel
$$;
$step$;
-- functions/channels/note_results.sql
EXECUTE $step$
-- What the devices' results say of the channel: only those that this recording put on record (fresh), each once.
-- fresh NULL: all of them.
CREATE OR REPLACE FUNCTION shift_reminders.note_results(
  of_channel text, reminder_ids bigint[], generations integer[], attempts integer[], fresh bigint[],
  device_of integer[], device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  n record;
  users uuid[];
  asked timestamptz[];
BEGIN
  IF fresh IS NOT NULL THEN
    SELECT array_agg(d.whose) AS device_of, array_agg(d.id) AS device_ids, array_agg(d.p) AS platforms, array_agg(d.o) AS outcomes,
           array_agg(d.detail) AS details, array_agg(d.ms) AS latencies_ms INTO n
    FROM unnest(device_of, device_ids, platforms, outcomes, details, latencies_ms) AS d(whose, id, p, o, detail, ms)
    WHERE d.whose = ANY (fresh);
    device_of := n.device_of; device_ids := n.device_ids; platforms := n.platforms;
    outcomes := n.outcomes; details := n.details; latencies_ms := n.latencies_ms;
  END IF;
  IF device_of IS NULL THEN RETURN; END IF;
  IF outcomes && ARRAY['transient', 'unknown'] OR shift_reminders.failed_lately(of_channel, at) THEN
    PERFORM shift_reminders.count_results(of_channel, device_ids, platforms, outcomes, details, latencies_ms, at);
  END IF;
  IF outcomes && ARRAY['gone', 'mismatch'] THEN
    SELECT array_agg(q.user_id ORDER BY x.place), array_agg(a.claimed_at ORDER BY x.place) INTO users, asked
    FROM unnest(device_of) WITH ORDINALITY AS x(whose, place)
    LEFT JOIN public.scheduled_notifications q ON q.id = reminder_ids[x.whose]
    LEFT JOIN shift_reminders.attempts a ON a.reminder_id = reminder_ids[x.whose] AND a.generation = generations[x.whose]
      AND a.attempt = attempts[x.whose];
  END IF;
  PERFORM shift_reminders.note_channel(of_channel, users, asked, device_ids, platforms, outcomes, details, latencies_ms, at);
END
$$;
$step$;
-- functions/channels/noted_as_healthy.sql
EXECUTE $step$
-- A healthy channel that was noted a moment ago has nothing new to say: it is one row for all processors.
CREATE OR REPLACE FUNCTION shift_reminders.noted_as_healthy(of_channel text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM shift_reminders.channels c
    WHERE c.channel = of_channel AND c.last_accepted_at > at - interval '1 second' AND c.recent = repeat('a', 40));
END
$$;
$step$;
-- functions/channels/pause_platforms.sql
EXECUTE $step$
-- A platform whose credentials were refused waits for a probe; the others go on.
CREATE OR REPLACE FUNCTION shift_reminders.pause_platforms(of_channel text, platforms text[], outcomes text[], details text[], at timestamptz)
RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO shift_reminders.channel_platforms (channel, platform, reason, paused_since)
  SELECT DISTINCT ON (x.p) of_channel, x.p, coalesce(x.d, 'The channel refused the credentials of this platform.'), at
  FROM unnest(outcomes, platforms, details) AS x(o, p, d) WHERE x.o = 'platform_credentials' AND x.p IS NOT NULL
  ON CONFLICT DO NOTHING
$$;
$step$;
-- functions/channels/paused_platforms.sql
EXECUTE $step$
-- The platforms that are paused, each with one device a probe can be addressed to (validate_only reaches nobody).
CREATE OR REPLACE FUNCTION shift_reminders.paused_platforms(channel text)
RETURNS TABLE (platform text, reason text, paused_since timestamptz, probe_device_id text, probe_token text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT p.platform, p.reason, p.paused_since, d.device_id, d.token
  FROM shift_reminders.channel_platforms p
  LEFT JOIN LATERAL (SELECT x.device_id, x.token FROM shift_reminders.devices x WHERE x.platform = p.platform LIMIT 1) d ON true
  WHERE p.channel = paused_platforms.channel
$$;
$step$;
-- functions/channels/platform_probed.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.platform_probed(channel text, platform text, ok boolean, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  IF ok THEN
    DELETE FROM shift_reminders.channel_platforms p WHERE p.channel = platform_probed.channel AND p.platform = platform_probed.platform;
    UPDATE public.scheduled_notifications q SET next_attempt_at = greatest(at, q.scheduled_for)
    WHERE q.id IN (SELECT o.id FROM public.scheduled_notifications o
                   WHERE NOT o.processed AND o.state = 'pending' AND o.reason = 'platform_paused' AND o.next_attempt_at > at ORDER BY o.id FOR UPDATE SKIP LOCKED);
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
  ELSE
    UPDATE shift_reminders.channel_platforms p SET last_probe_at = at, reason = coalesce(platform_probed.reason, p.reason)
    WHERE p.channel = platform_probed.channel AND p.platform = platform_probed.platform;
  END IF;
END
$$;
$step$;
-- functions/channels/too_many_gone.sql
EXECUTE $step$
-- Whether more than half of the last 20 or more devices were called gone: that is not people uninstalling the app, but a
-- configuration fault. It raises the alarm, and takes back who was listed as dead by it.
CREATE OR REPLACE FUNCTION shift_reminders.too_many_gone(of_channel text, outcomes text[], at timestamptz) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  known shift_reminders.channels;
  history text;
  too_many boolean;
BEGIN
  SELECT * INTO known FROM shift_reminders.channels c WHERE c.channel = of_channel;
  history := right(known.recent || coalesce(
    (SELECT string_agg(CASE o WHEN 'accepted' THEN 'a' ELSE 'g' END, '') FROM unnest(outcomes) o WHERE o IN ('accepted', 'gone')), ''), 40);
  too_many := length(history) >= 20 AND length(replace(history, 'a', '')) * 2 > length(history);
  UPDATE shift_reminders.channels c SET
    recent = history,
    alarm = CASE WHEN too_many THEN 'More than half of the last ' || length(history)
      || ' devices were called gone: look for a configuration fault. No device is listed as dead meanwhile.' END,
    alarm_since = CASE WHEN too_many THEN coalesce(c.alarm_since, at) END
  WHERE c.channel = of_channel;
  IF too_many AND known.alarm IS NULL THEN
    DELETE FROM shift_reminders.dead_devices d WHERE d.channel = of_channel AND d.died_at > at - interval '1 hour';
  END IF;
  RETURN too_many;
END
$$;
$step$;
-- functions/channels/unanswered_pushes.sql
EXECUTE $step$
-- Channels that have answered nothing for ten seconds although processors that live wait for two answers or more: seen before
-- the time-out of the first of them. A processor that died waits for nothing.
CREATE OR REPLACE FUNCTION shift_reminders.unanswered_pushes(at timestamptz)
RETURNS TABLE (channel text, since timestamptz, attempts bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN QUERY
    SELECT p.channel, min(q.claimed_at), count(*)
    FROM (
      SELECT o.state, o.claimed_by, o.claimed_at FROM public.scheduled_notifications o
      WHERE NOT o.processed AND o.reason IS NULL AND o.scheduled_for <= at ORDER BY o.scheduled_for, o.expires_at, o.id LIMIT 1000) q
    JOIN shift_reminders.processors p ON p.name = q.claimed_by
    LEFT JOIN shift_reminders.channels c ON c.channel = p.channel
    WHERE q.state = 'sending' AND q.claimed_at <= at - interval '10 seconds' AND p.last_seen_at >= q.claimed_at + interval '10 seconds'
      AND (c.last_accepted_at > at - interval '10 seconds') IS NOT TRUE
    GROUP BY p.channel HAVING count(*) >= 2;
END
$$;
$step$;
-- functions/channels/wake_retries.sql
EXECUTE $step$
-- What failed through this channel since it last accepted anything need not wait any longer: the service is back. Who was
-- asked to wait (Retry-After, an exhausted quota) still waits, and so does what failed in the recording that is under way.
CREATE OR REPLACE FUNCTION shift_reminders.wake_retries(of_channel text, last_accepted_at timestamptz, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  ids bigint[];
BEGIN
  SELECT array_agg(l.id) INTO ids FROM (
    SELECT q.id FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NOT NULL AND q.reason = 'retry' AND q.next_attempt_at > at AND q.state = 'pending'
      AND EXISTS (
        SELECT 1 FROM shift_reminders.attempts a
        WHERE a.reminder_id = q.id AND a.generation = q.generation AND a.attempt = q.attempt_count AND a.channel = of_channel
          AND a.recorded_at < at AND (a.recorded_at <= last_accepted_at) IS NOT TRUE
          AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(a.devices) x WHERE x ? 'retry_after' OR x->>'http' = '429'))
    ORDER BY q.id FOR UPDATE OF q SKIP LOCKED) l;
  IF ids IS NULL THEN RETURN; END IF;
  UPDATE public.scheduled_notifications q SET next_attempt_at = greatest(at, q.scheduled_for) WHERE q.id = ANY (ids);
  PERFORM shift_reminders.hint('shift_reminders_due', '0');
END
$$;
$step$;
-- functions/claim/claim_first.sql
EXECUTE $step$
-- Claims first attempts at which nothing is in the way, which is nearly all of them on most days, in one statement: judged, marked and
-- leased row by row as they are read. Whatever needs another look (a verdict, a mark that is there already, a device
-- that has had it) is left to claim_reminders.
CREATE OR REPLACE FUNCTION shift_reminders.claim_first(
  worker text, batch_size integer, lease interval, token uuid, at timestamptz, site_zone text, site_locale text)
RETURNS SETOF shift_reminders.claimed
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  l record;
  lease_seconds double precision := date_part('epoch', claim_first.lease);
BEGIN
  -- Locked by a statement of its own: what the next one sees was committed before it began, the rows as they were locked included.
  SELECT array_agg(x.place) AS places, array_agg(x.id) AS ids, array_agg(x.schedule_id) AS schedule_ids, array_agg(x.user_id) AS user_ids,
    array_agg(x.notify_type) AS notify_types, array_agg(x.anchor_at) AS anchors, array_agg(x.although_checked_in) AS although_checked_in
  INTO l
  FROM (
    SELECT q.ctid AS place, q.id, q.schedule_id, q.user_id, q.notify_type, q.anchor_at, q.although_checked_in,
      q.generation = 1 AND q.attempt_count = 0 AND q.target = 'all' AS is_first
    FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.next_attempt_at <= at AND q.expires_at > at
      AND q.state = 'pending'
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) x
  -- Outside: the others take their turn in the batch too, or a stream of first attempts would pass them by.
  WHERE x.is_first;
  IF l.ids IS NULL THEN RETURN; END IF;

  RETURN QUERY
  WITH judged AS MATERIALIZED (
    SELECT d.turn, d.place, d.id, shift_reminders.notification_id(d.schedule_id, d.user_id, d.notify_type) AS nid, d.notify_type,
      j.start_at, j.end_at, j.label, j.time_zone, j.display_name, coalesce(j.locale, '') AS locale, v.device_ids, v.tokens, v.platforms
    FROM unnest(l.places, l.ids, l.schedule_ids, l.user_ids, l.notify_types, l.anchors, l.although_checked_in)
      WITH ORDINALITY AS d(place, id, schedule_id, user_id, notify_type, anchor_at, although_checked_in, turn)
    JOIN shift_reminders.rules r ON r.notify_type = d.notify_type
    CROSS JOIN LATERAL shift_reminders.judge_one(
      d.schedule_id, d.user_id, d.anchor_at, d.although_checked_in, r.notify_type, r.enabled, r.anchor, r.skip_type) j
    CROSS JOIN LATERAL (
      SELECT array_agg(x.device_id) AS device_ids, array_agg(x.token) AS tokens, array_agg(x.platform) AS platforms
      FROM shift_reminders.devices x WHERE x.user_id = d.user_id) v
    WHERE j.verdict = 'deliver' AND v.device_ids IS NOT NULL
    ORDER BY d.turn
  ), marked AS (
    -- Not ON CONFLICT, which would look into the index once more for every mark: there is none yet, or this fails.
    INSERT INTO public.notification_pushes (notification_id, created_at, payload, state, reminder_id, generation)
    SELECT j.nid, at, '{}', 'ours', j.id, 1 FROM judged j
  ), texts AS MATERIALIZED (
    SELECT w.notify_type, w.locale AS wanted, w.first, t.*
    FROM (SELECT j.notify_type, j.locale, min(j.turn) AS first FROM judged j GROUP BY j.notify_type, j.locale) w
    CROSS JOIN LATERAL shift_reminders.text_for(w.notify_type, w.locale, site_locale) t
  )
  UPDATE public.scheduled_notifications q SET
    state = 'sending', claim_token = token, claimed_by = claim_first.worker, claimed_at = at,
    lease_until = at + claim_first.lease, attempt_count = 1
  FROM judged j
  -- LIMIT keeps the reminders in their turn, so that the first of each is the one that brings the text.
  LEFT JOIN LATERAL (SELECT * FROM texts x WHERE x.notify_type = j.notify_type AND x.wanted = j.locale LIMIT 1) t ON true
  -- By its place, which a locked row keeps: not a second way down the index.
  WHERE q.ctid = j.place
  RETURNING q.id, q.claim_token, q.generation, q.attempt_count, j.nid, q.schedule_id, q.user_id, q.notify_type,
    -- date_part, because extract is numeric, and slower than any look-up here.
    q.scheduled_for, date_part('epoch', q.expires_at - at), lease_seconds,
    j.start_at, j.end_at, q.anchor_at, j.label, coalesce(j.time_zone, site_zone), t.locale, j.display_name,
    CASE WHEN j.turn = t.first THEN t.title END, CASE WHEN j.turn = t.first THEN t.body END,
    j.device_ids, j.tokens, j.platforms;
END
$$;
$step$;
-- functions/claim/claim_reminders.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.claim_reminders(worker text, channel text, batch_size integer, lease interval)
RETURNS SETOF shift_reminders.claimed
-- After a burst the statistics still say that next to nothing is pending, and a bitmap of "next to nothing" reads and
-- sorts the whole backlog for each claim: only an index read in its own order stops after a batch.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_bitmapscan = off SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  token uuid := gen_random_uuid();
  found_so_far integer := 0;
  look integer;
  candidates public.scheduled_notifications[];
  retries public.scheduled_notifications[];
  paused_platforms text[];
  judged shift_reminders.claimable[];
  chosen shift_reminders.claimable[];
  marked bigint[];
  one shift_reminders.claimable;
  progress integer;
  site_zone text := shift_reminders.setting('site_time_zone');
  site_locale text := shift_reminders.setting('site_locale');
  waits text := current_setting('lock_timeout');
BEGIN
  IF shift_reminders.paused(at) OR EXISTS (
    SELECT 1 FROM shift_reminders.channels c WHERE c.channel = claim_reminders.channel AND c.state = 'down') THEN
    PERFORM shift_reminders.sweep_leases(at, 500);
    PERFORM shift_reminders.sweep_expired(at, 500);
    RETURN;
  END IF;
  SELECT coalesce(array_agg(p.platform), '{}') INTO paused_platforms
  FROM shift_reminders.channel_platforms p WHERE p.channel = claim_reminders.channel;

  IF cardinality(paused_platforms) = 0 AND NOT EXISTS (
    SELECT 1 FROM shift_reminders.rules r WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.text_for(r.notify_type, '', site_locale))) THEN
    BEGIN
      -- Another session's uncommitted mark would make us wait for its end: we do not.
      PERFORM set_config('lock_timeout', '50ms', true);
      RETURN QUERY SELECT * FROM shift_reminders.claim_first(
        claim_reminders.worker, claim_reminders.batch_size, claim_reminders.lease, token, at, site_zone, site_locale);
      GET DIAGNOSTICS found_so_far = ROW_COUNT;
    EXCEPTION WHEN unique_violation OR lock_not_available OR deadlock_detected THEN
      NULL; -- Somebody else's mark is among them: one by one, below.
    END;
    PERFORM set_config('lock_timeout', waits, true);
  END IF;
  -- A full batch says that there is more to send: then what was lost or is too late can wait.
  IF found_so_far < claim_reminders.batch_size THEN
    PERFORM shift_reminders.sweep_leases(at, 500);
  END IF;

  -- Until enough is found or everything was looked at: what must not be sent leaves the way for what must.
  look := claim_reminders.batch_size - found_so_far;
  WHILE found_so_far < claim_reminders.batch_size LOOP
    candidates := shift_reminders.lock_due(false, look, at);
    IF coalesce(cardinality(candidates), 0) < look THEN
      retries := shift_reminders.lock_due(true, look - coalesce(cardinality(candidates), 0), at);
      candidates := candidates || retries;
    END IF;
    EXIT WHEN candidates IS NULL;

    judged := shift_reminders.judge_for_claim(candidates, paused_platforms, site_zone, site_locale);
    -- The usual case, everything may go out, passes the batch on as it is.
    progress := 0;
    IF NOT EXISTS (SELECT 1 FROM unnest(judged) j WHERE j.verdict <> 'deliver')
       AND cardinality(judged) <= claim_reminders.batch_size - found_so_far THEN
      chosen := judged;
    ELSE
      progress := shift_reminders.settle_undeliverable(judged, at);
      SELECT array_agg(u::shift_reminders.claimable) INTO chosen FROM (
        SELECT * FROM unnest(judged) j WHERE j.verdict = 'deliver' LIMIT claim_reminders.batch_size - found_so_far) u;
    END IF;
    progress := progress + coalesce(cardinality(chosen), 0);
    IF chosen IS NOT NULL THEN
      BEGIN
        -- Another session's uncommitted mark would make us wait for its end: we do not.
        PERFORM set_config('lock_timeout', '50ms', true);
        marked := shift_reminders.take_marks(chosen, at);
      EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        marked := '{}';
        FOREACH one IN ARRAY chosen LOOP
          BEGIN
            PERFORM set_config('lock_timeout', '5ms', true);
            marked := marked || shift_reminders.take_marks(ARRAY[one], at);
          EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            UPDATE public.scheduled_notifications q SET next_attempt_at = at + interval '1 second' WHERE q.id = one.reminder_id;
            chosen := (SELECT array_agg(c::shift_reminders.claimable) FROM unnest(chosen) c WHERE c.reminder_id <> one.reminder_id);
          END;
        END LOOP;
      END;
      PERFORM set_config('lock_timeout', waits, true);

      IF cardinality(marked) < coalesce(cardinality(chosen), 0) THEN
        UPDATE public.scheduled_notifications q SET
          state = CASE WHEN q.accepted_at IS NULL THEN 'skipped' ELSE 'sent' END,
          reason = CASE WHEN q.accepted_at IS NULL THEN 'already_pushed' ELSE 'partial' END,
          processed = true, processed_at = at
        WHERE q.id IN (SELECT c.reminder_id FROM unnest(chosen) c) AND q.id <> ALL (marked);
        chosen := (SELECT array_agg(c::shift_reminders.claimable) FROM unnest(chosen) c WHERE c.reminder_id = ANY (marked));
      END IF;

      RETURN QUERY
        UPDATE public.scheduled_notifications q SET
          state = 'sending', reason = NULL, claim_token = token, claimed_by = claim_reminders.worker, claimed_at = at,
          lease_until = at + claim_reminders.lease, attempt_count = q.attempt_count + 1, held_devices = c.held
        FROM unnest(chosen) c
        WHERE q.id = c.reminder_id
        RETURNING q.id, q.claim_token, q.generation, q.attempt_count, c.nid, q.schedule_id, q.user_id, q.notify_type,
          q.scheduled_for, date_part('epoch', q.expires_at - at), date_part('epoch', claim_reminders.lease),
          c.start_at, c.end_at, q.anchor_at, c.label, c.time_zone, c.locale, c.display_name, c.title_template, c.body_template,
          c.device_ids, c.tokens, c.platforms;
      found_so_far := found_so_far + cardinality(marked);
    END IF;

    EXIT WHEN cardinality(candidates) < look OR coalesce(progress, 0) = 0;
    look := least(greatest(look * 2, 100), 2000);
  END LOOP;
  IF found_so_far < claim_reminders.batch_size THEN
    PERFORM shift_reminders.sweep_expired(at, 500);
  END IF;
END
$$;
$step$;
-- functions/claim/judge_for_claim.sql
EXECUTE $step$
-- Locked candidates, judged, with texts and devices; one look-up per reminder each.
CREATE OR REPLACE FUNCTION shift_reminders.judge_for_claim(
  candidates public.scheduled_notifications[], paused_platforms text[], site_zone text, site_locale text)
RETURNS shift_reminders.claimable[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
BEGIN
  RETURN (
  WITH judged AS MATERIALIZED (
    SELECT (j.reminder).id, (j.reminder).schedule_id, (j.reminder).user_id, (j.reminder).notify_type, (j.reminder).generation,
      (j.reminder).reason, (j.reminder).next_attempt_at, (j.reminder).attempt_count, (j.reminder).accepted_at, (j.reminder).target,
      j.verdict, j.start_at, j.end_at, j.label, j.time_zone, j.display_name, coalesce(j.locale, '') AS locale
    FROM shift_reminders.judge_rows(candidates) j
  ), texts AS MATERIALIZED (
    -- One for each kind and locale of the batch, not one for each reminder.
    SELECT w.notify_type, w.locale AS wanted, x.*
    FROM (SELECT DISTINCT j.notify_type, j.locale FROM judged j) w
    CROSS JOIN LATERAL shift_reminders.text_for(w.notify_type, w.locale, site_locale) x
  )
  SELECT array_agg(ROW(
    q.id, shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type),
    CASE
      WHEN q.verdict <> 'deliver' THEN q.verdict
      WHEN t.title IS NULL THEN 'no_text'
      WHEN d.found_ids IS NOT NULL THEN 'deliver'
      WHEN d.held > 0 THEN 'platform_paused'
      -- A retry finds nobody left to retry.
      WHEN q.accepted_at IS NOT NULL THEN CASE WHEN EXISTS (
        SELECT 1 FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
        WHERE a.reminder_id = q.id AND a.generation = q.generation AND x->>'outcome' IN ('gone', 'mismatch', 'rejected'))
        THEN 'partial' ELSE 'accepted' END
      WHEN q.attempt_count > 0 AND EXISTS (
        SELECT 1 FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
        WHERE a.reminder_id = q.id AND a.generation = q.generation AND x->>'outcome' = 'gone') THEN 'unregistered'
      WHEN q.target = 'missing' AND EXISTS (SELECT 1 FROM shift_reminders.devices x WHERE x.user_id = q.user_id) THEN 'nobody_missing'
      ELSE 'no_device'
    END,
    q.start_at, q.end_at, q.label, coalesce(q.time_zone, site_zone),
    t.locale, q.display_name, t.title, t.body, d.found_ids, d.tokens, d.platforms, coalesce(d.held, 0),
    q.generation)::shift_reminders.claimable
    ORDER BY q.reason IS NOT NULL, q.next_attempt_at, q.id)
  FROM judged q
  LEFT JOIN texts t ON t.notify_type = q.notify_type AND t.wanted = q.locale
  LEFT JOIN LATERAL (
    SELECT array_agg(v.device_id) FILTER (WHERE NOT v.is_held) AS found_ids,
           array_agg(v.token) FILTER (WHERE NOT v.is_held) AS tokens,
           array_agg(v.platform) FILTER (WHERE NOT v.is_held) AS platforms,
           (count(*) FILTER (WHERE v.is_held))::integer AS held
    FROM (SELECT x.device_id, x.token, x.platform, coalesce(x.platform = ANY (paused_platforms), false) AS is_held
          FROM shift_reminders.devices x
          WHERE x.user_id = q.user_id
            -- CASE, so that a first attempt never looks for earlier ones.
            AND CASE WHEN q.attempt_count = 0 AND q.target = 'all' THEN true
                     ELSE x.device_id <> ALL (shift_reminders.done_devices(q.id, q.generation, q.target)) END) v
  ) d ON true);
END
$$;
$step$;
-- functions/claim/lock_due.sql
EXECUTE $step$
-- Up to look due reminders that nobody else holds, in due order: fresh ones, or those that wait for a reason.
-- No sort: while the statistics know nothing of a burst, another index and a sort seem as good, and that sorts the backlog
-- for every claim.
CREATE OR REPLACE FUNCTION shift_reminders.lock_due(waiting boolean, look integer, at timestamptz) RETURNS public.scheduled_notifications[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_sort = off
AS $$
DECLARE
  locked public.scheduled_notifications[];
BEGIN
  -- EXECUTE plans for these very numbers: a generic plan for LIMIT $n expects a tenth of the table, and scans it.
  EXECUTE format($sql$
    SELECT array_agg(c.q) FROM (
      SELECT q FROM public.scheduled_notifications q
      WHERE NOT q.processed AND %s AND q.next_attempt_at <= $1 AND q.expires_at > $1 AND q.state = 'pending'
      ORDER BY %s, q.expires_at, q.id LIMIT %s FOR UPDATE SKIP LOCKED) c
    $sql$,
    -- The second condition says nothing new (no attempt is due before its reminder), but ends the look through the index.
    CASE WHEN waiting THEN 'q.reason IS NOT NULL' ELSE 'q.reason IS NULL AND q.scheduled_for <= $1' END,
    CASE WHEN waiting THEN 'q.next_attempt_at' ELSE 'q.scheduled_for' END, look) INTO locked USING at;
  RETURN locked;
END
$$;
$step$;
-- functions/claim/next_due_in.sql
EXECUTE $step$
-- Seconds until something may be claimed through this channel (0 or less: now); NULL: nothing is waiting.
CREATE OR REPLACE FUNCTION shift_reminders.next_due_in(channel text) RETURNS double precision
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  IF shift_reminders.paused(at) OR EXISTS (
    SELECT 1 FROM shift_reminders.channels c WHERE c.channel = next_due_in.channel AND c.state = 'down') THEN
    RETURN NULL;
  END IF;
  RETURN (extract(epoch FROM least(
    -- Of several: one that was put off a moment is not to hide the next.
    (SELECT min(n.next_attempt_at) FROM (
       SELECT q.next_attempt_at FROM public.scheduled_notifications q
       WHERE NOT q.processed AND q.reason IS NULL AND q.expires_at > at AND q.state = 'pending'
       ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT 100) n),
    (SELECT q.next_attempt_at FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NOT NULL AND q.expires_at > at AND q.state = 'pending' ORDER BY q.next_attempt_at LIMIT 1),
    -- What is being sent was due, and there is no more of it than processors hold.
    (SELECT min(q.lease_until) FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.state = 'sending')) - at))::double precision;
END
$$;
$step$;
-- functions/claim/release_reminders.sql
EXECUTE $step$
-- Nothing was handed to a channel: the claim is given back and costs no attempt.
CREATE OR REPLACE FUNCTION shift_reminders.release_reminders(reminder_ids bigint[], claim_tokens uuid[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s'
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  released integer;
BEGIN
  -- Whoever holds a row for a moment is waited for: a claim that is not given back costs its reminder an attempt.
  BEGIN
    PERFORM 1 FROM public.scheduled_notifications q
    JOIN unnest(reminder_ids, claim_tokens) AS c(id, token) ON c.id = q.id AND c.token = q.claim_token ORDER BY q.id FOR UPDATE OF q;
  EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    NULL; -- Then the others are released, and this one's lease runs out.
  END;
  WITH ours AS MATERIALIZED (
    SELECT q.id, q.generation, shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type) AS nid
    FROM public.scheduled_notifications q
    JOIN unnest(reminder_ids, claim_tokens) AS c(id, token) ON c.id = q.id AND c.token = q.claim_token
    WHERE q.state = 'sending' ORDER BY q.id FOR UPDATE OF q SKIP LOCKED),
  free AS MATERIALIZED (
    SELECT p.notification_id FROM public.notification_pushes p
    -- Earlier attempts of this generation may have been delivered: then the mark stays.
    WHERE p.notification_id IN (SELECT o.nid FROM ours o WHERE NOT EXISTS (
      SELECT 1 FROM shift_reminders.attempts a WHERE a.reminder_id = o.id AND a.generation = o.generation))
      AND shift_reminders.mark_state(p) = 'in_flight' FOR UPDATE SKIP LOCKED),
  unmarked AS (
    DELETE FROM public.notification_pushes p WHERE p.notification_id IN (SELECT f.notification_id FROM free f))
  UPDATE public.scheduled_notifications q SET
    state = CASE WHEN q.pending_change->>'kind' = 'cancel' THEN CASE WHEN q.accepted_at IS NULL THEN 'cancelled' ELSE 'sent' END ELSE 'pending' END,
    reason = CASE WHEN q.pending_change->>'kind' = 'cancel' THEN CASE WHEN q.accepted_at IS NULL THEN 'cancelled_by_admin' ELSE 'partial' END END,
    processed = q.pending_change->>'kind' IS NOT DISTINCT FROM 'cancel',
    processed_at = CASE WHEN q.pending_change->>'kind' = 'cancel' THEN at END,
    next_attempt_at = greatest(q.next_attempt_at, q.scheduled_for), held_devices = 0,
    claim_token = NULL, lease_until = NULL, pending_change = NULL
  FROM ours o WHERE q.id = o.id;
  GET DIAGNOSTICS released = ROW_COUNT;
  RETURN released;
END
$$;
$step$;
-- functions/claim/settle_undeliverable.sql
EXECUTE $step$
-- Everything judged that must not be delivered now. Returns how many rows left the way.
CREATE OR REPLACE FUNCTION shift_reminders.settle_undeliverable(judged shift_reminders.claimable[], at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  moved bigint[];
  settled integer := 0;
  held integer := 0;
BEGIN
  UPDATE public.scheduled_notifications q SET
    state = CASE WHEN q.accepted_at IS NOT NULL THEN 'sent' ELSE r.state END,
    reason = CASE WHEN q.accepted_at IS NULL OR r.state = 'sent' THEN r.reason ELSE 'partial' END,
    processed = true, processed_at = at
  FROM unnest(judged) j JOIN shift_reminders.reasons r ON r.reason = j.verdict AND r.state <> 'pending'
  WHERE q.id = j.reminder_id;
  GET DIAGNOSTICS settled = ROW_COUNT;

  -- What will never be sent by us may be marked by others; the mark of what a device has, or may have, stays.
  DELETE FROM public.notification_pushes p USING (
    SELECT m.notification_id FROM unnest(judged) j
    JOIN public.scheduled_notifications q ON q.id = j.reminder_id AND q.processed AND q.state <> 'sent' AND q.attempt_count > 0
      AND NOT shift_reminders.may_have_arrived(q.id, q.generation)
    JOIN public.notification_pushes m ON m.notification_id = j.nid AND shift_reminders.mark_state(m) = 'in_flight'
    FOR UPDATE OF m SKIP LOCKED) x
  WHERE p.notification_id = x.notification_id;

  UPDATE public.scheduled_notifications q SET reason = 'platform_paused', next_attempt_at = at + interval '15 seconds'
  FROM unnest(judged) j WHERE q.id = j.reminder_id AND j.verdict = 'platform_paused';
  GET DIAGNOSTICS held = ROW_COUNT;

  SELECT array_agg(j.reminder_id) INTO moved FROM unnest(judged) j WHERE j.verdict = 'moved';
  RETURN settled + held + CASE WHEN moved IS NULL THEN 0 ELSE shift_reminders.rearm(moved, at) END;
END
$$;
$step$;
-- functions/claim/take_marks.sql
EXECUTE $step$
-- Marks the reminders, and returns those whose mark is now ours. One of our own is taken over, and so is a foreign one that
-- belongs to an earlier generation, being older than this one. A first generation has none before it: another worker may
-- have marked the moment before it was queued here.
CREATE OR REPLACE FUNCTION shift_reminders.take_marks(chosen shift_reminders.claimable[], at timestamptz) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  marked bigint[];
BEGIN
  WITH taken AS (
    INSERT INTO public.notification_pushes AS p (notification_id, created_at, payload, state, reminder_id, generation)
    SELECT c.nid, at, '{}', 'ours', c.reminder_id, c.generation
    FROM unnest(chosen) c
    -- In key order: two claims that met each other's marks in different orders would deadlock.
    ORDER BY c.nid
    ON CONFLICT (notification_id) DO UPDATE
      SET state = 'ours', reminder_id = excluded.reminder_id, generation = excluded.generation, updated_at = at
      WHERE p.state <> 'foreign'
         OR excluded.generation > 1 AND p.created_at < (SELECT r.armed_at FROM public.scheduled_notifications r WHERE r.id = excluded.reminder_id)
    RETURNING p.reminder_id)
  SELECT coalesce(array_agg(t.reminder_id), '{}') INTO marked FROM taken t;
  RETURN marked;
END
$$;
$step$;
-- functions/contract/device_id.sql
EXECUTE $step$
-- A device is known by the hash of its token, so that lists, logs and pages never hold the token itself.
-- No SET and no STRICT here, and decode instead of convert_to, which is not immutable: or PostgreSQL could not inline it
-- into the devices view.
CREATE OR REPLACE FUNCTION shift_reminders.device_id(token text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.decode(pg_catalog.replace(shift_reminders.trimmed_token(token), '\', '\\'), 'escape')), 'hex'), 32) $$;
$step$;
-- functions/contract/host_faults.sql
EXECUTE $step$
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
$step$;
-- functions/contract/last_owner_alone.sql
EXECUTE $step$
-- The condition under which a row d of public.fcm_tokens is that of its phone's last owner: who hands a phone on must not get the
-- reminders of who has it now. The last one is who registered it last, or else has the greatest id. Empty where no token can
-- stand twice, where nothing tells who was last, and where no index finds the others: a claim must not read the table.
CREATE OR REPLACE FUNCTION shift_reminders.last_owner_alone() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(format(' WHERE NOT EXISTS (SELECT 1 FROM public.fcm_tokens o WHERE o.token = d.token AND o.user_id <> d.user_id'
    ' AND (%1$s, o.user_id) > (%2$s, d.user_id))', 'o.' || f.newest, 'd.' || f.newest), '')
  FROM (SELECT coalesce(shift_reminders.optional_host_column('age of a phone''s registration'),
    (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = to_regclass('public.fcm_tokens') AND a.attname = 'id'
       AND a.atttypid IN ('bigint'::regtype, 'integer'::regtype) AND NOT a.attisdropped)) AS newest) f
  WHERE shift_reminders.token_index() = 'plain' AND f.newest IS NOT NULL
  UNION ALL SELECT '' LIMIT 1
$$;
$step$;
-- functions/contract/optional_host_column.sql
EXECUTE $step$
DROP FUNCTION IF EXISTS shift_reminders.host_column(regclass, text[]);
-- The name of the host's column that serves this purpose, quoted where it must be; NULL: none.
CREATE OR REPLACE FUNCTION shift_reminders.optional_host_column(purpose text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT o.used FROM shift_reminders.optional_host_columns() o WHERE o.purpose = optional_host_column.purpose $$;
$step$;
-- functions/contract/optional_host_columns.sql
EXECUTE $step$
-- The columns of the host that we use where they are: what each is for, which one is used (used), and which one would be
-- if its type could serve (left_out, as "table.column (type)"). Both are NULL where the host has none.
CREATE OR REPLACE FUNCTION shift_reminders.optional_host_columns() RETURNS TABLE (purpose text, used text, left_out text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT w.purpose, (array_agg(quote_ident(f.name) ORDER BY f.place) FILTER (WHERE f.serves))[1],
    (array_agg(format('%s.%s (%s)', w.host_table, f.name, f.type) ORDER BY f.place) FILTER (WHERE NOT f.serves))[1]
  FROM (VALUES
    ('status of a shift',            to_regclass('public.duty_schedules'),  'words',  ARRAY['status']),
    ('removal of a shift',           to_regclass('public.duty_schedules'),  'day',    ARRAY['deleted_at']),
    ('label of a shift',             to_regclass('public.duty_schedules'),  'label',  ARRAY['label', 'title', 'name']),
    ('time zone of a shift',         to_regclass('public.duty_schedules'),  'words',  ARRAY['time_zone', 'timezone']),
    ('person of a check-in',         to_regclass('public.attendance_logs'), 'uuid',   ARRAY['user_id']),
    ('time of a check-in',           to_regclass('public.attendance_logs'), 'moment', ARRAY['logged_at', 'created_at']),
    ('removal of a check-in',        to_regclass('public.attendance_logs'), 'day',    ARRAY['deleted_at', 'voided_at']),
    ('platform of a phone',          to_regclass('public.fcm_tokens'),      'words',  ARRAY['platform', 'device_type', 'os']),
    ('age of a phone''s registration', to_regclass('public.fcm_tokens'),    'moment', ARRAY['updated_at', 'last_seen_at', 'created_at']),
    ('name of a person',             shift_reminders.people_table(),        'label',  ARRAY['display_name', 'full_name', 'name']),
    ('locale of a person',           shift_reminders.people_table(),        'words',  ARRAY['locale', 'language']),
    ('wish for no reminders',        shift_reminders.people_table(),        'flag',   ARRAY['reminders_off']),
    ('leave of a person',            shift_reminders.people_table(),        'flag',   ARRAY['on_leave'])) AS w(purpose, host_table, kind, names)
  LEFT JOIN LATERAL (
    SELECT n.place, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
      CASE w.kind WHEN 'words' THEN t.typcategory IN ('S', 'E')
                  WHEN 'label' THEN t.typcategory IN ('S', 'E', 'N')
                  WHEN 'flag' THEN b.base = 'boolean'::regtype
                  WHEN 'uuid' THEN b.base = 'uuid'::regtype
                  WHEN 'moment' THEN b.base IN ('timestamptz'::regtype, 'timestamp'::regtype)
                  ELSE b.base IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) END AS serves
    FROM unnest(w.names) WITH ORDINALITY AS n(name, place)
    JOIN pg_attribute a ON a.attrelid = w.host_table AND a.attname = n.name AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (SELECT CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END AS base) b) f ON true
  GROUP BY w.purpose
$$;
$step$;
-- functions/contract/people_table.sql
EXECUTE $step$
-- Where the host keeps names; NULL: nowhere that we know.
CREATE OR REPLACE FUNCTION shift_reminders.people_table() RETURNS regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(to_regclass('public.profiles'), to_regclass('public.people'), to_regclass('public.users'), to_regclass('public.employees'))
$$;
$step$;
-- functions/contract/refresh_host_contract.sql
EXECUTE $step$
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
$step$;
-- functions/contract/repeated_shift_ids.sql
EXECUTE $step$
-- How many ids name more than one shift (with a contract of your own: more than one of a person), among those of the last day and
-- the next week, and one of them. No row: the shifts cannot be read, which check says elsewhere.
CREATE OR REPLACE FUNCTION shift_reminders.repeated_shift_ids() RETURNS TABLE (ids bigint, example bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  is_custom boolean := shift_reminders.setting('host_contract') = 'custom';
BEGIN
  RETURN QUERY
    SELECT count(*), min(r.schedule_id)::bigint FROM (
      SELECT s.schedule_id FROM shift_reminders.shifts s
      WHERE s.start_at > at - interval '1 day' AND s.start_at < at + interval '7 days'
      GROUP BY s.schedule_id, CASE WHEN is_custom THEN s.user_id END HAVING count(*) > 1) r;
EXCEPTION WHEN OTHERS THEN
  RETURN;
END
$$;
$step$;
-- functions/contract/require_host_column.sql
EXECUTE $step$
-- Refuses a missing column or another type by name, with what to do; returns the type that is there.
CREATE OR REPLACE FUNCTION shift_reminders.require_host_column(host_table text, column_name text, VARIADIC types text[])
RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found_type text;
BEGIN
  SELECT pg_catalog.format_type(a.atttypid, NULL) INTO found_type
  FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = pg_catalog.to_regclass(host_table) AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
  IF found_type IS NULL THEN
    RAISE EXCEPTION 'Shift Reminders needs column %.%, and it does not exist.', host_table, column_name
      USING ERRCODE = 'SR001',
            HINT = 'Create it, or write your own host contract: Database/README.md, "The host contract".';
  END IF;
  IF NOT found_type = ANY (types) AND NOT 'any' = ANY (types) THEN
    RAISE EXCEPTION 'Column %.% is %, and Shift Reminders needs %.',
      host_table, column_name, found_type, pg_catalog.array_to_string(types, ' or ')
      USING ERRCODE = 'SR001',
            HINT = 'Change the column, or write your own host contract: Database/README.md, "The host contract".';
  END IF;
  RETURN found_type;
END
$$;
$step$;
-- functions/contract/shift_id_is_unique.sql
EXECUTE $step$
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
$step$;
-- functions/contract/token_index.sql
EXECUTE $step$
-- How the host's table of phones finds a token: 'unique' where an index lets none stand twice, 'plain' where one finds it; NULL: by
-- reading the whole table.
CREATE OR REPLACE FUNCTION shift_reminders.token_index() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN bool_or(i.indisunique AND i.indnkeyatts = 1) THEN 'unique' WHEN count(*) > 0 THEN 'plain' END
  FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
  WHERE i.indrelid = to_regclass('public.fcm_tokens') AND a.attname = 'token' AND i.indisvalid AND i.indpred IS NULL
$$;
$step$;
-- functions/contract/trimmed_token.sql
EXECUTE $step$
-- A token without what an app has left around it (a line's end, blanks, quotes). Inlined into the devices view.
CREATE OR REPLACE FUNCTION shift_reminders.trimmed_token(token text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT pg_catalog.btrim($1, E'' \t\r\n"'')';
$step$;
-- functions/contract/type_of_host_column.sql
EXECUTE $step$
-- The type of one of the host's columns, as a cast names it; NULL: there is no such column.
CREATE OR REPLACE FUNCTION shift_reminders.type_of_host_column(host_table text, quoted_name text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format_type(a.atttypid, NULL) FROM pg_attribute a
  WHERE a.attrelid = to_regclass(host_table) AND quote_ident(a.attname) = quoted_name AND a.attnum > 0 AND NOT a.attisdropped
$$;
$step$;
-- functions/contract/verify_host.sql
EXECUTE $step$
-- Refuses to migrate for a host whose tables we would misread. The enqueue goes on: check says what is wrong.
CREATE OR REPLACE FUNCTION shift_reminders.verify_host() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wrong record;
BEGIN
  FOR wrong IN SELECT f.fault, f.remedy FROM shift_reminders.host_faults() f LOOP
    RAISE EXCEPTION '%', wrong.fault USING ERRCODE = 'SR001', HINT = wrong.remedy;
  END LOOP;
END
$$;
$step$;
-- functions/contract/write_contract_views.sql
EXECUTE $step$
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
$step$;
-- functions/contract/write_host_helper.sql
EXECUTE $step$
-- One of the functions that write into the host's tables. No reminder depends on it: where the host's tables do not take what
-- it would write, it says so when it is called, and everything else goes on.
CREATE OR REPLACE FUNCTION shift_reminders.write_host_helper(signature text, result text, body text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
-- What the host's tables do not take is to show now.
SET check_function_bodies = on
AS $$
DECLARE
  refused text;
BEGIN
  BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION shift_reminders.%s RETURNS %s LANGUAGE sql SET search_path = pg_catalog, pg_temp AS %L',
                   signature, result, body);
  EXCEPTION WHEN OTHERS THEN
    refused := SQLERRM;
    EXECUTE format('CREATE OR REPLACE FUNCTION shift_reminders.%s RETURNS %s LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS %L',
                   signature, result, format('BEGIN RAISE EXCEPTION %L USING ERRCODE = ''SR002'', HINT = %L; END',
                     replace('The tables of the shift app do not take this: ' || refused || '.', '%', '%%'),
                     'Write your own host contract: Database/README.md, "The host contract".'));
  END;
  EXECUTE format('REVOKE ALL ON FUNCTION shift_reminders.%s FROM PUBLIC', signature);
END
$$;
$step$;
-- functions/contract/write_host_helpers.sql
EXECUTE $step$
-- What a tester does with the host's tables goes through three of these; the fourth forgets a phone that died.
CREATE OR REPLACE FUNCTION shift_reminders.write_host_helpers() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $contract$
DECLARE
  label text := shift_reminders.optional_host_column('label of a shift');
  zone text := shift_reminders.optional_host_column('time zone of a shift');
  status text := shift_reminders.optional_host_column('status of a shift');
  who text := shift_reminders.optional_host_column('person of a check-in');
  moment text := shift_reminders.optional_host_column('time of a check-in');
BEGIN
  PERFORM shift_reminders.write_host_helper(
    'host_create_shift(who uuid, starts timestamptz, ends timestamptz, shift_label text, zone text)', 'bigint',
    format('INSERT INTO public.duty_schedules (%s) VALUES (%s) RETURNING id::bigint',
      concat_ws(', ', 'assigned_user_id', 'start_at', 'end_at', status, label, zone),
      concat_ws(', ', 'who', 'starts', 'ends',
        'shift_reminders.setting(''test_shift_status'')::' || shift_reminders.type_of_host_column('public.duty_schedules', status),
        'shift_label::' || shift_reminders.type_of_host_column('public.duty_schedules', label),
        'zone::' || shift_reminders.type_of_host_column('public.duty_schedules', zone))));

  PERFORM shift_reminders.write_host_helper('host_remove_shifts(ids bigint[])', 'integer', $body$
    WITH logs AS (DELETE FROM public.attendance_logs WHERE schedule_id = ANY (ids)),
         gone AS (DELETE FROM public.duty_schedules WHERE id = ANY (ids) RETURNING 1)
    SELECT pg_catalog.count(*)::integer FROM gone
  $body$);

  PERFORM shift_reminders.write_host_helper('host_log_attendance(shift bigint, who uuid, kind text, at timestamptz)', 'void',
    format('INSERT INTO public.attendance_logs (%s) VALUES (%s)',
      concat_ws(', ', 'schedule_id', 'type', who, moment),
      concat_ws(', ', 'shift', 'kind::' || shift_reminders.type_of_host_column('public.attendance_logs', 'type'),
        CASE WHEN who IS NOT NULL THEN 'who' END, CASE WHEN moment IS NOT NULL THEN 'at' END)));

  PERFORM shift_reminders.write_host_helper('host_forget_device(who uuid, device text)', 'void',
    'DELETE FROM public.fcm_tokens t WHERE t.user_id = who AND shift_reminders.device_id(t.token::text) = device');
END
$contract$;
$step$;
-- functions/cron/cron_available.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.cron_available() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT to_regclass('cron.job') IS NOT NULL $$;
$step$;
-- functions/cron/cron_jobs.sql
EXECUTE $step$
-- The command and the messages are our own job's alone: other jobs' often carry keys, and everybody with a role reads this page.
CREATE OR REPLACE FUNCTION shift_reminders.cron_jobs()
RETURNS TABLE (jobid bigint, jobname text, schedule text, command text, database text, username text, active boolean,
               last_status text, last_start timestamptz, last_end timestamptz, last_message text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN; END IF;
  RETURN QUERY EXECUTE $sql$
    SELECT j.jobid, j.jobname::text, j.schedule, CASE WHEN o.ours THEN j.command END, j.database, j.username, j.active,
      d.status, d.start_time, d.end_time, CASE WHEN o.ours THEN d.return_message END
    FROM cron.job j
    CROSS JOIN LATERAL (SELECT j.jobname = 'shift_reminders_every_min' AND j.username = current_user AS ours) o
    -- job_run_details has one index, on runid: the newest run of a job is found from that end, within a bound.
    LEFT JOIN LATERAL (
      SELECT x.status, x.start_time, x.end_time, x.return_message
      FROM (SELECT * FROM cron.job_run_details r ORDER BY r.runid DESC LIMIT 5000) x
      WHERE x.jobid = j.jobid ORDER BY x.runid DESC LIMIT 1) d ON true
    WHERE j.database = current_database() ORDER BY j.jobid $sql$;
END
$$;
$step$;
-- functions/cron/cron_run_of.sql
EXECUTE $step$
-- Which of pg_cron's runs a heartbeat belongs to; NULL: none of the latest, or we may not see them.
CREATE OR REPLACE FUNCTION shift_reminders.cron_run_of(heartbeat bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  run bigint;
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN NULL; END IF;
  -- Nobody prunes other jobs' runs, and only runid has an index: looked for among the latest alone.
  EXECUTE $sql$
    SELECT r.runid FROM (SELECT d.runid, d.job_pid, d.start_time, d.database FROM cron.job_run_details d ORDER BY d.runid DESC LIMIT 20000) r
    JOIN shift_reminders.heartbeats x ON x.id = $1 AND x.source = 'cron'
    WHERE r.job_pid = x.backend_pid AND r.database = current_database()
      AND r.start_time BETWEEN x.started_at - interval '1 minute' AND x.started_at + interval '5 seconds'
    ORDER BY r.runid DESC LIMIT 1 $sql$ INTO run USING heartbeat;
  RETURN run;
EXCEPTION WHEN insufficient_privilege THEN
  RETURN NULL;
END
$$;
$step$;
-- functions/cron/cron_runs.sql
EXECUTE $step$
-- Newest first, before a runid (NULL: from the newest). queued: what the enqueue's heartbeat of that run added.
-- The message is our own job's alone: another job's may quote its command, and that a key.
DROP FUNCTION IF EXISTS shift_reminders.cron_runs(bigint, integer, text, bigint);
CREATE OR REPLACE FUNCTION shift_reminders.cron_runs(before_runid bigint, page_size integer, only_status text DEFAULT NULL, only_job bigint DEFAULT NULL)
RETURNS TABLE (runid bigint, jobid bigint, jobname text, status text, started_at timestamptz, ended_at timestamptz,
               message text, queued integer, rearmed integer, expired integer, paused boolean, error text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN; END IF;
  RETURN QUERY EXECUTE $sql$
    SELECT r.runid, r.jobid, j.jobname::text, r.status, r.start_time, r.end_time,
           CASE WHEN j.jobname = 'shift_reminders_every_min' AND j.username = current_user THEN r.return_message END,
           h.added, h.rearmed, h.expired, h.paused, h.error
    FROM cron.job_run_details r
    LEFT JOIN cron.job j ON j.jobid = r.jobid
    LEFT JOIN LATERAL (
      SELECT x.* FROM shift_reminders.heartbeats x
      -- pg_cron notes a run's start after it has sent the command, so the heartbeat may be a moment older.
      WHERE x.backend_pid = r.job_pid AND x.started_at >= r.start_time - interval '5 seconds'
        AND x.started_at <= coalesce(r.end_time, r.start_time + interval '1 minute')
      ORDER BY x.started_at LIMIT 1) h ON true
    WHERE ($1 IS NULL OR r.runid < $1) AND ($3 IS NULL OR r.status = $3) AND ($4 IS NULL OR r.jobid = $4) AND r.database = current_database()
    ORDER BY r.runid DESC LIMIT $2 $sql$ USING before_runid, least(page_size, 1000), only_status, only_job;
END
$$;
$step$;
-- functions/cron/cron_standing.sql
EXECUTE $step$
-- Whether pg_cron is there and what of it may be seen, so that "not permitted" never looks like "empty".
-- standing: missing (no pg_cron in this database) | not permitted | no job | inactive | active
CREATE OR REPLACE FUNCTION shift_reminders.cron_standing()
RETURNS TABLE (standing text, detail text, time_zone text, at timestamptz, last_tick_at timestamptz, last_tick_error text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  is_active boolean;
BEGIN
  at := shift_reminders.clock();
  time_zone := coalesce(nullif(current_setting('cron.timezone', true), ''), 'GMT');
  SELECT h.started_at, h.error INTO last_tick_at, last_tick_error
  FROM shift_reminders.heartbeats h WHERE h.source = 'cron' AND NOT h.busy ORDER BY h.started_at DESC LIMIT 1;
  IF NOT shift_reminders.cron_available() THEN
    standing := 'missing';
  ELSE
    BEGIN
      EXECUTE 'SELECT bool_or(j.active) FROM cron.job j WHERE j.jobname = $1 AND j.database = current_database()'
        INTO is_active USING 'shift_reminders_every_min';
      EXECUTE 'SELECT 1 FROM cron.job_run_details LIMIT 1';
      standing := CASE WHEN is_active IS NULL THEN 'no job' WHEN is_active THEN 'active' ELSE 'inactive' END;
      -- pg_cron hides other roles' jobs without an error: ticks without a job that we can see are somebody else's.
      IF is_active IS NULL AND last_tick_at > at - interval '5 minutes' THEN
        standing := 'not permitted';
        detail := format('pg_cron ticks, but its job belongs to another role than %s, and pg_cron hides it.', current_user);
      END IF;
    EXCEPTION WHEN insufficient_privilege THEN
      standing := 'not permitted';
      detail := format('The role %s may not read pg_cron: %s.', current_user, SQLERRM);
    END;
  END IF;
  RETURN NEXT;
END
$$;
$step$;
-- functions/cron/ensure_cron_job.sql
EXECUTE $step$
-- Answers what it found or did: scheduled | rescheduled | kept | inactive | missing (no pg_cron here) | not permitted.
CREATE OR REPLACE FUNCTION shift_reminders.ensure_cron_job() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- A function cannot set its own statement_timeout, and pg_cron queues missed ticks without bound: the text does.
  wanted constant text := 'SET statement_timeout = ''50s''; SELECT public.enqueue_due_shift_notifications();';
  job record;
BEGIN
  IF NOT shift_reminders.cron_available() THEN RETURN 'missing'; END IF;
  EXECUTE 'SELECT jobid, schedule, command, active FROM cron.job WHERE jobname = $1 AND username = current_user'
    INTO job USING 'shift_reminders_every_min';
  IF job.jobid IS NULL THEN
    EXECUTE 'SELECT cron.schedule($1, $2, $3)' USING 'shift_reminders_every_min', '* * * * *', wanted;
    RETURN 'scheduled';
  END IF;
  IF job.schedule <> '* * * * *' OR job.command <> wanted THEN
    EXECUTE 'SELECT cron.schedule($1, $2, $3)' USING 'shift_reminders_every_min', '* * * * *', wanted;
    RETURN 'rescheduled';
  END IF;
  -- Somebody switched it off on purpose; a pause of ours would have been the better way, but it is not ours to undo.
  RETURN CASE WHEN job.active THEN 'kept' ELSE 'inactive' END;
EXCEPTION
  WHEN insufficient_privilege THEN
    RETURN 'not permitted';
END
$$;
$step$;
-- functions/enqueue/enqueue_due_shift_notifications.sql
EXECUTE $step$
DO $$
DECLARE
  old record;
BEGIN
  -- The plan's own function, or an older overload: two candidates would make the call without arguments ambiguous.
  FOR old IN SELECT p.oid::regprocedure AS signature FROM pg_proc p
             WHERE p.pronamespace = 'public'::regnamespace AND p.proname = 'enqueue_due_shift_notifications'
               AND (pg_get_function_identity_arguments(p.oid) <> 'source text' OR p.prorettype <> 'integer'::regtype) LOOP
    EXECUTE format('DROP FUNCTION %s', old.signature);
  END LOOP;
END
$$;
-- Returns how many reminders it added or re-armed; -1: another tick is still running (nothing was done).
-- A function cannot set its own statement_timeout: the cron job's text does.
CREATE OR REPLACE FUNCTION public.enqueue_due_shift_notifications(source text DEFAULT 'cron') RETURNS integer
-- Compiling a statement for a burst (jit) takes longer than most ticks.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off SET lock_timeout = '5s'
-- Times that it writes into settings are read by others, whatever their DateStyle; rules are compared with what they were.
SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
AS $$
DECLARE
  started timestamptz := shift_reminders.clock();
  at timestamptz;
  previous record;
  rule shift_reminders.rules;
  is_paused boolean;
  was_silent boolean;
  one record;
  total_added integer := 0;
  total_rearmed integer := 0;
  total_expired integer;
  errors text[] := ARRAY[]::text[];
  refreshed boolean := false;
  edited text;
  all_reached boolean;
  purged timestamptz := shift_reminders.setting('purged_before')::timestamptz;
  watched timestamptz;
BEGIN
  BEGIN
    PERFORM pg_advisory_xact_lock(7274963, 1);
  EXCEPTION WHEN lock_not_available THEN
    INSERT INTO shift_reminders.heartbeats (source, started_at, finished_at, busy, backend_pid)
    VALUES (enqueue_due_shift_notifications.source, started, shift_reminders.clock(), true, pg_backend_pid());
    RETURN -1;
  END;
  -- Whoever holds one row is not to hold up the rules for longer.
  PERFORM set_config('lock_timeout', '1s', true);
  at := shift_reminders.clock();

  PERFORM shift_reminders.heal_identities();
  UPDATE shift_reminders.pauses SET ended_at = until, ended_by = 'until' WHERE ended_at IS NULL AND until <= at;
  is_paused := shift_reminders.paused(at);
  SELECT h.started_at, h.paused INTO previous FROM shift_reminders.heartbeats h
  WHERE NOT h.busy AND h.error IS NULL AND h.started_at <= at ORDER BY h.started_at DESC LIMIT 1;
  -- What was due before the very first tick is nobody's failure, and the ledger says so.
  UPDATE shift_reminders.settings s SET value = at::text, updated_at = at WHERE s.key = 'watching_since' AND s.value = 'infinity';
  watched := shift_reminders.setting('watching_since')::timestamptz;
  was_silent := previous.started_at IS NOT NULL
    AND (is_paused OR previous.paused OR at - previous.started_at > interval '2 minutes');

  -- The rules look at shifts, attendance and people; that the host changed its phones would show only in a claim.
  BEGIN
    PERFORM 1 FROM shift_reminders.devices WHERE false;
  EXCEPTION WHEN undefined_column OR undefined_table OR undefined_function OR datatype_mismatch OR invalid_function_definition THEN
    refreshed := true;
    BEGIN
      PERFORM shift_reminders.refresh_host_contract();
    EXCEPTION WHEN OTHERS THEN
      errors := errors || SQLERRM;
    END;
  WHEN OTHERS THEN
    -- Locked or hidden: the rules may do without the phones, and the tick is to leave its heartbeat.
    errors := errors || ('phones: ' || SQLERRM);
  END;

  -- Before the rules: what was lost can then move with its shift, and a burst that they add is not looked through.
  PERFORM shift_reminders.sweep_leases(at, 50000);

  FOR rule IN SELECT * FROM shift_reminders.rules r WHERE r.enabled ORDER BY r.notify_type LOOP
    <<one_rule>>
    LOOP
      BEGIN
        -- What came and went unseen is entered as expired: every expected reminder is accounted for.
        IF was_silent THEN
          one := shift_reminders.enqueue_rule(rule, greatest(previous.started_at - rule.grace - interval '1 minute', at - interval '7 days',
                                                              purged, greatest(watched, rule.watched_since) - rule.grace),
                                              at - rule.grace, at, false, NULL, NULL);
        END IF;
        IF NOT is_paused THEN
          -- What was purged is not entered again, however long the grace.
          one := shift_reminders.enqueue_rule(rule, greatest(at - rule.grace, purged),
                                              at + shift_reminders.setting('look_ahead')::interval, at, true, NULL, NULL);
          total_added := total_added + one.added;
          total_rearmed := total_rearmed + one.rearmed;
        END IF;
        EXIT one_rule;
      EXCEPTION
        WHEN undefined_column OR undefined_table OR undefined_function OR datatype_mismatch OR invalid_function_definition THEN
          -- The host changed its tables since the contract was written.
          IF refreshed THEN
            errors := errors || format('rule %s: %s', rule.notify_type, SQLERRM);
            EXIT one_rule;
          END IF;
          refreshed := true;
          BEGIN
            PERFORM shift_reminders.refresh_host_contract();
          EXCEPTION WHEN OTHERS THEN
            errors := errors || SQLERRM;
            EXIT one_rule;
          END;
        WHEN OTHERS THEN
          errors := errors || format('rule %s: %s', rule.notify_type, SQLERRM);
          IF NOT is_paused THEN
            one := shift_reminders.enqueue_rule_in_parts(rule, greatest(at - rule.grace, purged),
                                                           at + shift_reminders.setting('look_ahead')::interval, at);
            total_added := total_added + one.added;
            total_rearmed := total_rearmed + one.rearmed;
            errors := errors || one.errors;
          END IF;
          EXIT one_rule;
      END;
    END LOOP;
  END LOOP;

  -- Without an edit nothing is read: a backlog would be, every minute.
  edited := (SELECT md5(coalesce(string_agg(concat_ws(' ', r.notify_type, r.lead, r.grace), ', ' ORDER BY r.notify_type), '')) FROM shift_reminders.rules r);
  IF edited IS DISTINCT FROM shift_reminders.setting('rules_applied') THEN
    all_reached := true;
    FOR rule IN SELECT * FROM shift_reminders.rules r ORDER BY r.notify_type LOOP
      all_reached := shift_reminders.apply_rule(rule) AND all_reached;
    END LOOP;
    -- Another session may hold some of them just now: then the next tick looks again.
    IF all_reached THEN
      UPDATE shift_reminders.settings s SET value = edited, updated_at = at WHERE s.key = 'rules_applied';
    END IF;
  END IF;

  BEGIN
    total_expired := shift_reminders.sweep_expired(at, 50000);
  EXCEPTION WHEN OTHERS THEN
    errors := errors || ('expiry: ' || SQLERRM);
  END;

  IF total_added + total_rearmed > 0 THEN
    PERFORM shift_reminders.hint('shift_reminders_due', (total_added + total_rearmed)::text);
    PERFORM shift_reminders.notify_pages(at);
  END IF;
  INSERT INTO shift_reminders.heartbeats (source, started_at, finished_at, added, rearmed, expired, paused, error, backend_pid, details)
  VALUES (enqueue_due_shift_notifications.source, started, shift_reminders.clock(), total_added, total_rearmed, total_expired,
          is_paused, errors[1], pg_backend_pid(),
          CASE WHEN cardinality(errors) > 0 THEN jsonb_build_object('errors', errors) END);
  RETURN total_added + total_rearmed;
END
$$;
-- At once: in public, a project's default privileges give it to everybody who may call the Data API.
DO $$
BEGIN
  EXECUTE (SELECT 'REVOKE ALL ON FUNCTION public.enqueue_due_shift_notifications(text) FROM PUBLIC' || coalesce(string_agg(', ' || rolname, ''), '')
           FROM pg_catalog.pg_roles WHERE rolname IN ('anon', 'authenticated'));
END
$$;
$step$;
-- functions/enqueue/enqueue_rule.sql
EXECUTE $step$
-- One rule: one statement finds the shifts that are not queued as they should be, one asks what each of them needs, and
-- only if something is missing does one write. from_due < due <= to_due; still_useful is false for what came and went
-- unseen: it is entered as already expired, so that it is accounted for. first_shift and last_shift are the slow path's.
CREATE OR REPLACE FUNCTION shift_reminders.enqueue_rule(
  rule shift_reminders.rules, from_due timestamptz, to_due timestamptz, at timestamptz, still_useful boolean,
  first_shift bigint, last_shift bigint, OUT added integer, OUT rearmed integer)
-- What is asked for is of this hour and therefore in memory, so work counts and pages hardly do: a look-up for each of a
-- few rows, a hash for a burst. A hash may always be as big as it must: the way out of NOT IN compares all with all.
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET seq_page_cost = 0.1 SET random_page_cost = 0.1
  SET work_mem = '32MB' SET hash_mem_multiplier = 1000
AS $$
DECLARE
  shifts bigint[];
  people uuid[];
  anchors timestamptz[];
  existing bigint[];
  off record;
  first_state text := CASE WHEN still_useful THEN 'pending' ELSE 'expired' END;
  addition CONSTANT text := $sql$
    INSERT INTO public.scheduled_notifications
      (schedule_id, user_id, notify_type, scheduled_for, created_at, anchor_at, next_attempt_at, expires_at, armed_at,
       state, reason, processed, processed_at)
    SELECT d.schedule_id, d.user_id, $4, t.due_at, $5, d.anchor_at, t.due_at, t.expires_at, $5,
      $8, CASE $8 WHEN 'expired' THEN shift_reminders.unseen_reason(t.due_at, t.expires_at) WHEN 'skipped' THEN 'opted_out' END,
      $8 <> 'pending', CASE WHEN $8 <> 'pending' THEN $5 END
    FROM (SELECT unnest($1) AS schedule_id, unnest($2) AS user_id, unnest($3) AS anchor_at) d
    CROSS JOIN LATERAL (SELECT shift_reminders.due_at(d.anchor_at, $6) AS due_at, shift_reminders.expires_at(d.anchor_at, $6, $7) AS expires_at) t
    $sql$;
  where_missing CONSTANT text := 'ON CONFLICT ON CONSTRAINT uniq_sched_user_type DO NOTHING';
BEGIN
  added := 0; rearmed := 0;
  -- EXECUTE, because the anchor is a column: CASE WHEN … THEN start_at ELSE end_at END would hide it from the index.
  EXECUTE format($sql$
    SELECT array_agg(s.schedule_id::bigint), array_agg(s.user_id), array_agg(s.%1$I)
    FROM shift_reminders.shifts s
    WHERE s.%1$I > $2 AND s.%1$I <= $3 AND s.user_id IS NOT NULL
      AND shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, s.%1$I) IS NULL
      %2$s
      -- What is queued as it should be, nearly everything on most ticks, by ranges of indexes. NOT IN, because it is
      -- never a nested loop: on a table without statistics that would compare all with all.
      AND (s.schedule_id, s.user_id, s.%1$I) NOT IN (
        SELECT u.schedule_id, u.user_id, u.anchor_at FROM shift_reminders.due_between(shift_reminders.due_at($2, $4), shift_reminders.due_at($3, $4)) u
        WHERE u.notify_type = $1 AND (NOT u.processed OR u.state = 'sent'))
    $sql$,
    rule.anchor || '_at', CASE WHEN first_shift IS NOT NULL THEN 'AND s.schedule_id BETWEEN $5 AND $6' END)
  INTO shifts, people, anchors
  USING rule.notify_type, shift_reminders.anchor_due_at(from_due, rule.lead), shift_reminders.anchor_due_at(to_due, rule.lead), rule.lead, first_shift, last_shift;
  IF shifts IS NULL THEN RETURN; END IF;

  -- Put on record as skipped, and so of no further interest: once the person is back, nothing else would tell why nobody
  -- was reminded. It re-arms like any other if they are back in time. A burst asks first whether there is anybody such.
  IF cardinality(shifts) < 1000 OR EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.reminders_off) THEN
    SELECT array_agg(d.schedule_id) AS shifts, array_agg(d.user_id) AS people, array_agg(d.anchor_at) AS anchors INTO off
    FROM unnest(shifts, people, anchors) AS d(schedule_id, user_id, anchor_at)
    WHERE EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = d.user_id AND p.reminders_off)
      AND NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                      WHERE q.schedule_id = d.schedule_id AND q.user_id = d.user_id AND q.notify_type = rule.notify_type);
    IF off.shifts IS NOT NULL THEN
      EXECUTE addition || where_missing USING off.shifts, off.people, off.anchors, rule.notify_type, at, rule.lead, rule.grace, 'skipped'::text;
    END IF;
  END IF;

  -- By arrays, because their length is known: statistics know nothing of a burst within one minute of a year, and took a
  -- hundred thousand for a hundred. MATERIALIZED keeps the arrays out of what auto_explain would write of the joins.
  EXECUTE format($sql$
    WITH s AS MATERIALIZED (SELECT unnest($1) AS schedule_id, unnest($2) AS user_id, unnest($3) AS anchor_at)
    SELECT array_agg(d.schedule_id) FILTER (WHERE d.id IS NULL), array_agg(d.user_id) FILTER (WHERE d.id IS NULL),
           array_agg(d.anchor_at) FILTER (WHERE d.id IS NULL), array_agg(d.id) FILTER (WHERE d.id IS NOT NULL)
    FROM (
      SELECT s.schedule_id, s.user_id, s.anchor_at, q.id
      FROM (
        SELECT s.schedule_id, s.user_id, s.anchor_at
        FROM s
        WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = s.user_id AND p.reminders_off)
          %s
        -- Those who have checked in stay among them: OFFSET keeps the queue from being searched for them first.
        OFFSET 0) s
      LEFT JOIN public.scheduled_notifications q
        ON q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = $4
      WHERE q.id IS NULL
         OR (q.anchor_at <> s.anchor_at AND q.reason IS DISTINCT FROM 'cancelled_by_admin')
         OR ($5 AND q.processed AND q.state <> 'sent' AND q.expires_at > $6
             AND q.reason IN (SELECT x.reason FROM shift_reminders.reasons x WHERE x.reversible))
      ORDER BY s.anchor_at, s.schedule_id) d
    $sql$,
    CASE WHEN rule.skip_type IS NOT NULL THEN format(
      'AND NOT EXISTS (SELECT 1 FROM shift_reminders.attendance a WHERE a.schedule_id = s.schedule_id AND a.type = %L'
      || ' AND shift_reminders.logged_for(a.user_id, s.user_id)'
      || ' AND ($5 OR shift_reminders.logged_in_time(a.logged_at, shift_reminders.expires_at(s.anchor_at, $7, $8))))',
      rule.skip_type) END)
  INTO shifts, people, anchors, existing
  USING shifts, people, anchors, rule.notify_type, still_useful, at, rule.lead, rule.grace;

  IF shifts IS NOT NULL THEN
    BEGIN
      EXECUTE addition USING shifts, people, anchors, rule.notify_type, at, rule.lead, rule.grace, first_state;
    EXCEPTION WHEN unique_violation THEN
      -- Another worker added one of them just now. To ask before each row, every time, costs a quarter of the burst.
      EXECUTE addition || where_missing USING shifts, people, anchors, rule.notify_type, at, rule.lead, rule.grace, first_state;
    END;
    GET DIAGNOSTICS added = ROW_COUNT;
  END IF;

  IF existing IS NOT NULL THEN
    rearmed := shift_reminders.rearm(existing, at);
    IF NOT still_useful THEN
      UPDATE public.scheduled_notifications q SET reason = shift_reminders.unseen_reason(q.scheduled_for, q.expires_at)
      WHERE q.id = ANY (existing) AND q.armed_at = enqueue_rule.at AND q.state = 'expired' AND q.reason = 'moved_too_late';
    END IF;
  END IF;
END
$$;
$step$;
-- functions/enqueue/enqueue_rule_in_parts.sql
EXECUTE $step$
-- When a statement of it fails (one absurd row is enough), halves of it are tried, and halves of those, so that only the
-- culprit is left, and it is named. It gives up after a hundred culprits: then the fault is a general one. A row that
-- another session holds is waited for a moment only, and all of it ends in good time before the tick's statement_timeout.
CREATE OR REPLACE FUNCTION shift_reminders.enqueue_rule_in_parts(
  rule shift_reminders.rules, from_due timestamptz, to_due timestamptz, at timestamptz,
  OUT added integer, OUT rearmed integer, OUT errors text[])
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '50ms'
AS $$
DECLARE
  shifts bigint[];
  firsts integer[];
  lasts integer[];
  f integer;
  l integer;
  one record;
  give_up timestamptz := clock_timestamp() + interval '15 seconds';
BEGIN
  added := 0; rearmed := 0; errors := '{}';
  EXECUTE format(
    'SELECT coalesce(array_agg(DISTINCT s.schedule_id::bigint), ''{}'') FROM shift_reminders.shifts s WHERE s.%1$I > $1 AND s.%1$I <= $2',
    rule.anchor || '_at') INTO shifts USING shift_reminders.anchor_due_at(from_due, rule.lead), shift_reminders.anchor_due_at(to_due, rule.lead);
  firsts := ARRAY[1]; lasts := ARRAY[cardinality(shifts)];
  WHILE cardinality(firsts) > 0 AND cardinality(shifts) > 0 AND cardinality(errors) < 100 LOOP
    IF clock_timestamp() > give_up THEN
      errors := errors || format('rule %s: shift by shift took too long; the next tick goes on', rule.notify_type);
      EXIT;
    END IF;
    f := firsts[cardinality(firsts)]; l := lasts[cardinality(lasts)];
    firsts := trim_array(firsts, 1); lasts := trim_array(lasts, 1);
    BEGIN
      one := shift_reminders.enqueue_rule(rule, from_due, to_due, at, true, shifts[f], shifts[l]);
      added := added + one.added;
      rearmed := rearmed + one.rearmed;
    EXCEPTION WHEN OTHERS THEN
      IF f = l THEN
        errors := errors || format('shift %s, rule %s: %s', shifts[f], rule.notify_type, SQLERRM);
      ELSE
        firsts := firsts || ARRAY[(f + l) / 2 + 1, f];
        lasts := lasts || ARRAY[l, (f + l) / 2];
      END IF;
    END;
  END LOOP;
EXCEPTION WHEN OTHERS THEN
  errors := errors || format('rule %s: %s', rule.notify_type, SQLERRM);
END
$$;
$step$;
-- functions/enqueue/rearm.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.rearm(candidates bigint[], at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wanted bigint[];
  n record;
BEGIN
  -- Looks before it locks: a lock is a write, and a person without a device would cost one every minute.
  SELECT array_agg(q.id) INTO wanted
  FROM shift_reminders.judge(candidates) j
  JOIN public.scheduled_notifications q ON q.id = j.reminder_id
  WHERE (j.verdict = 'moved' AND q.reason IS DISTINCT FROM 'cancelled_by_admin'
         AND (q.pending_change->>'anchor_at')::timestamptz IS DISTINCT FROM j.live_anchor)
     OR (j.verdict = 'deliver' AND q.processed AND q.expires_at > at
         AND EXISTS (SELECT 1 FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = q.state AND x.reversible)
         -- After a failure only a device that is new since then is a reason to try again.
         AND (q.state <> 'failed' OR EXISTS (
           SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = q.user_id
             AND (d.updated_at > q.processed_at
                  OR d.device_id <> ALL (shift_reminders.done_devices(q.id, q.generation, 'all')))))
         AND (q.reason <> 'no_text' OR shift_reminders.has_text(q.notify_type, q.user_id)));
  IF wanted IS NULL THEN RETURN 0; END IF;

  SELECT array_agg(l.id) FILTER (WHERE l.state = 'sending') AS sending_ids,
         array_agg(l.live_anchor) FILTER (WHERE l.state = 'sending') AS sending_anchors,
         array_agg(l.id) FILTER (WHERE l.state <> 'sending') AS ids,
         array_agg(l.live_anchor) FILTER (WHERE l.state <> 'sending') AS anchors,
         array_agg(shift_reminders.due_at(l.live_anchor, l.lead)) FILTER (WHERE l.state <> 'sending') AS dues,
         array_agg(shift_reminders.expires_at(l.live_anchor, l.lead, l.grace)) FILTER (WHERE l.state <> 'sending') AS expiries,
         array_agg(CASE WHEN l.live_anchor <> l.anchor_at THEN 'the shift moved'
                                   ELSE 'no longer true: ' || l.reason END) FILTER (WHERE l.state <> 'sending') AS whys
  INTO n
  FROM (
    WITH locked AS MATERIALIZED (
      SELECT q.* FROM public.scheduled_notifications q WHERE q.id = ANY (wanted) ORDER BY q.id FOR UPDATE SKIP LOCKED)
    SELECT k.id, k.state, k.reason, k.anchor_at, j.live_anchor, r.lead, r.grace
    FROM locked k
    JOIN shift_reminders.judge(wanted) j ON j.reminder_id = k.id
    JOIN shift_reminders.rules r ON r.notify_type = k.notify_type
    -- By the row as it was locked: since the look above it may have been sent, resent or cancelled by an admin.
    WHERE j.verdict IN ('moved', 'deliver') AND k.reason IS DISTINCT FROM 'cancelled_by_admin'
      AND (k.anchor_at <> j.live_anchor OR k.processed AND k.expires_at > at AND EXISTS (
        SELECT 1 FROM shift_reminders.reasons x WHERE x.reason = k.reason AND x.state = k.state AND x.reversible))) AS l;

  -- A claim is running: its result belongs to the old anchor, and recording it starts the next generation.
  UPDATE public.scheduled_notifications q
  SET pending_change = jsonb_build_object('kind', 'moved', 'anchor_at', s.anchor)
  FROM unnest(n.sending_ids, n.sending_anchors) AS s(id, anchor)
  WHERE q.id = s.id AND q.pending_change->>'kind' IS DISTINCT FROM 'cancel';

  RETURN CASE WHEN n.ids IS NULL THEN 0
    ELSE shift_reminders.begin_generation(n.ids, n.anchors, n.dues, n.expiries, n.whys, at) END;
END
$$;
$step$;
-- functions/enqueue/sweep_expired.sql
EXECUTE $step$
-- What is past its expiry ends, so that states are true even while no processor lives. Returns how many it ended. Why is
-- decided by what was true at its expiry: a look that comes much later cannot know that of a shift, but of attendance,
-- pauses and outages, which say since when.
CREATE OR REPLACE FUNCTION shift_reminders.sweep_expired(at timestamptz, batch_size integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  late CONSTANT interval := interval '2 minutes';
  ids bigint[];
  fresh bigint[];
  moved bigint[];
  ended integer := 0;
BEGIN
  SELECT array_agg(l.id) INTO fresh FROM (
    SELECT q.id FROM public.scheduled_notifications q
    -- Nothing expires before it is due: the condition on scheduled_for ends the look through the index at the present.
    WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.expires_at <= at AND q.state = 'pending'
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
  SELECT fresh || array_agg(l.id) INTO ids FROM (
    SELECT q.id FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NOT NULL AND q.scheduled_for <= at AND q.expires_at <= at
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
  IF ids IS NULL THEN RETURN 0; END IF;

  UPDATE public.scheduled_notifications q
  SET state = coalesce(shift_reminders.ended_unsent(v.reason), 'sent'), reason = v.reason, processed = true, processed_at = at
  FROM (
    SELECT o.id, CASE
      WHEN o.accepted_at IS NOT NULL THEN 'partial'
      WHEN j.verdict IN ('checked_in', 'checked_out', 'attendance_logged')
        AND shift_reminders.attended_by(o.schedule_id, o.user_id, o.notify_type, o.expires_at) THEN j.verdict
      WHEN j.verdict NOT IN ('deliver', 'moved', 'checked_in', 'checked_out', 'attendance_logged') AND at < o.expires_at + late THEN j.verdict
      WHEN o.retry_count > 0 THEN 'out_of_time'
      WHEN j.verdict = 'moved' THEN 'superseded'
      WHEN EXISTS (SELECT 1 FROM shift_reminders.pauses p WHERE p.started_at < o.expires_at
                   AND coalesce(p.ended_at, p.until, 'infinity') >= o.expires_at) THEN 'paused'
      WHEN o.reason = 'channel_down' OR shift_reminders.down_at(o.expires_at) THEN 'channel_down'
      WHEN o.reason = 'platform_paused' THEN 'platform_down'
      WHEN o.attempt_count > 0 THEN 'not_handed_over'
      ELSE 'too_late' END AS reason
    FROM public.scheduled_notifications o
    LEFT JOIN shift_reminders.judge(ids) j ON j.reminder_id = o.id
    WHERE o.id = ANY (ids)) v
  WHERE q.id = v.id;
  GET DIAGNOSTICS ended = ROW_COUNT;

  -- A shift that moved has its reminder at another time, which may be still to come.
  SELECT array_agg(q.id) INTO moved FROM public.scheduled_notifications q WHERE q.id = ANY (ids) AND q.reason = 'superseded';
  IF moved IS NOT NULL THEN
    PERFORM shift_reminders.rearm(moved, at);
  END IF;
  RETURN ended;
END
$$;
$step$;
-- functions/enqueue/sweep_leases.sql
EXECUTE $step$
-- Leases that ran out count as attempts: a reminder that kills its processor must not loop.
-- Nothing is claimed before it is due, so the look ends at the present; a lease has no index, or every claim would write it.
-- Right after a burst the statistics know nothing of it; a bitmap would then read and sort the whole backlog.
CREATE OR REPLACE FUNCTION shift_reminders.sweep_leases(at timestamptz, batch_size integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  ids bigint[];
BEGIN
  SELECT array_agg(l.id) INTO ids FROM (
    SELECT q.id FROM public.scheduled_notifications q
    WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.state = 'sending' AND q.lease_until <= at
    ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
  IF ids IS NOT NULL THEN
    INSERT INTO shift_reminders.attempts (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, outcome, devices)
    SELECT q.id, q.generation, q.attempt_count, q.claim_token, q.claimed_by, q.claimed_at, at, 'lost', '[]'
    FROM public.scheduled_notifications q WHERE q.id = ANY (ids)
    ON CONFLICT DO NOTHING;

    UPDATE public.scheduled_notifications q SET
      state = v.state, reason = v.reason, processed = v.state <> 'pending',
      processed_at = CASE WHEN v.state <> 'pending' THEN at END,
      retry_count = q.retry_count + 1, next_attempt_at = CASE WHEN v.state = 'pending' THEN greatest(at, q.scheduled_for) ELSE q.next_attempt_at END,
      last_error = 'Processor ' || q.claimed_by || ' did not record the attempt before its lease ran out.',
      claim_token = NULL, lease_until = NULL, pending_change = NULL
    FROM (
      SELECT o.id, f.state, f.reason FROM public.scheduled_notifications o
      LEFT JOIN shift_reminders.rules r ON r.notify_type = o.notify_type
      CROSS JOIN LATERAL (SELECT * FROM (VALUES
          (1, o.pending_change->>'kind' = 'cancel' AND o.accepted_at IS NULL, 'cancelled', 'cancelled_by_admin'),
          (2, o.pending_change->>'kind' IS DISTINCT FROM 'cancel' AND o.expires_at > at
              AND o.retry_count + 1 < coalesce(r.max_attempts, 1), 'pending', 'claim_lost'),
          (3, o.accepted_at IS NOT NULL, 'sent', 'partial'),
          (4, o.expires_at <= at, 'failed', 'out_of_time'),
          (5, true, 'failed', 'attempts_used_up')) AS c(place, holds, state, reason)
        WHERE c.holds ORDER BY c.place LIMIT 1) f
      WHERE o.id = ANY (ids)) v
    WHERE q.id = v.id;
  END IF;
END
$$;
$step$;
-- functions/enqueue/unseen_reason.sql
EXECUTE $step$
-- Why a reminder came and went without being queued, by what ran between its due time and its expiry.
CREATE OR REPLACE FUNCTION shift_reminders.unseen_reason(due timestamptz, expiry timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN EXISTS (SELECT 1 FROM shift_reminders.heartbeats h
                 WHERE h.started_at >= due AND h.started_at < expiry AND NOT h.busy AND NOT h.paused AND h.error IS NULL) THEN 'entered_too_late'
    WHEN EXISTS (SELECT 1 FROM shift_reminders.pauses p
                 WHERE p.started_at < expiry AND coalesce(p.ended_at, p.until, 'infinity') >= expiry) THEN 'paused'
    ELSE 'enqueue_down' END
$$;
$step$;
-- functions/explain/doubt.sql
EXECUTE $step$
-- What has to be said beside how a reminder ended unsent, when it may have arrived all the same; NULL: nothing.
CREATE OR REPLACE FUNCTION shift_reminders.doubt(reminder bigint, of_generation integer) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'It may have arrived all the same: what came of an attempt is not known.'
  WHERE shift_reminders.may_have_arrived(reminder, of_generation)
$$;
$step$;
-- functions/explain/expected.sql
EXECUTE $step$
-- Shifts whose start or end lies in the range (or the one shift), each with every rule. standing says what a reminder
-- that does not exist is about: expected, missing, purged, not_watched (before the first tick, or before the rule), or the
-- reason why none is due. A reminder of an earlier time does not stand for one that is still to come.
DROP FUNCTION IF EXISTS shift_reminders.expected(timestamptz, timestamptz, bigint);
CREATE OR REPLACE FUNCTION shift_reminders.expected(from_at timestamptz, to_at timestamptz, only_shift bigint DEFAULT NULL)
RETURNS TABLE (schedule_id bigint, user_id uuid, notify_type text, start_at timestamptz, end_at timestamptz, is_active boolean,
  label text, time_zone text, anchor_at timestamptz, due_at timestamptz, expires_at timestamptz, attended_at timestamptz,
  reminder_id bigint, state text, reason text, accepted_at timestamptz, standing text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  ahead interval := shift_reminders.setting('look_ahead')::interval;
  zone text := shift_reminders.setting('site_time_zone');
  watched timestamptz := shift_reminders.setting('watching_since')::timestamptz;
  purged timestamptz := shift_reminders.setting('purged_before')::timestamptz;
  is_paused boolean := shift_reminders.paused(at);
BEGIN
  RETURN QUERY
    SELECT s.schedule_id::bigint, s.user_id, r.notify_type, s.start_at, s.end_at, s.is_active, s.label, coalesce(s.time_zone, zone),
      a.anchor, a.due, a.expiry, l.logged_at, q.id, q.state, q.reason, q.accepted_at,
      CASE
        WHEN q.id IS NULL THEN v.standing
        WHEN q.anchor_at <> a.anchor AND q.state <> 'sending' AND q.reason IS DISTINCT FROM 'cancelled_by_admin'
          AND a.expiry > at AND v.standing IN ('expected', 'missing') THEN v.standing
        ELSE q.state
      END
    FROM (
      SELECT * FROM shift_reminders.shifts x WHERE only_shift IS NULL AND x.start_at >= from_at AND x.start_at < to_at
      UNION ALL
      SELECT * FROM shift_reminders.shifts x WHERE only_shift IS NULL AND x.end_at >= from_at AND x.end_at < to_at
        AND (x.start_at >= from_at AND x.start_at < to_at) IS NOT TRUE
      UNION ALL
      SELECT * FROM shift_reminders.shifts x WHERE x.schedule_id = only_shift) s
    LEFT JOIN LATERAL (SELECT x.reminders_off FROM shift_reminders.people x WHERE x.user_id = s.user_id LIMIT 1) p ON true
    CROSS JOIN shift_reminders.rules r
    CROSS JOIN LATERAL (
      SELECT x.anchor, shift_reminders.due_at(x.anchor, r.lead) AS due, shift_reminders.expires_at(x.anchor, r.lead, r.grace) AS expiry
      FROM (SELECT shift_reminders.anchor_of(r.anchor, s.start_at, s.end_at) AS at) y
      CROSS JOIN LATERAL (SELECT CASE WHEN shift_reminders.shift_fault(true, y.at, y.at, y.at) IS NULL THEN y.at END AS anchor) x) a
    LEFT JOIN public.scheduled_notifications q ON q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = r.notify_type
    LEFT JOIN LATERAL (
      SELECT true AS found, min(t.logged_at) AS logged_at FROM shift_reminders.attendance t
      WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type AND shift_reminders.logged_for(t.user_id, s.user_id)
      HAVING count(*) > 0) l ON true
    CROSS JOIN LATERAL (SELECT shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, a.anchor) AS fault) f
    CROSS JOIN LATERAL (
      SELECT CASE
        WHEN s.user_id IS NULL THEN 'unassigned'
        WHEN NOT r.enabled THEN 'rule_disabled'
        WHEN f.fault IS NOT NULL THEN f.fault
        WHEN l.found AND (a.expiry > at OR shift_reminders.logged_in_time(l.logged_at, a.expiry)) THEN shift_reminders.attended_reason(r.skip_type)
        WHEN p.reminders_off THEN 'opted_out'
        WHEN a.due > at + ahead THEN 'expected'
        WHEN a.due < purged THEN 'purged'
        WHEN a.expiry <= least(at, greatest(watched, r.watched_since)) THEN 'not_watched'
        -- One tick may pass before a reminder that has just come into the window is queued.
        WHEN a.due > at THEN 'expected'
        -- Nothing is queued in a pause; what outlives it is entered as expired.
        WHEN is_paused AND a.expiry > at THEN 'expected'
        ELSE 'missing'
      END AS standing) v;
END
$$;
$step$;
-- functions/explain/explain.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.explain(schedule_id bigint, user_id uuid, notify_type text)
RETURNS TABLE (sentence text, state text, reason text, evidence jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  q public.scheduled_notifications;
  e record;
  rule shift_reminders.rules;
  pause shift_reminders.pauses;
  tick shift_reminders.heartbeats;
  down shift_reminders.channels;
  verdict text;
  zone text;
  held text;
  stated_zone text;
  ran_at timestamptz;
  but text;
BEGIN
  SELECT * INTO q FROM public.scheduled_notifications x
  WHERE x.schedule_id = explain.schedule_id AND x.user_id = explain.user_id AND x.notify_type = explain.notify_type;
  SELECT * INTO rule FROM shift_reminders.rules r WHERE r.notify_type = explain.notify_type;
  SELECT * INTO e FROM shift_reminders.expected(NULL, NULL, explain.schedule_id) x
  WHERE x.user_id = explain.user_id AND x.notify_type = explain.notify_type;
  SELECT * INTO pause FROM shift_reminders.pause_at(at);
  SELECT * INTO tick FROM shift_reminders.heartbeats h WHERE NOT h.busy ORDER BY h.started_at DESC LIMIT 1;
  zone := coalesce(e.time_zone, shift_reminders.setting('site_time_zone'));
  state := coalesce(e.standing, q.state, 'unknown');
  -- As things are; a claim will judge once more.
  IF state = 'pending' THEN
    SELECT j.verdict INTO verdict FROM shift_reminders.judge(ARRAY[q.id]) j;
  END IF;
  IF state = q.state THEN reason := q.reason; END IF;
  SELECT * INTO down FROM shift_reminders.channels c WHERE c.state = 'down' ORDER BY c.since LIMIT 1;
  IF e.standing = 'missing' THEN
    SELECT max(h.started_at) INTO ran_at FROM shift_reminders.heartbeats h
    WHERE NOT h.busy AND NOT h.paused AND h.error IS NULL AND h.started_at BETWEEN e.due_at AND e.expires_at;
  END IF;
  held := 'reminders are paused by ' || pause.started_by || ' (' || pause.why || ').';
  but := CASE
    WHEN pause.id IS NOT NULL THEN ', unless reminders are still paused then.'
    WHEN NOT EXISTS (SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = explain.user_id) THEN ', if the person has a device by then: none is registered.'
    ELSE '.' END;

  sentence := CASE
    WHEN state = q.state THEN (
      CASE q.state
        WHEN 'pending' THEN CASE
          WHEN verdict NOT IN ('deliver', 'moved') THEN 'Not to be sent as things are: '
            || coalesce((SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = verdict AND x.state <> 'pending' LIMIT 1), verdict)
          WHEN pause.id IS NOT NULL THEN 'Waiting: ' || held
          WHEN q.reason IS NOT NULL THEN (SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = 'pending')
            || ' Next try at ' || shift_reminders.wall_clock(q.next_attempt_at, zone) || '.'
          WHEN verdict = 'moved' THEN 'The shift has moved, and its reminder would come too late.'
          WHEN q.scheduled_for > at THEN 'Will be sent at ' || shift_reminders.wall_clock(q.scheduled_for, zone) || but
          WHEN down.channel IS NOT NULL THEN 'Due since ' || shift_reminders.wall_clock(q.scheduled_for, zone)
            || ' and waiting for the channel, which is down since ' || shift_reminders.wall_clock(down.since, zone) || '.'
          ELSE 'Due since ' || shift_reminders.wall_clock(q.scheduled_for, zone) || ' and waiting for a processor.' END
        WHEN 'sending' THEN 'Being sent by ' || q.claimed_by || ' since ' || shift_reminders.wall_clock(q.claimed_at, zone) || '.'
        WHEN 'sent' THEN (SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = 'sent')
          || CASE WHEN q.accepted_at IS NOT NULL THEN ' At ' || shift_reminders.wall_clock(q.accepted_at, zone) || ', '
             || round(extract(epoch FROM q.accepted_at - q.scheduled_for)::numeric, 1) || ' s after it was due.' ELSE '' END
        ELSE (SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = q.reason AND x.state = q.state)
          || CASE WHEN q.last_error IS NOT NULL AND q.state = 'failed' THEN ' ' || q.last_error ELSE '' END
          || coalesce(' ' || shift_reminders.doubt(q.id, q.generation), '')
      END)
    WHEN rule.notify_type IS NULL THEN 'There is no rule "' || explain.notify_type || '".'
    WHEN e.schedule_id IS NULL AND EXISTS (SELECT 1 FROM shift_reminders.shifts s WHERE s.schedule_id = explain.schedule_id)
      THEN 'Shift ' || explain.schedule_id || ' is not assigned to this person.'
    WHEN e.schedule_id IS NULL THEN 'There is no shift ' || explain.schedule_id || ', and no reminder of it.'
    WHEN e.standing = 'expected' AND pause.id IS NOT NULL AND e.due_at <= at THEN 'Due since ' || shift_reminders.wall_clock(e.due_at, zone)
      || ' and waiting: ' || held
    WHEN e.standing = 'expected' THEN CASE WHEN q.id IS NULL THEN 'Will be queued shortly before it is due and sent at '
      ELSE 'The shift has moved: it will be sent at ' END || shift_reminders.wall_clock(e.due_at, zone) || but
    WHEN e.standing = 'purged' THEN 'It was due at ' || shift_reminders.wall_clock(e.due_at, zone) || '; its record has been purged since.'
    WHEN e.standing = 'not_watched' AND e.expires_at <= rule.watched_since THEN 'It was due before the rule was made or switched on, at '
      || shift_reminders.wall_clock(rule.watched_since, zone) || '.'
    WHEN e.standing = 'not_watched' THEN 'It was due before Shift Reminders ran here for the first time.'
    WHEN e.standing = 'missing' AND e.expires_at > at THEN 'It is due but not queued yet; the enqueue last ran '
      || coalesce('at ' || shift_reminders.wall_clock(tick.started_at, zone), 'never') || coalesce(' with an error: ' || tick.error, '') || '.'
    WHEN ran_at IS NOT NULL THEN 'It was never queued, although the enqueue ran while it would have been useful, the last time at '
        || shift_reminders.wall_clock(ran_at, zone)
        || '. It was not needed then; what has changed since is not known here.'
    WHEN e.standing = 'missing' THEN 'It was never queued: no tick of the enqueue succeeded between '
      || shift_reminders.wall_clock(e.due_at, zone) || ' and ' || shift_reminders.wall_clock(e.expires_at, zone)
      || ', while it would have been useful. When the shift was entered is not known here.'
    WHEN e.standing = 'bad_times' THEN 'The shift has no usable times: it ends before it starts, or a time is missing. Correct shift ' || explain.schedule_id || '.'
    ELSE coalesce((SELECT x.sentence FROM shift_reminders.reasons x WHERE x.reason = e.standing AND x.state <> 'pending' LIMIT 1), e.standing)
  END;

  SELECT s.stated_zone INTO stated_zone FROM shift_reminders.shifts s
  WHERE s.schedule_id = explain.schedule_id AND s.time_zone IS NULL AND btrim(s.stated_zone) <> '' LIMIT 1;
  IF stated_zone IS NOT NULL THEN
    sentence := sentence || ' The shift names the time zone "' || left(stated_zone, 60) || '", which is not known: its times are told in '
      || zone || '.';
  END IF;

  evidence := jsonb_strip_nulls(jsonb_build_object(
    'notification_id', shift_reminders.notification_id(explain.schedule_id, explain.user_id, explain.notify_type),
    'shift', CASE WHEN e.schedule_id IS NOT NULL THEN jsonb_build_object('start_at', e.start_at, 'end_at', e.end_at, 'is_active', e.is_active,
      'label', e.label, 'time_zone', e.time_zone, 'due_at', e.due_at, 'expires_at', e.expires_at, 'attended_at', e.attended_at) END,
    'person', (SELECT to_jsonb(p) FROM shift_reminders.people p WHERE p.user_id = explain.user_id LIMIT 1),
    'rule', to_jsonb(rule),
    'reminder', CASE WHEN q.id IS NOT NULL THEN to_jsonb(q) - 'claim_token' END,
    'generations', (SELECT jsonb_agg(to_jsonb(g) ORDER BY g.generation) FROM shift_reminders.generations g WHERE g.reminder_id = q.id),
    'attempts', (SELECT jsonb_agg(to_jsonb(a) - 'claim_token' ORDER BY a.generation, a.attempt) FROM shift_reminders.attempts a WHERE a.reminder_id = q.id),
    'mark', (SELECT (to_jsonb(m) - 'payload') || jsonb_build_object('state', shift_reminders.mark_state(m)) FROM public.notification_pushes m
             WHERE m.notification_id = shift_reminders.notification_id(explain.schedule_id, explain.user_id, explain.notify_type)),
    'devices', (SELECT jsonb_agg(jsonb_build_object('device', d.device_id, 'platform', d.platform, 'updated_at', d.updated_at))
                FROM shift_reminders.devices d WHERE d.user_id = explain.user_id),
    'pause', CASE WHEN pause.id IS NOT NULL THEN to_jsonb(pause) END,
    'last_tick', CASE WHEN tick.id IS NOT NULL THEN jsonb_build_object('source', tick.source, 'started_at', tick.started_at, 'error', tick.error) END));
  RETURN NEXT;
END
$$;
$step$;
-- functions/explain/explain_shift.sql
EXECUTE $step$
-- Every person and rule of one shift, also of reminders whose shift is gone.
CREATE OR REPLACE FUNCTION shift_reminders.explain_shift(schedule_id bigint)
RETURNS TABLE (user_id uuid, notify_type text, sentence text, state text, reason text, evidence jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT x.user_id, x.notify_type, e.sentence, e.state, e.reason, e.evidence
  FROM (
    SELECT l.user_id, l.notify_type FROM shift_reminders.expected(NULL, NULL, explain_shift.schedule_id) l WHERE l.user_id IS NOT NULL
    UNION
    SELECT q.user_id, q.notify_type FROM public.scheduled_notifications q WHERE q.schedule_id = explain_shift.schedule_id) x
  CROSS JOIN LATERAL shift_reminders.explain(explain_shift.schedule_id, x.user_id, x.notify_type) e
  ORDER BY x.user_id, x.notify_type
$$;
$step$;
-- functions/explain/shift_board.sql
EXECUTE $step$
-- The board of a day: every shift and rule with what became of its reminder. Whoever is on it is looked up once, however many
-- shifts and rules are theirs: a device costs a hash.
CREATE OR REPLACE FUNCTION shift_reminders.shift_board(from_at timestamptz, to_at timestamptz)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, start_at timestamptz, end_at timestamptz, is_active boolean,
  label text, time_zone text, notify_type text, anchor_at timestamptz, due_at timestamptz, expires_at timestamptz, attended_at timestamptz,
  reminder_id bigint, standing text, reason text, accepted_at timestamptz, devices integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  WITH asked AS MATERIALIZED (SELECT * FROM shift_reminders.expected(from_at, to_at)),
  faces AS MATERIALIZED (
    SELECT u.user_id, (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = u.user_id LIMIT 1) AS display_name,
      (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = u.user_id) AS devices
    FROM (SELECT DISTINCT e.user_id FROM asked e WHERE e.user_id IS NOT NULL) u)
  SELECT e.schedule_id, e.user_id, f.display_name, shift_reminders.showable(e.start_at), shift_reminders.showable(e.end_at), e.is_active, e.label,
    e.time_zone, e.notify_type, e.anchor_at, e.due_at,
    e.expires_at, e.attended_at, e.reminder_id, e.standing, e.reason, e.accepted_at, coalesce(f.devices, 0)
  FROM asked e
  LEFT JOIN faces f ON f.user_id = e.user_id
  ORDER BY e.start_at, e.schedule_id, e.user_id, e.notify_type
$$;
$step$;
-- functions/metrics/check_database.sql
EXECUTE $step$
-- What `check` looks at beyond what the app can see by itself; each line says what is wrong and what to do, or nothing.
CREATE OR REPLACE FUNCTION shift_reminders.check_database()
RETURNS TABLE (subject text, ok boolean, finding text, remedy text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  metrics record;
  job record;
  wanted record;
  unread text;
  unqueued bigint;
  failure text;
BEGIN
  SELECT * INTO metrics FROM shift_reminders.queue_metrics();
  RETURN QUERY SELECT 'host tables', count(*) = 0, coalesce(string_agg(f.fault, ' '), 'are as they must be'),
      coalesce(string_agg(f.remedy, ' '), 'See Database/README.md, "The host contract".')
    FROM shift_reminders.host_faults() f;
  RETURN QUERY SELECT 'shift ids', true, CASE WHEN shift_reminders.shift_id_is_unique() THEN 'an index promises that none repeats'
      ELSE 'no index can promise that none repeats; none does among the shifts of the last day and the next week' END, ''
    FROM shift_reminders.repeated_shift_ids() r WHERE r.ids = 0 OR shift_reminders.shift_id_is_unique();
  IF shift_reminders.setting('host_contract') <> 'custom' THEN
    -- Nothing that is left out keeps a reminder from being sent, so this is no failure.
    RETURN QUERY SELECT 'host columns', true,
        coalesce('left out, because their types cannot serve: '
          || string_agg(o.left_out || ', as ' || o.purpose, '; ' ORDER BY o.purpose) FILTER (WHERE o.left_out IS NOT NULL), 'all that are there are used'),
        'Change their types, or write your own host contract: Database/README.md, "The host contract".'
      FROM shift_reminders.optional_host_columns() o;
  END IF;
  -- A row of each, with all its columns: a view can exist although what it reads is gone, forbidden or of another type.
  FOR wanted IN SELECT unnest(ARRAY['shifts', 'attendance', 'devices', 'people']) AS view LOOP
    BEGIN
      PERFORM set_config('row_security', 'off', true);
      EXECUTE format('SELECT to_jsonb(v) FROM shift_reminders.%I v LIMIT 1', wanted.view);
    EXCEPTION WHEN OTHERS THEN
      unread := concat_ws('; ', unread, wanted.view || ': ' || SQLERRM);
    END;
  END LOOP;
  PERFORM set_config('row_security', 'on', true);
  RETURN QUERY SELECT 'host contract', unread IS NULL, coalesce(unread, '4 of 4 contract views can be read'),
      'Run migrate, or SELECT shift_reminders.refresh_host_contract() as the owner.';

  FOR wanted IN SELECT * FROM (VALUES ('duty_schedules', 'start_at'), ('duty_schedules', 'end_at'), ('attendance_logs', 'schedule_id'),
                                      ('fcm_tokens', 'user_id')) AS w(tab, col) LOOP
    IF to_regclass('public.' || wanted.tab) IS NOT NULL THEN
      RETURN QUERY SELECT 'index on ' || wanted.tab || '(' || wanted.col || ')', x.found OR x.small,
          CASE WHEN x.found THEN 'exists' WHEN x.small THEN 'missing, but the table is small' ELSE 'missing' END,
          format('CREATE INDEX CONCURRENTLY ON public.%I (%I);', wanted.tab, wanted.col)
        FROM (SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                             WHERE i.indrelid = to_regclass('public.' || wanted.tab) AND a.attname = wanted.col AND i.indisvalid) AS found,
                     (SELECT c.reltuples < 10000 FROM pg_class c WHERE c.oid = to_regclass('public.' || wanted.tab)) AS small) x;
    END IF;
  END LOOP;

  BEGIN
    RETURN QUERY SELECT 'phones', p.ok, p.finding, p.remedy FROM shift_reminders.check_shared_phones() p;
  EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT 'phones', false, 'cannot be read: ' || SQLERRM, 'See the line of the host contract.';
  END;

  IF NOT shift_reminders.cron_available() THEN
    RETURN QUERY SELECT 'pg_cron', false, 'is not installed in this database', 'CREATE EXTENSION pg_cron, or leave the ticks to the watchdog of the app.';
  ELSE
    EXECUTE 'SELECT count(*) AS n, bool_and(active) AS active FROM cron.job WHERE jobname = $1' INTO job USING 'shift_reminders_every_min';
    RETURN QUERY SELECT 'cron job shift_reminders_every_min', job.n = 1 AND job.active,
      CASE WHEN job.n = 0 THEN 'does not exist' WHEN job.n > 1 THEN 'exists ' || job.n || ' times, owned by several roles'
           WHEN NOT job.active THEN 'is switched off' ELSE 'is scheduled' END,
      CASE WHEN job.n > 1 THEN 'Unschedule the one that is not the owner''s: SELECT cron.unschedule(jobid).'
           WHEN job.n = 1 THEN 'SELECT cron.alter_job(jobid, active := true) FROM cron.job WHERE jobname = ''shift_reminders_every_min'';'
           ELSE 'SELECT shift_reminders.ensure_cron_job();' END;
    -- The watchdog hides a scheduler that died. Not yet a tick is no fault in the first minutes.
    RETURN QUERY SELECT 'last tick of pg_cron', metrics.paused OR coalesce(metrics.seconds_since_cron_tick <= 180, NOT EXISTS (
        SELECT FROM shift_reminders.heartbeats h WHERE h.started_at < shift_reminders.clock() - interval '3 minutes')),
      coalesce(round(metrics.seconds_since_cron_tick) || ' s ago', 'none yet'),
      'The watchdog enqueues in its place; see DEPLOYMENT.md, "ShiftRemindersCronSilent".';
  END IF;
  failure := (SELECT h.error FROM shift_reminders.heartbeats h WHERE NOT h.busy ORDER BY h.started_at DESC LIMIT 1);
  RETURN QUERY SELECT 'last tick of the enqueue', coalesce(metrics.seconds_since_tick <= 120, false) OR metrics.paused,
    coalesce(round(metrics.seconds_since_tick) || ' s ago', 'never') || coalesce('; the last one failed: ' || failure, ''),
    'See the page Cron: pg_cron''s last runs and their messages.';

  RETURN QUERY SELECT 'processors', metrics.processors_alive > 0 OR metrics.due = 0 OR metrics.paused,
    CASE WHEN metrics.processors_alive > 0 THEN metrics.processors_alive || ' alive'
         WHEN metrics.due = 0 THEN 'none alive, and nothing is due' ELSE 'none alive, and reminders are due: ' || metrics.due END,
    'Start the app with Processor__Enabled=true.';
  RETURN QUERY SELECT 'deliveries', d.ok, d.finding, 'See DEPLOYMENT.md, "ShiftRemindersChannelFailing".' FROM shift_reminders.check_deliveries() d;
  BEGIN
    RETURN QUERY SELECT 'time zones', z.ok, z.finding, 'Use names such as Europe/Berlin, in the shifts and in the setting site_time_zone.'
      FROM shift_reminders.check_time_zones() z;
  EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT 'time zones', false, 'shifts cannot be read: ' || SQLERRM, 'See the line of the host contract.';
  END;
  -- Queued a minute and a half before they are due; only a shift that was entered a moment ago may be missing.
  BEGIN
    unqueued := (SELECT count(*) FROM shift_reminders.due_within(interval '20 seconds') d
      WHERE NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                        WHERE q.schedule_id = d.schedule_id AND q.user_id = d.user_id AND q.notify_type = d.notify_type));
    RETURN QUERY SELECT 'queue', unqueued = 0 OR metrics.paused,
      CASE WHEN unqueued = 0 THEN 'holds what falls due next' ELSE unqueued || ' reminders fall due within 20 s and are not queued' END,
      'Unless their shifts were entered within the last minute: see the page Cron, or run enqueue.';
  EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT 'queue', false, 'what falls due next cannot be read: ' || SQLERRM, 'See the line of the host contract.';
  END;
  RETURN QUERY SELECT 'rule ' || r.notify_type, EXISTS (SELECT 1 FROM shift_reminders.rule_texts t WHERE t.notify_type = r.notify_type
      AND t.locale IN (shift_reminders.setting('site_locale'), 'en')),
    'text for the site''s locale', 'Add one on the page Rules.' FROM shift_reminders.rules r WHERE r.enabled ORDER BY r.notify_type;
END
$$;
$step$;
-- functions/metrics/check_deliveries.sql
EXECUTE $step$
-- What keeps reminders from phones just now. That some fail while others get through is said, and no failure.
CREATE OR REPLACE FUNCTION shift_reminders.check_deliveries() RETURNS TABLE (ok boolean, finding text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT count(*) FILTER (WHERE t.is_down) = 0, coalesce(string_agg(
      concat_ws(' ', t.channel, 'on ' || nullif(t.platform, ''))
      || CASE t.kind WHEN 'refused' THEN ' refuses our credentials'
                     WHEN 'unreachable' THEN format(' cannot be reached by %s of %s processors', t.failed, t.attempts)
                     WHEN 'failing' THEN format(' failed %s of %s pushes', t.failed, t.attempts)
                     ELSE format(' does not answer %s pushes', t.attempts) END
      || to_char(t.since AT TIME ZONE 'UTC', '" since "YYYY-MM-DD HH24:MI:SS" UTC"')
      || coalesce(to_char(t.last_accepted_at AT TIME ZONE 'UTC', '", last accepted one at "YYYY-MM-DD HH24:MI:SS" UTC"'), ', never accepted one')
      || coalesce(': ' || t.reason, ''), '; '), 'no outage of a channel is known')
  FROM shift_reminders.channel_trouble(shift_reminders.clock()) t
$$;
$step$;
-- functions/metrics/check_shared_phones.sql
EXECUTE $step$
-- Phones that reminders of several people would go to.
CREATE OR REPLACE FUNCTION shift_reminders.check_shared_phones() RETURNS TABLE (ok boolean, finding text, remedy text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT count(*) = 0,
    CASE WHEN count(*) = 0 THEN 'none gets the reminders of several people'
         ELSE count(*) || ' get the reminders of several people, as each of them has registered it' END,
    CASE WHEN shift_reminders.setting('host_contract') = 'custom' THEN 'Let host_devices() return each token for its last owner alone.'
         WHEN shift_reminders.token_index() IS NULL THEN 'CREATE INDEX CONCURRENTLY ON public.fcm_tokens (token); then SELECT shift_reminders.refresh_host_contract() as the owner.'
         ELSE 'Give public.fcm_tokens a column updated_at, so that the last owner is known; then SELECT shift_reminders.refresh_host_contract() as the owner.' END
  FROM (SELECT d.token FROM shift_reminders.devices d GROUP BY d.token HAVING count(DISTINCT d.user_id) > 1) s
$$;
$step$;
-- functions/metrics/check_time_zones.sql
EXECUTE $step$
-- Zones that are not known: the site's, and those of the shifts around now. Their reminders go out; their texts tell the
-- site's time.
CREATE OR REPLACE FUNCTION shift_reminders.check_time_zones() RETURNS TABLE (ok boolean, finding text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT w.site IS NOT NULL AND u.shifts = 0,
    CASE WHEN w.site IS NULL THEN format('the site''s "%s" is not known, and UTC is used', shift_reminders.setting('site_time_zone'))
         WHEN u.shifts > 0 THEN format('%s shifts name one that is not known, such as shift %s "%s"; %s is used', u.shifts, u.example, left(u.stated, 60), w.site)
         ELSE 'all are known' END
  FROM (SELECT max(z.name) AS site FROM shift_reminders.time_zones z WHERE z.spelled = lower(shift_reminders.setting('site_time_zone'))) w
  CROSS JOIN (
    SELECT count(*) AS shifts, min(s.schedule_id) AS example, (array_agg(s.stated_zone ORDER BY s.schedule_id))[1] AS stated
    FROM shift_reminders.shifts s
    WHERE s.start_at > shift_reminders.clock() - interval '1 day' AND s.start_at < shift_reminders.clock() + interval '7 days'
      AND s.time_zone IS NULL AND btrim(s.stated_zone) <> '') u
$$;
$step$;
-- functions/metrics/oldest_due_at.sql
EXECUTE $step$
-- Since when the reminder that is due longest could have reached somebody, whether it waits for a processor or, after a failure, for
-- its next attempt. NULL: none is due.
CREATE OR REPLACE FUNCTION shift_reminders.oldest_due_at(at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT min(w.due_since) FROM (
    SELECT greatest(q.scheduled_for, q.armed_at, (SELECT max(p.ended_at) FROM shift_reminders.pauses p WHERE p.ended_at <= at)) AS due_since
    FROM shift_reminders.open_reminders() q
    WHERE q.state = 'pending' AND q.scheduled_for <= at AND q.expires_at > at LIMIT 10001) w
$$;
$step$;
-- functions/metrics/queue_metrics.sql
EXECUTE $step$
DROP FUNCTION IF EXISTS shift_reminders.queue_metrics();
-- A tick that failed is no tick here, and so in readiness, gauges, alerts and check: what counts is success.
CREATE OR REPLACE FUNCTION shift_reminders.queue_metrics()
RETURNS TABLE (pending bigint, due bigint, sending bigint, failed_last_day bigint, oldest_due_seconds double precision,
  seconds_since_tick double precision, seconds_since_cron_tick double precision, paused boolean, processors_alive integer, channels_down integer, platforms_paused integer,
  alarms integer, retrying bigint, oldest_unclaimed_seconds double precision, channels_failing integer, channels_impaired integer,
  failed_share double precision, seconds_since_accepted double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  RETURN QUERY SELECT
    (SELECT count(*) FROM shift_reminders.open_reminders() q WHERE q.state = 'pending'),
    (SELECT count(*) FROM shift_reminders.open_reminders() q
     WHERE q.state = 'pending' AND q.next_attempt_at <= at AND q.scheduled_for <= at),
    (SELECT count(*) FROM public.scheduled_notifications q WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at AND q.state = 'sending'),
    (SELECT count(*) FROM public.scheduled_notifications q 
     WHERE q.processed AND q.reason <> 'accepted' AND shift_reminders.ended_unsent(q.reason) = 'failed' AND q.scheduled_for > at - interval '1 day'),
    greatest(coalesce(extract(epoch FROM at - shift_reminders.oldest_due_at(at)), 0), 0)::double precision,
    (SELECT extract(epoch FROM at - h.started_at)::double precision FROM shift_reminders.heartbeats h
     WHERE NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1),
    -- NULL, and so no alert, where pg_cron has never ticked: there the watchdog is the scheduler.
    (SELECT extract(epoch FROM at - h.started_at)::double precision FROM shift_reminders.heartbeats h
     WHERE h.source = 'cron' AND NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1),
    shift_reminders.paused(at),
    (SELECT count(*)::integer FROM shift_reminders.processors p WHERE shift_reminders.is_alive(p.last_seen_at, at)),
    (SELECT count(*)::integer FROM shift_reminders.channels c WHERE c.state = 'down'),
    (SELECT count(*)::integer FROM shift_reminders.channel_platforms),
    (SELECT count(*)::integer FROM shift_reminders.channels c WHERE c.alarm IS NOT NULL),
    (SELECT count(*) FROM public.scheduled_notifications q
     WHERE NOT q.processed AND q.reason IS NOT NULL AND q.scheduled_for <= at AND q.next_attempt_at > at AND q.expires_at > at),
    greatest(coalesce(extract(epoch FROM at - shift_reminders.oldest_waiting_at(at)), 0), 0)::double precision,
    x.failing, x.impaired,
    (SELECT coalesce(max(f.failed::double precision / f.attempts), 0) FROM shift_reminders.channel_failures(at) f WHERE f.platform IS NULL),
    (SELECT min(extract(epoch FROM at - c.last_accepted_at))::double precision FROM shift_reminders.channels c
     WHERE EXISTS (SELECT FROM shift_reminders.processors p WHERE p.channel = c.channel AND shift_reminders.is_alive(p.last_seen_at, at)))
  FROM (
    SELECT (count(DISTINCT t.channel) FILTER (WHERE t.is_down AND t.platform IS NULL AND t.kind <> 'refused'))::integer AS failing,
      (count(DISTINCT t.channel) FILTER (WHERE NOT t.is_down OR t.platform IS NOT NULL))::integer AS impaired
    FROM shift_reminders.channel_trouble(at) t) x;
END
$$;
$step$;
-- functions/people/devices_of.sql
EXECUTE $step$
-- Also those on the dead list, with the reason: a tester looks for exactly these.
CREATE OR REPLACE FUNCTION shift_reminders.devices_of(person uuid)
RETURNS TABLE (device_id text, platform text, updated_at timestamptz, dead_reason text, died_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT i.id, h.platform, h.updated_at, x.reason, x.died_at
  FROM shift_reminders.host_devices() h
  CROSS JOIN LATERAL (SELECT shift_reminders.device_id(h.token) AS id) i
  LEFT JOIN shift_reminders.dead_devices x ON x.device_id = i.id AND (h.updated_at IS NULL OR h.updated_at <= x.died_at)
  WHERE h.user_id = person AND h.token IS NOT NULL
  ORDER BY h.updated_at DESC NULLS LAST, i.id
$$;
$step$;
-- functions/people/find_people.sql
EXECUTE $step$
-- People whose name contains the words or whose id begins with them, and those known by a device only. One pass over the
-- host's people, as it is for the host to index them; what was asked is worked out once and not once more for each.
CREATE OR REPLACE FUNCTION shift_reminders.find_people(words text, most integer)
RETURNS TABLE (user_id uuid, display_name text, locale text, reminders_off boolean, devices integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  WITH asked AS MATERIALIZED (
    SELECT a.word, a.word ~ '^[0-9a-f-]{1,36}$' AS may_be_id
    FROM (SELECT shift_reminders.fold(btrim(coalesce(words, ''))) AS word) a)
  SELECT f.user_id, f.display_name, f.locale, f.reminders_off,
    (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = f.user_id)
  FROM (
    SELECT k.user_id, k.display_name, k.locale, k.reminders_off
    FROM (
      SELECT p.user_id, p.display_name, p.locale, p.reminders_off FROM shift_reminders.people p
      UNION ALL
      SELECT DISTINCT d.user_id, NULL::text, NULL::text, false FROM shift_reminders.devices d
      WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = d.user_id)) k
    WHERE (SELECT a.word = '' FROM asked a)
       OR strpos(shift_reminders.fold(k.display_name), (SELECT a.word FROM asked a)) > 0
       OR ((SELECT a.may_be_id FROM asked a) AND starts_with(k.user_id::text, (SELECT a.word FROM asked a)))
    ORDER BY k.display_name NULLS LAST, k.user_id
    LIMIT least(most, 1000)) f
$$;
$step$;
-- functions/people/people_named.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.people_named(ids uuid[])
RETURNS TABLE (user_id uuid, display_name text, locale text, reminders_off boolean, devices integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT i.id, p.display_name, p.locale, coalesce(p.reminders_off, false),
    (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = i.id)
  FROM unnest(ids) AS i(id)
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = i.id LIMIT 1) p ON true
$$;
$step$;
-- functions/people/test_targets.sql
EXECUTE $step$
-- The devices a test push goes to. It is on record who asked, before anything is sent.
CREATE OR REPLACE FUNCTION shift_reminders.test_targets(actor text, why text, who uuid)
RETURNS TABLE (device_id text, token text, platform text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  PERFORM shift_reminders.record_audit(actor, 'send test', 'person ' || who, why, NULL, NULL);
  RETURN QUERY SELECT d.device_id, d.token, d.platform FROM shift_reminders.devices d WHERE d.user_id = who;
END
$$;
$step$;
-- functions/portal/act_reminders.sql
EXECUTE $step$
-- What came of each reminder that an act resent, by the generation that the act began: 'accepted', 'waiting', 'failed' (or expired)
-- or 'not_needed' (skipped, cancelled). 'again': it was resent once more, and counts for that act; 'replaced': something else began
-- the next generation before any device had accepted this one; 'forgotten': it is purged. act_id is the act's line in the audit.
CREATE OR REPLACE FUNCTION shift_reminders.act_reminders(act_id bigint)
RETURNS TABLE (reminder_id bigint, generation integer, outcome text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT l.reminder_id, l.generation, CASE
      WHEN q.id IS NULL THEN 'forgotten'
      WHEN EXISTS (SELECT 1 FROM shift_reminders.audit x WHERE x.reminder_id = l.reminder_id AND x.generation > l.generation) THEN 'again'
      WHEN q.generation > l.generation THEN CASE WHEN g.state = 'sent' THEN 'accepted' ELSE 'replaced' END
      WHEN q.state = 'sent' THEN 'accepted'
      WHEN q.state IN ('pending', 'sending') THEN 'waiting'
      WHEN q.state IN ('failed', 'expired') THEN 'failed'
      ELSE 'not_needed'
    END
  FROM shift_reminders.audit l
  LEFT JOIN public.scheduled_notifications q ON q.id = l.reminder_id
  LEFT JOIN shift_reminders.generations g ON g.reminder_id = l.reminder_id AND g.generation = l.generation
  WHERE (l.part_of = act_id OR l.id = act_id) AND l.reminder_id IS NOT NULL
$$;
$step$;
-- functions/portal/came_late.sql
EXECUTE $step$
-- Whether nobody could have queued it in time: ticks ran and did not find it yet, because its shift was entered or moved, or its rule
-- made or switched on, after that; or Shift Reminders began to watch later. What is sent then is not late.
CREATE OR REPLACE FUNCTION shift_reminders.came_late(due timestamptz, queued_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT queued_at > due AND (due < shift_reminders.setting('watching_since')::timestamptz OR EXISTS (
    SELECT 1 FROM shift_reminders.heartbeats h
    WHERE h.started_at > due - shift_reminders.setting('look_ahead')::interval AND h.finished_at < queued_at
      AND NOT h.busy AND NOT h.paused AND h.error IS NULL))
$$;
$step$;
-- functions/portal/due_list.sql
EXECUTE $step$
-- Who is to be reminded of what within that time, by the live shifts; one more than the page shows.
CREATE OR REPLACE FUNCTION shift_reminders.due_list(ahead interval, most integer)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, label text, time_zone text, notify_type text, title text,
  due_at timestamptz, reachable boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  SELECT d.schedule_id, d.user_id, p.display_name, s.label, s.time_zone, d.notify_type, r.title, d.due_at, d.reachable
  FROM (SELECT * FROM shift_reminders.due_within(ahead) x ORDER BY x.due_at, x.notify_type, x.schedule_id, x.user_id LIMIT most) d
  JOIN shift_reminders.rules r ON r.notify_type = d.notify_type
  LEFT JOIN LATERAL (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = d.user_id LIMIT 1) p ON true
  LEFT JOIN LATERAL (SELECT x.label, x.time_zone FROM shift_reminders.shifts x WHERE x.schedule_id = d.schedule_id AND x.user_id = d.user_id LIMIT 1) s ON true
  ORDER BY d.due_at, d.notify_type, d.schedule_id, d.user_id
$$;
$step$;
-- functions/portal/due_within.sql
EXECUTE $step$
-- What the rules will ask for within the next hour, by the live shifts: a queue holds only the next 90 seconds.
CREATE OR REPLACE FUNCTION shift_reminders.due_within(ahead interval)
RETURNS TABLE (schedule_id bigint, user_id uuid, notify_type text, due_at timestamptz, reachable boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.schedule_id::bigint, s.user_id, r.notify_type, s.due_at,
    EXISTS (SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = s.user_id)
  FROM (SELECT shift_reminders.clock() AS at) n
  CROSS JOIN shift_reminders.rules r
  CROSS JOIN LATERAL (
    SELECT x.schedule_id, x.user_id, shift_reminders.due_at(x.start_at, r.lead) AS due_at FROM shift_reminders.shifts x
    WHERE r.anchor = 'start' AND x.start_at > shift_reminders.anchor_due_at(n.at, r.lead) AND x.start_at <= shift_reminders.anchor_due_at(n.at + ahead, r.lead)
      AND shift_reminders.shift_fault(x.is_active, x.start_at, x.end_at, x.start_at) IS NULL
    UNION ALL
    SELECT x.schedule_id, x.user_id, shift_reminders.due_at(x.end_at, r.lead) FROM shift_reminders.shifts x
    WHERE r.anchor = 'end' AND x.end_at > shift_reminders.anchor_due_at(n.at, r.lead) AND x.end_at <= shift_reminders.anchor_due_at(n.at + ahead, r.lead)
      AND shift_reminders.shift_fault(x.is_active, x.start_at, x.end_at, x.end_at) IS NULL) s
  -- One look-up for each shift of the hour. Written as joins, these become hashes of the whole queue and all check-ins:
  -- how few shifts an hour holds is nothing the planner can know.
  LEFT JOIN LATERAL (SELECT x.state FROM public.scheduled_notifications x
    WHERE x.schedule_id = s.schedule_id AND x.user_id = s.user_id AND x.notify_type = r.notify_type LIMIT 1) q ON true
  WHERE r.enabled AND s.user_id IS NOT NULL AND (q.state IS NULL OR q.state IN ('pending', 'sending'))
    AND (SELECT true FROM shift_reminders.attendance t WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type
         AND shift_reminders.logged_for(t.user_id, s.user_id) LIMIT 1) IS NULL
    AND (SELECT p.reminders_off FROM shift_reminders.people p WHERE p.user_id = s.user_id LIMIT 1) IS NOT TRUE
$$;
$step$;
-- functions/portal/ended_unsent.sql
EXECUTE $step$
-- ended_unsent(reason): the state of a reminder that ended otherwise than sent. An index on the state itself would have to be
-- written by every claim; this one stands on the reason. Function and index are made of the table of reasons, so that neither
-- can lack one. A string body, so that it is inlined to the very expression of the index.
DO $$
DECLARE
  states text := (
    SELECT string_agg(format('WHEN reason IN (%s) THEN %L', x.reasons, x.state), ' ' ORDER BY x.state)
    FROM (SELECT r.state, string_agg(quote_literal(r.reason), ', ' ORDER BY r.reason) AS reasons
          FROM shift_reminders.reasons r WHERE r.state NOT IN ('pending', 'sent') GROUP BY r.state) x);
  known CONSTANT text := 'ended_unsent, as of ' || md5(states);
BEGIN
  EXECUTE format($make$
CREATE OR REPLACE FUNCTION shift_reminders.ended_unsent(reason text) RETURNS text
LANGUAGE sql IMMUTABLE AS %L
$make$, format('SELECT CASE %s END', states));
  -- Built anew only when a reason has come or gone: the table may be large.
  IF obj_description('public.scheduled_notifications_exception'::regclass, 'pg_class') IS DISTINCT FROM known THEN
    DROP INDEX public.scheduled_notifications_exception;
    EXECUTE format('CREATE INDEX scheduled_notifications_exception ON public.scheduled_notifications ((CASE %s END), scheduled_for DESC, id DESC)
      WHERE processed AND reason <> ''accepted''', states);
    EXECUTE format('COMMENT ON INDEX public.scheduled_notifications_exception IS %L', known);
  END IF;
END
$$;
$step$;
-- functions/portal/explain_person.sql
EXECUTE $step$
-- What "why was X not reminded?" offers to choose from, with every rule: one shift, or the person's around a moment.
CREATE OR REPLACE FUNCTION shift_reminders.explain_person(person uuid, only_shift bigint, around timestamptz)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, notify_type text, start_at timestamptz, end_at timestamptz,
  label text, time_zone text, due_at timestamptz, reminder_id bigint, standing text, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.schedule_id, e.user_id, (SELECT p.display_name FROM shift_reminders.people p WHERE p.user_id = e.user_id LIMIT 1), e.notify_type,
    shift_reminders.showable(e.start_at), shift_reminders.showable(e.end_at), e.label, e.time_zone, e.due_at, e.reminder_id, e.standing, e.reason
  FROM (
    SELECT only_shift AS schedule_id WHERE only_shift IS NOT NULL
    UNION ALL
    (SELECT s.schedule_id FROM shift_reminders.shifts s
     WHERE only_shift IS NULL AND s.user_id = person AND s.start_at > around - interval '14 days' AND s.start_at < around + interval '7 days'
     ORDER BY greatest(s.start_at - around, around - s.start_at) LIMIT 20)) near
  CROSS JOIN LATERAL shift_reminders.expected(NULL, NULL, near.schedule_id) e
  WHERE e.user_id = person OR (person IS NULL AND e.user_id IS NOT NULL) ORDER BY e.due_at DESC NULLS LAST, e.notify_type
$$;
$step$;
-- functions/portal/lost_by_pause.sql
EXECUTE $step$
-- How many reminders would be of no use any more at the end of a pause that begins now and lasts so long.
CREATE OR REPLACE FUNCTION shift_reminders.lost_by_pause(lengths interval[]) RETURNS TABLE (length interval, reminders bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  WITH useful AS MATERIALIZED (
    SELECT shift_reminders.expires_at(shift_reminders.anchor_due_at(d.due_at, r.lead), r.lead, r.grace) AS until FROM shift_reminders.due_within((SELECT max(l) FROM unnest(lengths) AS l)) d
    JOIN shift_reminders.rules r ON r.notify_type = d.notify_type
    UNION ALL
    SELECT q.expires_at FROM shift_reminders.open_reminders() q WHERE q.state = 'pending' AND q.scheduled_for <= shift_reminders.clock() AND q.expires_at > shift_reminders.clock())
  SELECT l, (SELECT count(*) FROM useful u WHERE u.until <= shift_reminders.clock() + l) FROM unnest(lengths) AS l
$$;
$step$;
-- functions/portal/now_board.sql
EXECUTE $step$
-- The whole page Now in one round trip. Without history (the 24 hours) it costs the same whatever the queue has grown to.
-- No JIT: the planner guesses high for ranges it cannot see, and compiling would take longer than the answer.
CREATE OR REPLACE FUNCTION shift_reminders.now_board(with_history boolean DEFAULT true) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  most constant integer := 10001;
BEGIN
  RETURN jsonb_build_object(
    'at', at,
    'pause', (SELECT jsonb_build_object('by', p.started_by) FROM shift_reminders.pause_at(at) p),
    'cron', jsonb_build_object(
      'available', shift_reminders.cron_available(),
      'last_cron_at', (SELECT h.started_at FROM shift_reminders.heartbeats h
                       WHERE h.source = 'cron' AND NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1),
      'first_at', (SELECT min(h.started_at) FROM shift_reminders.heartbeats h),
      'last', (SELECT jsonb_build_object('source', h.source, 'at', h.started_at, 'error', h.error, 'queued', h.added + h.rearmed)
               FROM shift_reminders.heartbeats h WHERE NOT h.busy ORDER BY h.started_at DESC LIMIT 1),
      'last_good_at', (SELECT h.started_at FROM shift_reminders.heartbeats h
                       WHERE NOT h.busy AND h.error IS NULL ORDER BY h.started_at DESC LIMIT 1)),
    'queue', jsonb_build_object(
      'pending', (SELECT count(*) FROM (SELECT 1 FROM shift_reminders.open_reminders() q WHERE q.state = 'pending' LIMIT most) x),
      'sending', (SELECT count(*) FILTER (WHERE x.state = 'sending') FROM (
        -- What is being sent was due first: behind so many there is nothing of it.
        SELECT q.state FROM public.scheduled_notifications q
        WHERE NOT q.processed AND q.reason IS NULL AND q.scheduled_for <= at
        ORDER BY q.scheduled_for, q.expires_at, q.id LIMIT most) x),
      'waiting', (SELECT count(*) FROM (SELECT 1 FROM shift_reminders.open_reminders() q
                  WHERE q.state = 'pending' AND q.scheduled_for <= at AND q.expires_at > at LIMIT most) x),
      'retrying', (SELECT count(*) FROM (SELECT 1 FROM public.scheduled_notifications q
                   WHERE NOT q.processed AND q.reason IS NOT NULL AND q.state = 'pending' AND q.next_attempt_at > at AND q.scheduled_for <= at
                     AND q.expires_at > at LIMIT most) x),
      'oldest_waiting_at', shift_reminders.oldest_waiting_at(at),
      'oldest_due_at', shift_reminders.oldest_due_at(at)),
    'processors', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'host', p.host, 'version', p.version, 'channel', p.channel,
                     'seen_at', p.last_seen_at, 'trouble', p.trouble, 'alive', shift_reminders.is_alive(p.last_seen_at, at)) ORDER BY p.last_seen_at DESC), '[]')
                   FROM shift_reminders.processors p WHERE p.last_seen_at > at - interval '1 day'),
    'channels', (SELECT coalesce(jsonb_agg(jsonb_build_object('channel', c.channel, 'state', c.state, 'reason', c.reason, 'since', c.since,
                   'accepted_at', c.last_accepted_at, 'latency_ms', c.last_latency_ms, 'alarm', c.alarm, 'used', c.used,
                   'troubles', coalesce(w.troubles, '[]'),
                   'platforms', (SELECT coalesce(jsonb_agg(jsonb_build_object('platform', t.platform, 'reason', t.reason, 'since', t.paused_since)), '[]')
                                 FROM shift_reminders.channel_platforms t WHERE t.channel = c.channel)) ORDER BY c.channel), '[]')
                 FROM (SELECT n.channel, coalesce(k.state, 'up') AS state, k.reason, coalesce(k.since, at) AS since, k.last_accepted_at, k.last_latency_ms,
                         k.alarm, bool_or(n.used) AS used
                       -- A channel that has never answered has no row of its own yet.
                       FROM (SELECT x.channel, false AS used FROM shift_reminders.channels x
                             UNION ALL
                             SELECT p.channel, true FROM shift_reminders.processors p WHERE shift_reminders.is_alive(p.last_seen_at, at)) n
                       LEFT JOIN shift_reminders.channels k ON k.channel = n.channel
                       GROUP BY n.channel, k.channel) c
                 LEFT JOIN (SELECT t.channel, jsonb_agg(to_jsonb(t) ORDER BY t.is_down DESC, t.platform) AS troubles
                            FROM shift_reminders.channel_trouble(at) t GROUP BY t.channel) w ON w.channel = c.channel),
    'next_hour', (
      WITH due AS MATERIALIZED (SELECT * FROM shift_reminders.due_within(interval '1 hour'))
      SELECT jsonb_build_object('reminders', count(*), 'people', count(DISTINCT d.user_id), 'first_at', min(d.due_at),
        'unreachable', count(DISTINCT d.user_id) FILTER (WHERE NOT d.reachable),
        -- What comes first: minute by minute and rule by rule.
        'slots', (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.due_at, x.title), '[]') FROM (
          SELECT min(s.due_at) AS due_at, r.notify_type AS kind, r.title, count(*) AS reminders, count(*) FILTER (WHERE NOT s.reachable) AS unreachable
          FROM due s JOIN shift_reminders.rules r ON r.notify_type = s.notify_type
          GROUP BY date_trunc('minute', s.due_at, 'UTC'), r.notify_type, r.title ORDER BY 1, 3 LIMIT 6) x))
      FROM due d),
    'history', CASE WHEN with_history THEN shift_reminders.now_history() END);
END
$$;
$step$;
-- functions/portal/now_history.sql
EXECUTE $step$
-- The last 24 hours: what ended how, how late, why not. Read seldom: it is the one part that grows with the traffic.
CREATE OR REPLACE FUNCTION shift_reminders.now_history() RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  since timestamptz := at - interval '24 hours';
  first_hour timestamptz := date_trunc('hour', at, 'UTC') - interval '23 hours';
BEGIN
  RETURN (
    -- The day is read once; everything below counts in memory.
    WITH day AS MATERIALIZED (
      SELECT q.state, q.reason, q.user_id, q.scheduled_for,
        -- What was sent anew, or could not have been queued in time, is neither late nor on time.
        CASE WHEN q.state = 'sent' AND q.resent_by IS NULL AND NOT (q.armed_at > q.scheduled_for AND shift_reminders.came_late(q.scheduled_for, q.armed_at))
             THEN greatest(0, extract(epoch FROM q.accepted_at - q.scheduled_for))::double precision END AS late
      FROM shift_reminders.due_between(since, 'infinity') q)
    SELECT jsonb_build_object(
      'since', since,
      'lost', (SELECT to_jsonb(x) FROM (
        SELECT count(*) FILTER (WHERE d.state <> 'sent') AS reminders, count(DISTINCT d.user_id) FILTER (WHERE d.state <> 'sent') AS people,
          count(*) AS ended, min(d.scheduled_for) FILTER (WHERE d.state <> 'sent') AS first_at,
          count(*) FILTER (WHERE d.state <> 'sent' AND d.scheduled_for > at - interval '1 hour') AS lately,
          count(*) FILTER (WHERE d.scheduled_for > at - interval '1 hour') AS ended_lately
        FROM day d WHERE d.state IN ('sent', 'failed', 'expired')) x),
      'unaccounted', (SELECT jsonb_agg(jsonb_build_object('day', x.day, 'reminders', u.reminders, 'people', u.people) ORDER BY x.day DESC)
        FROM (SELECT (at AT TIME ZONE shift_reminders.setting('site_time_zone'))::date - back AS day FROM generate_series(0, 1) AS back) x
        CROSS JOIN LATERAL shift_reminders.unaccounted(x.day) u),
      'counts', (SELECT coalesce(jsonb_object_agg(x.state, x.n), '{}') FROM (SELECT d.state, count(*) AS n FROM day d GROUP BY d.state) x),
      'lateness', (SELECT to_jsonb(x) FROM (
        SELECT count(*) AS measured, count(*) FILTER (WHERE d.late <= 5) AS on_time,
          round(percentile_cont(0.5) WITHIN GROUP (ORDER BY d.late)::numeric, 3) AS p50,
          round(percentile_cont(0.95) WITHIN GROUP (ORDER BY d.late)::numeric, 3) AS p95, round(max(d.late)::numeric, 3) AS worst
        FROM day d WHERE d.late IS NOT NULL) x),
      'hours', (SELECT jsonb_agg(jsonb_build_object('from', h.hour, 'sent', coalesce(c.sent, 0), 'failed', coalesce(c.failed, 0),
                                 'other', coalesce(c.other, 0)) ORDER BY h.hour)
        FROM generate_series(first_hour, first_hour + interval '23 hours', interval '1 hour') AS h(hour)
        LEFT JOIN (
          SELECT date_trunc('hour', d.scheduled_for, 'UTC') AS hour, count(*) FILTER (WHERE d.state = 'sent') AS sent,
            count(*) FILTER (WHERE d.state IN ('failed', 'expired')) AS failed, count(*) FILTER (WHERE d.state IN ('skipped', 'cancelled')) AS other
          FROM day d GROUP BY 1) c ON c.hour = h.hour),
      'causes', (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.reminders DESC, x.reason), '[]') FROM (
        SELECT d.state, d.reason, count(*) AS reminders, count(DISTINCT d.user_id) AS people, min(d.scheduled_for) AS first_at, max(d.scheduled_for) AS last_at
        FROM day d WHERE d.state IN ('failed', 'expired') GROUP BY d.state, d.reason) x)));
END
$$;
$step$;
-- functions/portal/reminder_faces.sql
EXECUTE $step$
-- Who, which shift, and how each device stands in the running generation ('untried': registered, not tried yet).
CREATE OR REPLACE FUNCTION shift_reminders.reminder_faces(ids bigint[])
RETURNS TABLE (reminder_id bigint, display_name text, start_at timestamptz, end_at timestamptz, label text, time_zone text, devices text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT q.id, p.display_name, shift_reminders.showable(s.start_at), shift_reminders.showable(s.end_at), s.label, s.time_zone,
    CASE
      WHEN q.attempt_count > 0 THEN ARRAY(
        SELECT t.outcome FROM (
          SELECT DISTINCT ON (e->>'device') e->>'device' AS device, e->>'outcome' AS outcome
          FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) e
          WHERE a.reminder_id = q.id AND a.generation = q.generation
          ORDER BY e->>'device', a.attempt DESC) t
        ORDER BY t.outcome, t.device)
      WHEN q.state IN ('pending', 'sending') THEN ARRAY(
        SELECT 'untried' FROM shift_reminders.devices d WHERE d.user_id = q.user_id)
      ELSE '{}'
    END
  FROM public.scheduled_notifications q
  LEFT JOIN LATERAL (SELECT x.display_name FROM shift_reminders.people x WHERE x.user_id = q.user_id LIMIT 1) p ON true
  -- A shift that was given to somebody else since is still the shift that this reminder was about.
  LEFT JOIN LATERAL (SELECT x.start_at, x.end_at, x.label, x.time_zone FROM shift_reminders.shifts x
    WHERE x.schedule_id = q.schedule_id ORDER BY (x.user_id = q.user_id) DESC NULLS LAST LIMIT 1) s ON true
  WHERE q.id = ANY (ids)
$$;
$step$;
-- functions/portal/unaccounted.sql
EXECUTE $step$
-- Reminders of a day (of shifts that start or end on it, by the site's clock) that should exist, do not, and are of no use any more:
-- those that the next tick can still queue are on their way. expected() decides; it is asked about those shifts only that lack a
-- reminder which their rules ask for and nothing obvious explains.
CREATE OR REPLACE FUNCTION shift_reminders.unaccounted(day date) RETURNS TABLE (reminders bigint, people bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  zone text := shift_reminders.setting('site_time_zone');
  from_at timestamptz := unaccounted.day::timestamp AT TIME ZONE zone;
  to_at timestamptz := (unaccounted.day + 1)::timestamp AT TIME ZONE zone;
  most constant integer := 1000;
BEGIN
  RETURN QUERY
    SELECT count(*), count(DISTINCT e.user_id)
    FROM (
      SELECT DISTINCT s.schedule_id
      FROM (
        SELECT * FROM shift_reminders.shifts x WHERE x.start_at >= from_at AND x.start_at < to_at
        UNION ALL
        SELECT * FROM shift_reminders.shifts x WHERE x.end_at >= from_at AND x.end_at < to_at
          AND (x.start_at >= from_at AND x.start_at < to_at) IS NOT TRUE) s
      CROSS JOIN shift_reminders.rules r
      CROSS JOIN LATERAL (SELECT shift_reminders.anchor_of(r.anchor, s.start_at, s.end_at) AS anchor) a
      CROSS JOIN LATERAL (SELECT shift_reminders.expires_at(a.anchor, r.lead, r.grace) AS expiry) e
      WHERE r.enabled AND s.user_id IS NOT NULL AND shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, a.anchor) IS NULL
        AND e.expiry <= at AND e.expiry > r.watched_since
        AND NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                        WHERE q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = r.notify_type)
        AND NOT EXISTS (SELECT 1 FROM shift_reminders.attendance t
                        WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type AND shift_reminders.logged_for(t.user_id, s.user_id)
                          AND shift_reminders.logged_in_time(t.logged_at, e.expiry))
      LIMIT most) c
    CROSS JOIN LATERAL shift_reminders.expected(from_at, to_at, c.schedule_id) e
    WHERE e.standing = 'missing' AND e.expires_at <= at;
END
$$;
$step$;
-- functions/processors/is_alive.sql
EXECUTE $step$
-- Whether a processor lives: it beats every ten seconds, and may miss two.
CREATE OR REPLACE FUNCTION shift_reminders.is_alive(last_seen_at timestamptz, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS 'SELECT $1 > $2 - interval ''30 seconds''';
$step$;
-- functions/processors/processor_beat.sql
EXECUTE $step$
-- trouble: why this processor cannot reach its channel; NULL: it can.
-- seconds_since_tick: since the last tick without an error; seconds_since_stand_in: since a watchdog ticked, with whatever result.
DROP FUNCTION IF EXISTS shift_reminders.processor_beat(text, text, text, text);
CREATE OR REPLACE FUNCTION shift_reminders.processor_beat(worker text, host text, version text, channel text, trouble text DEFAULT NULL)
RETURNS TABLE (alive integer, paused boolean, channel_down text, seconds_since_tick double precision,
  seconds_since_stand_in double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  INSERT INTO shift_reminders.processors AS p (name, host, version, channel, started_at, last_seen_at, trouble, trouble_since)
  VALUES (processor_beat.worker, processor_beat.host, processor_beat.version, processor_beat.channel, at, at,
    left(processor_beat.trouble, 300), CASE WHEN processor_beat.trouble IS NOT NULL THEN at END)
  ON CONFLICT (name) DO UPDATE SET last_seen_at = at, channel = excluded.channel, version = excluded.version, host = excluded.host,
    trouble = excluded.trouble, trouble_since = CASE WHEN excluded.trouble IS NOT NULL THEN coalesce(p.trouble_since, at) END;
  RETURN QUERY SELECT
    (SELECT count(*)::integer FROM shift_reminders.processors p WHERE shift_reminders.is_alive(p.last_seen_at, at)
       AND p.channel = processor_beat.channel),
    shift_reminders.paused(at),
    (SELECT coalesce(c.reason, 'down') FROM shift_reminders.channels c WHERE c.channel = processor_beat.channel AND c.state = 'down'),
    (SELECT extract(epoch FROM at - max(h.started_at))::double precision FROM shift_reminders.heartbeats h WHERE NOT h.busy AND h.error IS NULL),
    -- Longer ago it says nothing, and every beat would look through all ticks for it.
    (SELECT extract(epoch FROM at - max(h.started_at))::double precision FROM shift_reminders.heartbeats h
     WHERE NOT h.busy AND h.source = 'watchdog' AND h.started_at > at - interval '10 minutes');
END
$$;
$step$;
-- functions/queue/attended_by.sql
EXECUTE $step$
-- Whether that which makes the reminder superfluous was logged by then.
CREATE OR REPLACE FUNCTION shift_reminders.attended_by(shift bigint, who uuid, rule text, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.rules r JOIN shift_reminders.attendance a ON a.type = r.skip_type
    WHERE r.notify_type = rule AND a.schedule_id = shift AND shift_reminders.logged_for(a.user_id, who)
      AND shift_reminders.logged_in_time(a.logged_at, moment))
$$;
$step$;
-- functions/queue/attended_reason.sql
EXECUTE $step$
-- The reason of a reminder that was superfluous, by what was logged.
CREATE OR REPLACE FUNCTION shift_reminders.attended_reason(type text) RETURNS text
LANGUAGE sql IMMUTABLE AS '
  SELECT CASE $1 WHEN ''check_in'' THEN ''checked_in'' WHEN ''check_out'' THEN ''checked_out'' ELSE ''attendance_logged'' END';
$step$;
-- functions/queue/begin_generation.sql
EXECUTE $step$
-- The caller holds the rows' locks. Arrays are parallel. A shift that moves back to the time that the devices were last
-- told is not told of once more: its generation is sent as it begins.
CREATE OR REPLACE FUNCTION shift_reminders.begin_generation(
  ids bigint[], anchors timestamptz[], dues timestamptz[], expiries timestamptz[], whys text[], at timestamptz,
  new_target text DEFAULT 'all', asked_by text DEFAULT NULL, checked_in_too boolean DEFAULT false, begun_too boolean DEFAULT false)
RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  begun integer;
BEGIN
  INSERT INTO shift_reminders.generations (reminder_id, generation, state, reason, anchor_at, scheduled_for, expires_at,
                                           armed_at, ended_at, accepted_at, why)
  SELECT q.id, q.generation,
    CASE WHEN q.accepted_at IS NOT NULL THEN 'sent' WHEN q.processed THEN q.state ELSE 'cancelled' END,
    CASE WHEN q.processed THEN q.reason WHEN q.accepted_at IS NOT NULL THEN 'partial' ELSE 'superseded' END,
    q.anchor_at, q.scheduled_for, q.expires_at, q.armed_at, coalesce(q.processed_at, at), q.accepted_at, n.why
  FROM unnest(ids, whys) AS n(id, why)
  JOIN public.scheduled_notifications q ON q.id = n.id;

  UPDATE public.scheduled_notifications q SET
    generation = q.generation + 1,
    state = CASE WHEN n.told_at IS NOT NULL THEN 'sent' WHEN n.expires_at <= at THEN 'expired' ELSE 'pending' END,
    reason = CASE WHEN n.told_at IS NOT NULL THEN n.told WHEN n.expires_at <= at THEN 'moved_too_late' END,
    processed = n.told_at IS NOT NULL OR n.expires_at <= at,
    processed_at = CASE WHEN n.told_at IS NOT NULL OR n.expires_at <= at THEN at END,
    anchor_at = n.anchor_at, scheduled_for = n.due, next_attempt_at = n.due, expires_at = n.expires_at, armed_at = at,
    attempt_count = 0, retry_count = 0, held_devices = 0, accepted_at = n.told_at, last_error = NULL,
    claim_token = NULL, claimed_by = NULL, claimed_at = NULL, lease_until = NULL, pending_change = NULL,
    target = new_target, resent_by = asked_by, although_checked_in = checked_in_too, although_begun = begun_too
  FROM (
    SELECT m.*, b.accepted_at AS told_at, b.reason AS told
    FROM unnest(ids, anchors, dues, expiries) AS m(id, anchor_at, due, expires_at)
    JOIN public.scheduled_notifications o ON o.id = m.id
    LEFT JOIN LATERAL (
      -- What may have arrived counts as well: the phone may then show that time, and has to be told anew.
      SELECT g.anchor_at, g.accepted_at, g.reason FROM shift_reminders.generations g
      WHERE g.reminder_id = m.id AND (g.accepted_at IS NOT NULL OR shift_reminders.may_have_arrived(g.reminder_id, g.generation))
      ORDER BY g.generation DESC LIMIT 1) b ON asked_by IS NULL AND o.anchor_at <> m.anchor_at AND b.anchor_at = m.anchor_at) n
  WHERE q.id = n.id;
  GET DIAGNOSTICS begun = ROW_COUNT;

  INSERT INTO public.notification_pushes (notification_id, created_at, payload, state, reminder_id, generation)
  SELECT shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type), at, '{}', 'ours', q.id, q.generation
  FROM public.scheduled_notifications q WHERE q.id = ANY (ids) AND q.state = 'sent'
  ON CONFLICT (notification_id) DO NOTHING;
  RETURN begun;
END
$$;
$step$;
-- functions/queue/complete_foreign_row.sql
EXECUTE $step$
-- A row inserted the plan's way (no anchor, no expiry) gets what the rule says.
CREATE OR REPLACE FUNCTION shift_reminders.complete_foreign_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rule shift_reminders.rules;
BEGIN
  SELECT * INTO rule FROM shift_reminders.rules r WHERE r.notify_type = NEW.notify_type;
  NEW.anchor_at := coalesce(NEW.anchor_at, (
    SELECT shift_reminders.anchor_of(rule.anchor, s.start_at, s.end_at) FROM shift_reminders.shifts s
    WHERE s.schedule_id = NEW.schedule_id AND s.user_id = NEW.user_id LIMIT 1), NEW.scheduled_for);
  NEW.scheduled_for := coalesce(shift_reminders.due_at(NEW.anchor_at, rule.lead), NEW.scheduled_for);
  NEW.expires_at := coalesce(NEW.expires_at, NEW.scheduled_for + coalesce(rule.grace, interval '15 minutes'));
  NEW.next_attempt_at := coalesce(NEW.next_attempt_at, NEW.scheduled_for);
  NEW.armed_at := coalesce(NEW.armed_at, shift_reminders.clock());
  IF NEW.processed AND NEW.state = 'pending' THEN
    NEW.state := 'sent';
    NEW.reason := 'foreign';
    NEW.processed_at := coalesce(NEW.processed_at, NEW.armed_at);
  END IF;
  RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER foreign_row BEFORE INSERT ON public.scheduled_notifications
  FOR EACH ROW WHEN (NEW.armed_at IS NULL OR NEW.anchor_at IS NULL OR NEW.expires_at IS NULL OR NEW.next_attempt_at IS NULL)
  EXECUTE FUNCTION shift_reminders.complete_foreign_row();
$step$;
-- functions/queue/done_devices.sql
EXECUTE $step$
-- The devices that need nothing more in this generation; for a resend to the missing ones, those that ever accepted.
CREATE OR REPLACE FUNCTION shift_reminders.done_devices(reminder bigint, of_generation integer, for_target text) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(array_agg(x->>'device'), '{}')
  FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
  WHERE a.reminder_id = reminder
    AND ((a.generation = of_generation AND x->>'outcome' IN ('accepted', 'gone', 'mismatch', 'rejected'))
         OR (for_target = 'missing' AND x->>'outcome' = 'accepted'))
$$;
$step$;
-- functions/queue/due_between.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.due_between(after timestamptz, up_to timestamptz) RETURNS SETOF public.scheduled_notifications
LANGUAGE sql STABLE AS '
  SELECT * FROM public.scheduled_notifications WHERE processed AND scheduled_for > after AND scheduled_for <= up_to
  UNION ALL
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NULL AND scheduled_for > after AND scheduled_for <= up_to
  UNION ALL
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NOT NULL AND scheduled_for > after AND scheduled_for <= up_to';
$step$;
-- functions/queue/judge.sql
EXECUTE $step$
-- The same for reminders that are not at hand: those that exist.
CREATE OR REPLACE FUNCTION shift_reminders.judge(ids bigint[])
RETURNS TABLE (reminder_id bigint, verdict text, live_anchor timestamptz)
LANGUAGE sql STABLE ROWS 500 SET search_path = pg_catalog, pg_temp
AS $$
  SELECT (j.reminder).id, j.verdict, j.live_anchor
  FROM shift_reminders.judge_rows(ARRAY(SELECT q FROM public.scheduled_notifications q WHERE q.id = ANY (ids))) j
$$;
$step$;
-- functions/queue/judge_one.sql
EXECUTE $step$
-- What should become of one reminder: 'deliver', 'moved', or the reason why it must not be sent. A string body without
-- SET, so that it is inlined: what a claim judges is part of the claim's own statement.
-- LIMIT keeps each a look-up per reminder: hashing a host's whole shift table for a handful of rows is the trap. And by
-- the shift, never by the person, who may have a thousand of them: IS NOT DISTINCT uses no index.
CREATE OR REPLACE FUNCTION shift_reminders.judge_one(
  schedule_id bigint, user_id uuid, anchor_at timestamptz, although_checked_in boolean,
  rule text, rule_enabled boolean, rule_anchor text, rule_skips text)
RETURNS TABLE (verdict text, live_anchor timestamptz, start_at timestamptz, end_at timestamptz, label text, time_zone text,
               display_name text, locale text)
LANGUAGE sql STABLE ROWS 1 AS '
  SELECT
    CASE
      WHEN $5 IS NULL THEN ''unknown_type''
      WHEN NOT $6 THEN ''rule_disabled''
      WHEN s.schedule_id IS NULL THEN
        CASE WHEN EXISTS (SELECT 1 FROM shift_reminders.shifts x WHERE x.schedule_id = $1)
             THEN ''reassigned'' ELSE ''shift_gone'' END
      WHEN f.fault IS NOT NULL THEN f.fault
      WHEN l.anchor <> $3 THEN ''moved''
      WHEN NOT $4 AND EXISTS (
        SELECT 1 FROM shift_reminders.attendance a
        WHERE a.schedule_id = $1 AND a.type = $8 AND shift_reminders.logged_for(a.user_id, $2))
        THEN shift_reminders.attended_reason($8)
      WHEN p.reminders_off THEN ''opted_out''
      ELSE ''deliver''
    END,
    l.anchor, s.start_at, s.end_at, s.label, s.time_zone, p.display_name, p.locale
  FROM (SELECT 1) one
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.shifts x
                     WHERE x.schedule_id = $1 AND x.user_id IS NOT DISTINCT FROM $2 LIMIT 1) s ON true
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = $2 LIMIT 1) p ON true
  CROSS JOIN LATERAL (SELECT shift_reminders.anchor_of($7, s.start_at, s.end_at) AS anchor) l
  CROSS JOIN LATERAL (SELECT shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, l.anchor) AS fault) f';
$step$;
-- functions/queue/judge_rows.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.judge_rows(reminders public.scheduled_notifications[])
RETURNS TABLE (reminder public.scheduled_notifications, verdict text, live_anchor timestamptz, start_at timestamptz, end_at timestamptz,
               label text, time_zone text, display_name text, locale text)
-- One plan for good: a look-up per reminder is right for one and for a hundred thousand, and planning it anew for each
-- batch costs as much as a tenth of the batch.
LANGUAGE plpgsql STABLE ROWS 500 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT q, j.*
  FROM unnest(reminders) q
  LEFT JOIN shift_reminders.rules r ON r.notify_type = q.notify_type
  CROSS JOIN LATERAL shift_reminders.judge_one(
    q.schedule_id, q.user_id, q.anchor_at, q.although_checked_in, r.notify_type, r.enabled, r.anchor, r.skip_type) j;
END
$$;
$step$;
-- functions/queue/logged_for.sql
EXECUTE $step$
-- Whether a row of attendance is about this person: one without a person is about whoever has the shift.
CREATE OR REPLACE FUNCTION shift_reminders.logged_for(logged_by uuid, who uuid) RETURNS boolean
LANGUAGE sql IMMUTABLE AS 'SELECT $1 IS NULL OR $1 = $2';
$step$;
-- functions/queue/logged_in_time.sql
EXECUTE $step$
-- Whether a row of attendance made a reminder superfluous: who checked in after it could have come had still needed it. One
-- without a time counts.
CREATE OR REPLACE FUNCTION shift_reminders.logged_in_time(logged_at timestamptz, expires_at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE AS 'SELECT $1 IS NULL OR $1 <= $2';
$step$;
-- functions/queue/mark_state.sql
EXECUTE $step$
-- in_flight, delivered or foreign. Told by the reminder, and not written into the mark a second time: its generation was
-- accepted by a device, or not (yet).
CREATE OR REPLACE FUNCTION shift_reminders.mark_state(mark public.notification_pushes) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN mark.state = 'foreign' THEN 'foreign'
    WHEN EXISTS (SELECT 1 FROM public.scheduled_notifications q
                 WHERE q.id = mark.reminder_id AND q.generation = mark.generation AND q.accepted_at IS NOT NULL)
      OR EXISTS (SELECT 1 FROM shift_reminders.generations g
                 WHERE g.reminder_id = mark.reminder_id AND g.generation = mark.generation AND g.accepted_at IS NOT NULL) THEN 'delivered'
    ELSE 'in_flight' END
$$;
$step$;
-- functions/queue/may_have_arrived.sql
EXECUTE $step$
-- Whether a device may have got this generation, although none is known to have.
CREATE OR REPLACE FUNCTION shift_reminders.may_have_arrived(reminder bigint, of_generation integer) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.attempts a LEFT JOIN LATERAL jsonb_array_elements(a.devices) x ON true
    WHERE a.reminder_id = reminder AND a.generation = of_generation
      AND (a.outcome = 'lost' OR shift_reminders.may_have_reached(x->>'outcome', (x->>'http')::integer)))
$$;
$step$;
-- functions/queue/notification_id.sql
EXECUTE $step$
-- The name of a reminder in marks, messages and logs; the phone's collapse key.
CREATE OR REPLACE FUNCTION shift_reminders.notification_id(schedule_id bigint, user_id uuid, notify_type text) RETURNS text
LANGUAGE sql IMMUTABLE AS 'SELECT ''shift-'' || $1::text || ''-'' || $2::text || ''-'' || $3';
$step$;
-- functions/queue/oldest_waiting_at.sql
EXECUTE $step$
-- Since when the reminder that has waited longest could have been sent: not before it was queued, so a shift that was entered
-- late has not waited from its due time, and not before a pause ended. NULL: none waits.
CREATE OR REPLACE FUNCTION shift_reminders.oldest_waiting_at(at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT min(w.waits_since) FROM (
    SELECT greatest(q.next_attempt_at, q.armed_at, (SELECT max(p.ended_at) FROM shift_reminders.pauses p WHERE p.ended_at <= at)) AS waits_since
    FROM shift_reminders.open_reminders() q
    WHERE q.state = 'pending' AND q.next_attempt_at <= at AND q.scheduled_for <= at AND q.expires_at > at LIMIT 10001) w
$$;
$step$;
-- functions/queue/open_reminders.sql
EXECUTE $step$
-- Open reminders, and all that are due in a span of time: a branch for each of the indexes above. The string bodies are
-- inlined, so that what the caller asks for besides reaches the indexes too.
CREATE OR REPLACE FUNCTION shift_reminders.open_reminders() RETURNS SETOF public.scheduled_notifications
LANGUAGE sql STABLE AS '
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NULL
  UNION ALL
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NOT NULL';
$step$;
-- functions/queue/pause_at.sql
EXECUTE $step$
-- The pause that holds: not one whose time is up, although no tick may have ended it yet. Inlined.
CREATE OR REPLACE FUNCTION shift_reminders.pause_at(at timestamptz) RETURNS SETOF shift_reminders.pauses
LANGUAGE sql STABLE AS '
  SELECT * FROM shift_reminders.pauses p WHERE p.ended_at IS NULL AND (p.until IS NULL OR p.until > at)';
$step$;
-- functions/queue/paused.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.paused(at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM shift_reminders.pause_at(paused.at));
END
$$;
$step$;
-- functions/queue/shift_fault.sql
EXECUTE $step$
-- Why nobody is to be reminded of a shift, whoever it belongs to: a reason, or NULL. The bounds also keep date arithmetic on
-- absurd times from failing a whole batch.
CREATE OR REPLACE FUNCTION shift_reminders.shift_fault(is_active boolean, start_at timestamptz, end_at timestamptz, anchor timestamptz)
RETURNS text
LANGUAGE sql STABLE AS '
  SELECT CASE
    WHEN NOT $1 THEN ''shift_inactive''
    WHEN $4 IS NULL OR $3 < $2 OR $4 NOT BETWEEN ''1970-01-01 00:00+00'' AND ''3000-01-01 00:00+00'' THEN ''bad_times'' END';
$step$;
-- functions/queue/take_foreign_outcome.sql
EXECUTE $step$
-- The plan's own worker knows nothing of states: it says processed = true. During a cut-over that has to mean something.
CREATE OR REPLACE FUNCTION shift_reminders.take_foreign_outcome() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NEW.state = 'sending' OR EXISTS (
    SELECT 1 FROM public.notification_pushes p WHERE p.reminder_id = NEW.id AND p.state <> 'foreign'
      AND p.notification_id = shift_reminders.notification_id(NEW.schedule_id, NEW.user_id, NEW.notify_type)) THEN
    -- The mark is ours, so that worker was told "already pushed" and has sent nothing. If we believed it, a transient
    -- failure of ours would lose the reminder; our own recording decides.
    NEW.processed := false;
    NEW.processed_at := OLD.processed_at;
    RETURN NEW;
  END IF;
  NEW.state := 'sent';
  NEW.reason := 'foreign';
  NEW.processed_at := coalesce(NEW.processed_at, shift_reminders.clock());
  RETURN NEW;
END
$$;
-- OF processed: a claim, which leaves it alone, is spared the look.
CREATE OR REPLACE TRIGGER foreign_outcome BEFORE UPDATE OF processed ON public.scheduled_notifications
  FOR EACH ROW WHEN (NEW.processed AND NOT OLD.processed AND NEW.state IN ('pending', 'sending'))
  EXECUTE FUNCTION shift_reminders.take_foreign_outcome();
$step$;
-- functions/queue/try_mark_notification_pushed.sql
EXECUTE $step$
-- True exactly once per notification id: the caller may push. Ours or anybody's mark answers false.
DO $$
DECLARE
  old record;
BEGIN
  -- An older overload, or another result type: CREATE OR REPLACE would leave it beside ours or fail.
  FOR old IN SELECT p.oid::regprocedure AS signature FROM pg_catalog.pg_proc p
             WHERE p.pronamespace = 'public'::regnamespace AND p.proname = 'try_mark_notification_pushed'
               AND (pg_catalog.pg_get_function_identity_arguments(p.oid) <> 'nid text, payload jsonb'
                    OR p.prorettype <> 'boolean'::regtype) LOOP
    EXECUTE pg_catalog.format('DROP FUNCTION %s', old.signature);
  END LOOP;
END
$$;
CREATE OR REPLACE FUNCTION public.try_mark_notification_pushed(nid text, payload jsonb DEFAULT '{}')
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.notification_pushes (notification_id, created_at, payload, state)
  VALUES (try_mark_notification_pushed.nid, shift_reminders.clock(), try_mark_notification_pushed.payload, 'foreign')
  ON CONFLICT (notification_id) DO NOTHING;
  RETURN FOUND;
END
$$;
-- At once: in public, a project's default privileges give it to everybody who may call the Data API.
DO $$
BEGIN
  EXECUTE (SELECT 'REVOKE ALL ON FUNCTION public.try_mark_notification_pushed(text, jsonb) FROM PUBLIC' || coalesce(string_agg(', ' || rolname, ''), '')
           FROM pg_catalog.pg_roles WHERE rolname IN ('anon', 'authenticated'));
END
$$;
$step$;
-- functions/record/backoff.sql
EXECUTE $step$
DROP FUNCTION IF EXISTS shift_reminders.backoff(integer);
-- How long to wait after a failure: seconds at first, as most faults are short, with jitter. Then the attempts that are left
-- are spread over the time that is left, and the last one waits for its end, so that an outage does not use them up.
CREATE OR REPLACE FUNCTION shift_reminders.backoff(failures integer, attempts_left integer, time_left interval) RETURNS interval
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN attempts_left <= 1 THEN time_left
    WHEN failures <= 4 THEN make_interval(secs => (ARRAY[5, 15, 45, 120])[greatest(failures, 1)] * (0.8 + 0.4 * random()))
    ELSE greatest(interval '2 minutes', time_left / attempts_left) END
$$;
$step$;
-- functions/record/decide.sql
EXECUTE $step$
-- What one attempt means for the state: the table of the design, row by row; the first row that holds is the verdict.
CREATE OR REPLACE FUNCTION shift_reminders.decide(results shift_reminders.result[], at timestamptz)
RETURNS shift_reminders.decision[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN (
  SELECT array_agg(ROW(r.reminder_id, r.nid,
    CASE WHEN v.verdict = 'wait' THEN 'pending'
         WHEN v.verdict IN ('accepted', 'partial') THEN 'sent'
         WHEN v.verdict IN ('cancelled_by_admin', 'superseded') THEN 'cancelled'
         WHEN v.verdict = 'channel_down' THEN 'expired'
         ELSE 'failed' END,
    CASE WHEN v.verdict <> 'wait' THEN v.verdict
         WHEN r.project > 0 THEN 'channel_down'
         WHEN r.costs = 0 AND (r.platform > 0 OR r.held_devices > 0) THEN 'platform_paused'
         WHEN r.costs > 0 THEN 'retry' END,
    t.retry_at, c.failures,
    coalesce(r.accepted_at, CASE WHEN r.accepted > 0 THEN at - coalesce(r.accepted_age_ms, 0) * interval '1 millisecond' END),
    c.ever,
    -- Only when no attempt of this generation can have reached anybody.
    v.verdict NOT IN ('accepted', 'partial') AND NOT c.ever AND r.possibly_delivered = 0
      AND (r.attempt = 1 OR NOT shift_reminders.may_have_arrived(r.reminder_id, r.generation)),
    r.detail, (r.change->>'anchor_at')::timestamptz)::shift_reminders.decision)
  FROM unnest(results) r
  CROSS JOIN LATERAL (SELECT
    r.accepted_at IS NOT NULL OR r.accepted > 0 AS ever,
    r.again + r.held_devices AS again,
    r.failures + CASE WHEN r.costs > 0 THEN 1 ELSE 0 END AS failures) c
  CROSS JOIN LATERAL (SELECT r.expires_at - interval '5 seconds' AS last_try) l
  CROSS JOIN LATERAL (SELECT CASE
      WHEN r.costs > 0 THEN greatest(shift_reminders.backoff(c.failures, r.max_attempts - c.failures, l.last_try - at),
        make_interval(secs => coalesce(r.retry_after, CASE WHEN r.quota THEN 60 + 10 * random() ELSE 0 END)))
      WHEN r.project > 0 THEN interval '5 seconds'
      WHEN r.platform > 0 OR r.held_devices > 0 THEN interval '15 seconds' END AS wait) w
  -- Whoever asks for a longer wait than the reminder is useful for gets one try more, just before it is too late.
  CROSS JOIN LATERAL (SELECT
    CASE WHEN w.wait IS NULL THEN at ELSE least(at + w.wait, l.last_try) END AS retry_at,
    at < CASE WHEN w.wait IS NULL THEN r.expires_at ELSE l.last_try END AS in_time) t
  CROSS JOIN LATERAL (SELECT CASE
      WHEN c.again > 0 AND c.failures < r.max_attempts + CASE WHEN r.costs > 0 THEN 0 ELSE 1 END
        AND t.in_time AND r.change IS NULL THEN 'wait'
      WHEN c.ever AND (c.again > 0 OR r.gone + r.mismatch + r.rejected > 0
        OR (r.attempt > 1 AND EXISTS (
          SELECT 1 FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
          WHERE a.reminder_id = r.reminder_id AND a.generation = r.generation AND x->>'outcome' IN ('gone', 'mismatch', 'rejected')))) THEN 'partial'
      WHEN c.ever THEN 'accepted'
      -- Whatever the failure was: a reversible one would bring back what an admin has cancelled.
      WHEN r.change->>'kind' = 'cancel' THEN 'cancelled_by_admin'
      WHEN c.again > 0 AND r.change->>'kind' = 'moved' THEN 'superseded'
      WHEN c.again > 0 AND NOT t.in_time AND r.project > 0 AND c.failures = 0 THEN 'channel_down'
      WHEN c.again > 0 AND NOT t.in_time THEN 'out_of_time'
      WHEN c.again > 0 THEN 'attempts_used_up'
      WHEN r.rejected > 0 THEN 'rejected'
      WHEN r.gone > 0 THEN 'unregistered'
      WHEN r.mismatch > 0 THEN 'sender_mismatch'
      ELSE 'no_device' END AS verdict OFFSET 0) v);
END
$$;
$step$;
-- functions/record/gather_results.sql
EXECUTE $step$
-- What came back, one row per reminder, told apart by whether its claim still holds. Arrays as in record_attempts.
CREATE OR REPLACE FUNCTION shift_reminders.gather_results(
  held public.scheduled_notifications[], reminder_ids bigint[], claim_tokens uuid[], generations integer[], attempts integer[],
  device_of integer[], device_ids text[], platforms text[], outcomes text[], codes text[], http_statuses integer[],
  message_ids text[], latencies_ms integer[], retry_after_s double precision[], details text[], ages_ms integer[],
  OUT ours shift_reminders.result[], OUT late shift_reminders.result[])
-- Planned once, for arrays of unknown length, which the planner takes for ten rows: a nested loop over two arrays of
-- 500 would be 250,000 comparisons.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_nestloop = off
AS $$
BEGIN
  -- Ours by token, not by reminder: a worker may hand in a lost claim's results together with those of the claim it has now.
  SELECT array_agg(i.result) FILTER (WHERE i.is_ours), array_agg(i.result) FILTER (WHERE NOT i.is_ours)
  INTO ours, late
  FROM (
    SELECT h.state = 'sending' AND h.claim_token = r.token AS is_ours,
      ROW(r.id, r.token, r.generation, r.attempt, coalesce(s.devices, '[]'),
        coalesce(s.accepted, 0), coalesce(s.again, 0), coalesce(s.costs, 0), coalesce(s.gone, 0), coalesce(s.mismatch, 0),
        coalesce(s.rejected, 0), coalesce(s.platform, 0), coalesce(s.project, 0), coalesce(s.possibly, 0),
        s.retry_after, s.quota, s.age, s.detail, coalesce(s.outcome, 'not_attempted'),
        shift_reminders.notification_id(h.schedule_id, h.user_id, h.notify_type), h.claimed_by, h.claimed_at, h.accepted_at,
        h.expires_at, h.retry_count, coalesce(u.max_attempts, 1), h.held_devices, h.pending_change)::shift_reminders.result AS result
    FROM unnest(reminder_ids, claim_tokens, generations, attempts) WITH ORDINALITY AS r(id, token, generation, attempt, place)
    JOIN unnest(held) h ON h.id = r.id
    LEFT JOIN shift_reminders.rules u ON u.notify_type = h.notify_type
    LEFT JOIN (
      SELECT d.whose,
        -- Written as text and read once: a third of what jsonb_build_object, jsonb_strip_nulls and jsonb_agg cost.
        ('[' || string_agg(concat('{"device":', to_json(d.id), ',"platform":' || to_json(d.platform), ',"outcome":' || to_json(d.outcome),
          ',"code":' || to_json(d.code), ',"http":' || d.http, ',"message_id":' || to_json(d.message), ',"ms":' || d.ms,
          ',"retry_after":' || to_json(d.retry_after), ',"detail":' || to_json(d.detail), '}'), ',') || ']')::jsonb AS devices,
        (count(*) FILTER (WHERE d.outcome = 'accepted'))::integer AS accepted,
        (count(*) FILTER (WHERE d.outcome IN ('transient', 'unknown', 'platform_credentials', 'project_credentials', 'not_attempted')))::integer AS again,
        -- A credential fault is ours, not the reminder's, unless there is no platform whose pause could hold it back.
        (count(*) FILTER (WHERE d.outcome IN ('transient', 'unknown') OR d.outcome = 'platform_credentials' AND d.platform IS NULL))::integer AS costs,
        (count(*) FILTER (WHERE d.outcome = 'gone'))::integer AS gone,
        (count(*) FILTER (WHERE d.outcome = 'mismatch'))::integer AS mismatch,
        (count(*) FILTER (WHERE d.outcome = 'rejected'))::integer AS rejected,
        (count(*) FILTER (WHERE d.outcome = 'platform_credentials' AND d.platform IS NOT NULL))::integer AS platform,
        (count(*) FILTER (WHERE d.outcome = 'project_credentials'))::integer AS project,
        (count(*) FILTER (WHERE shift_reminders.may_have_reached(d.outcome, d.http)))::integer AS possibly,
        max(d.retry_after) AS retry_after,
        bool_or(d.http = 429) AS quota,
        max(d.age) FILTER (WHERE d.outcome = 'accepted') AS age,
        left(string_agg(DISTINCT d.detail, '; ') FILTER (WHERE d.outcome <> 'accepted'), 1000) AS detail,
        CASE WHEN count(*) = count(*) FILTER (WHERE d.outcome = 'accepted') THEN 'accepted'
             WHEN bool_or(d.outcome = 'accepted') THEN 'partial' ELSE min(d.outcome) END AS outcome
      FROM unnest(device_of, device_ids, platforms, outcomes, codes, http_statuses, message_ids, latencies_ms, retry_after_s, details,
                  coalesce(ages_ms, array_fill(0, ARRAY[coalesce(cardinality(device_of), 0)])))
        AS d(whose, id, platform, outcome, code, http, message, ms, retry_after, detail, age)
      GROUP BY d.whose) s ON s.whose = r.place) i;
END
$$;
$step$;
-- functions/record/may_have_reached.sql
EXECUTE $step$
-- Whether a device may have got the message after this answer: an answer was lost, or a server failed after it had taken the
-- request. 503 says that it did not take it.
CREATE OR REPLACE FUNCTION shift_reminders.may_have_reached(outcome text, http integer) RETURNS boolean
LANGUAGE sql IMMUTABLE AS '
  SELECT $1 IN (''accepted'', ''unknown'') OR $1 = ''transient'' AND $2 >= 500 AND $2 <> 503';
$step$;
-- functions/record/notify_pages.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.notify_pages(at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE shift_reminders.page_notices n SET notified_at = at
  WHERE n.only_one = (SELECT o.only_one FROM shift_reminders.page_notices o
                      WHERE o.notified_at <= at - interval '1 second' OR o.notified_at > at FOR UPDATE SKIP LOCKED);
  IF FOUND THEN PERFORM shift_reminders.hint('shift_reminders_changed', ''); END IF;
END
$$;
$step$;
-- functions/record/record_accepted.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.record_accepted(
  channel text, reminder_ids bigint[], claim_tokens uuid[], devices jsonb[], ages_ms integer[], latencies_ms integer[])
RETURNS integer[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  recorded integer[];
  waits text := current_setting('lock_timeout');
BEGIN
  BEGIN
    PERFORM set_config('lock_timeout', '50ms', true);
    WITH ended AS (
      UPDATE public.scheduled_notifications q SET
        state = 'sent', reason = 'accepted', processed = true, processed_at = at,
        accepted_at = at - r.age_ms * interval '1 millisecond', claim_token = NULL, lease_until = NULL
      FROM unnest(reminder_ids, claim_tokens, devices, ages_ms) WITH ORDINALITY AS r(id, token, devices, age_ms, place)
      WHERE q.id = r.id AND q.state = 'sending' AND q.claim_token = r.token
        AND q.attempt_count = 1 AND q.accepted_at IS NULL AND q.held_devices = 0 AND q.pending_change IS NULL
      RETURNING q.id, q.generation, r.token, q.claimed_by, q.claimed_at, r.devices, r.place
    ), kept AS (
      INSERT INTO shift_reminders.attempts (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, channel, outcome, devices)
      SELECT e.id, e.generation, 1, e.token, e.claimed_by, e.claimed_at, at, record_accepted.channel, 'accepted', e.devices FROM ended e)
    SELECT array_agg(e.place::integer) INTO recorded FROM ended e;
  EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    recorded := NULL; -- record_attempts passes over what is locked.
  END;
  PERFORM set_config('lock_timeout', waits, true);
  IF recorded IS NOT NULL THEN
    -- Asked here as well, so that nothing is made of the usual batch.
    IF NOT shift_reminders.noted_as_healthy(record_accepted.channel, at) THEN
      PERFORM shift_reminders.note_channel(record_accepted.channel, NULL, NULL, NULL, NULL,
        array_fill('accepted'::text, ARRAY[cardinality(recorded)]), NULL, ARRAY(SELECT latencies_ms[r] FROM unnest(recorded) r), at);
    END IF;
    PERFORM shift_reminders.count_accepted(record_accepted.channel, devices, recorded, at);
    PERFORM shift_reminders.notify_pages(at);
  END IF;
  RETURN coalesce(recorded, '{}');
END
$$;
$step$;
-- functions/record/record_attempts.sql
EXECUTE $step$
-- Arrays 1 to 4 are parallel, one entry per reminder; the others one entry per device, device_of telling whose.
-- Idempotent: the same results recorded twice change nothing the second time.
-- state 'busy' in the answer: another session holds the row just now; record this one again.
CREATE OR REPLACE FUNCTION shift_reminders.record_attempts(
  worker text, channel text, reminder_ids bigint[], claim_tokens uuid[], generations integer[], attempts integer[],
  device_of integer[], device_ids text[], platforms text[], outcomes text[], codes text[], http_statuses integer[],
  message_ids text[], latencies_ms integer[], retry_after_s double precision[], details text[], ages_ms integer[] DEFAULT NULL)
RETURNS TABLE (reminder_id bigint, state text, reason text, retry_in double precision, fenced boolean)
-- Everything here is a look-up by key, in a table of any size: planned once, and never by reading the whole table. A
-- table of one row is read whole all the same, at a price that would have it compiled: no JIT.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  gathered record;
  held public.scheduled_notifications[];
  moving bigint[];
  all_ours boolean;
  one record;
  known integer[];
  ours shift_reminders.result[];
  late shift_reminders.result[];
  decided shift_reminders.decision[];
  moved record;
BEGIN
  -- Locked in id order; what another session holds is skipped, and the caller records it again.
  SELECT array_agg(k.q) INTO held
  FROM (SELECT q FROM public.scheduled_notifications q WHERE q.id = ANY (reminder_ids) ORDER BY q.id FOR UPDATE SKIP LOCKED) k;
  SELECT array_agg(h.id) INTO moving FROM unnest(held) h WHERE h.pending_change->>'kind' = 'moved';
  IF moving IS NOT NULL THEN
    -- Since a tick noted that the shift moved, it may have moved on or back: the live shift decides.
    UPDATE public.scheduled_notifications q SET pending_change =
      CASE WHEN j.verdict = 'moved' THEN jsonb_build_object('kind', 'moved', 'anchor_at', j.live_anchor) END
    FROM shift_reminders.judge(moving) j WHERE q.id = j.reminder_id;
    SELECT array_agg(q) INTO held FROM public.scheduled_notifications q WHERE q.id IN (SELECT h.id FROM unnest(held) h);
  END IF;

  gathered := shift_reminders.gather_results(held, reminder_ids, claim_tokens, generations, attempts, device_of, device_ids, platforms,
    outcomes, codes, http_statuses, message_ids, latencies_ms, retry_after_s, details, ages_ms);
  ours := gathered.ours;
  late := gathered.late;
  all_ours := coalesce(cardinality(ours), 0) = coalesce(cardinality(reminder_ids), 0);

  IF late IS NOT NULL THEN
    -- The first recording may have been committed although its answer was lost: then these are not late but known.
    SELECT array_agg(i.place::integer) INTO known
    FROM unnest(reminder_ids, claim_tokens, generations, attempts) WITH ORDINALITY AS i(id, token, generation, attempt, place)
    JOIN shift_reminders.attempts a ON a.reminder_id = i.id AND a.generation = i.generation
      AND a.attempt = i.attempt AND a.claim_token = i.token AND a.outcome <> 'lost';
    SELECT array_agg(r::shift_reminders.result) INTO late FROM unnest(late) r
    WHERE known IS NULL OR r.token <> ALL (ARRAY(SELECT claim_tokens[k] FROM unnest(known) k WHERE reminder_ids[k] = r.reminder_id));
    IF late IS NOT NULL THEN
      PERFORM shift_reminders.record_late(late, worker, record_attempts.channel, at);
      -- What a lost claim's late result has just said of a reminder counts for its successor's.
      FOR one IN
        SELECT o.ordinality AS place, q.accepted_at FROM unnest(ours) WITH ORDINALITY o
        JOIN public.scheduled_notifications q ON q.id = o.reminder_id
        WHERE o.reminder_id IN (SELECT l.reminder_id FROM unnest(late) l)
      LOOP
        ours[one.place].accepted_at := one.accepted_at;
      END LOOP;
    END IF;
  END IF;

  IF ours IS NOT NULL THEN
    INSERT INTO shift_reminders.attempts (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, channel, outcome, devices)
    SELECT r.reminder_id, r.generation, r.attempt, r.token, r.claimed_by, r.claimed_at, at, record_attempts.channel, r.outcome, r.devices
    FROM unnest(ours) r;

    decided := shift_reminders.decide(ours, at);

    UPDATE public.scheduled_notifications q SET
      state = d.state, reason = d.reason, processed = d.state <> 'pending',
      processed_at = CASE WHEN d.state <> 'pending' THEN at END,
      -- Not before it is due, even when the server's clock was set back since the claim.
      next_attempt_at = CASE WHEN d.state = 'pending' THEN greatest(d.retry_at, q.scheduled_for) ELSE q.next_attempt_at END,
      retry_count = d.failures, accepted_at = d.accepted_at,
      last_error = CASE WHEN d.reason = 'accepted' THEN q.last_error ELSE coalesce(d.detail, q.last_error) END,
      claim_token = NULL, lease_until = NULL, held_devices = 0, pending_change = NULL
    FROM unnest(decided) d WHERE q.id = d.reminder_id;

    IF moving IS NOT NULL THEN
      SELECT array_agg(q.id) AS ids, array_agg(d.moved_to) AS anchors, array_agg(shift_reminders.due_at(d.moved_to, u.lead)) AS dues,
             array_agg(shift_reminders.expires_at(d.moved_to, u.lead, u.grace)) AS expiries, array_agg('the shift moved while it was sending'::text) AS whys
      INTO moved
      FROM unnest(decided) d JOIN public.scheduled_notifications q ON q.id = d.reminder_id
      JOIN shift_reminders.rules u ON u.notify_type = q.notify_type WHERE d.moved_to IS NOT NULL;
      IF moved.ids IS NOT NULL THEN
        PERFORM shift_reminders.begin_generation(moved.ids, moved.anchors, moved.dues, moved.expiries, moved.whys, at);
      END IF;
    END IF;
    PERFORM shift_reminders.release_marks(decided);
  END IF;

  PERFORM shift_reminders.note_results(record_attempts.channel, reminder_ids, generations, attempts,
    CASE WHEN NOT all_ours THEN ARRAY(SELECT i.place FROM unnest(reminder_ids) WITH ORDINALITY AS i(id, place)
      WHERE i.id IN (SELECT h.id FROM unnest(held) h) AND (known IS NULL OR i.place <> ALL (known))) END,
    device_of, device_ids, platforms, outcomes, details, latencies_ms, at);
  PERFORM shift_reminders.notify_pages(at);

  IF all_ours AND moving IS NULL THEN
    RETURN QUERY
      SELECT d.reminder_id, d.state, d.reason, CASE WHEN d.state = 'pending' THEN date_part('epoch', d.retry_at - at) END, false
      FROM unnest(decided) d;
    RETURN;
  END IF;
  RETURN QUERY
    SELECT i.id, CASE WHEN q.id IS NULL THEN 'gone' WHEN i.id IN (SELECT h.id FROM unnest(held) h) THEN q.state ELSE 'busy' END,
      q.reason, CASE WHEN q.state = 'pending' THEN extract(epoch FROM q.next_attempt_at - at)::double precision END,
      late IS NOT NULL AND EXISTS (SELECT 1 FROM unnest(late) l WHERE l.reminder_id = i.id AND l.token = i.token)
    FROM unnest(reminder_ids, claim_tokens) WITH ORDINALITY AS i(id, token, place)
    LEFT JOIN public.scheduled_notifications q ON q.id = i.id ORDER BY i.place;
END
$$;
$step$;
-- functions/record/record_late.sql
EXECUTE $step$
-- Results whose claim was lost: the attempt is on record, the state is not ours to change. One exception, in the
-- record's favour: a device that accepted makes its generation sent, however late we learn of it.
CREATE OR REPLACE FUNCTION shift_reminders.record_late(results shift_reminders.result[], worker text, channel text, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO shift_reminders.attempts AS a (reminder_id, generation, attempt, claim_token, claimed_by, claimed_at, recorded_at, channel, outcome, late, devices)
  SELECT r.reminder_id, r.generation, r.attempt, r.token, worker, at, at, channel, r.outcome, true, r.devices
  FROM unnest(results) r
  ON CONFLICT (reminder_id, generation, attempt) DO UPDATE
    SET recorded_at = at, channel = excluded.channel, outcome = excluded.outcome, late = true, devices = excluded.devices
    WHERE a.claim_token = excluded.claim_token AND a.outcome = 'lost';

  UPDATE public.scheduled_notifications q SET
    accepted_at = coalesce(q.accepted_at, at - coalesce(r.accepted_age_ms, 0) * interval '1 millisecond'),
    state = CASE WHEN q.processed THEN 'sent' ELSE q.state END,
    reason = CASE WHEN q.processed AND q.state <> 'sent' THEN r.outcome ELSE q.reason END
  FROM unnest(results) r
  WHERE r.accepted > 0 AND q.id = r.reminder_id AND q.generation = r.generation AND q.accepted_at IS NULL;

  UPDATE shift_reminders.generations g SET accepted_at = at - coalesce(r.accepted_age_ms, 0) * interval '1 millisecond', state = 'sent',
    reason = CASE WHEN g.state = 'sent' THEN g.reason ELSE r.outcome END
  FROM unnest(results) r
  WHERE r.accepted > 0 AND g.reminder_id = r.reminder_id AND g.generation = r.generation AND g.accepted_at IS NULL;

  INSERT INTO public.notification_pushes (notification_id, created_at, payload, state, reminder_id, generation)
  SELECT DISTINCT ON (q.id) shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type), at, '{}'::jsonb, 'ours', q.id, q.generation
  FROM unnest(results) r JOIN public.scheduled_notifications q ON q.id = r.reminder_id AND q.generation = r.generation
  -- A claim that is running holds the mark.
  WHERE r.accepted > 0 AND q.state <> 'sending'
  ON CONFLICT (notification_id) DO NOTHING;
END
$$;
$step$;
-- functions/record/release_marks.sql
EXECUTE $step$
-- A mark is released when nobody can have got the reminder; a delivered one stays as it is. They are few and ours, but
-- another session may hold one: then we do not wait for it.
CREATE OR REPLACE FUNCTION shift_reminders.release_marks(decided shift_reminders.decision[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM unnest(decided) d WHERE d.release_mark) THEN
    WITH free AS MATERIALIZED (
      SELECT p.notification_id FROM public.notification_pushes p
      WHERE p.notification_id = ANY (ARRAY(SELECT d.nid FROM unnest(decided) d WHERE d.release_mark)) AND p.state = 'ours'
      ORDER BY p.notification_id FOR UPDATE SKIP LOCKED)
    DELETE FROM public.notification_pushes p USING free f WHERE p.notification_id = f.notification_id;
  END IF;
END
$$;
$step$;
-- functions/retention/purge.sql
EXECUTE $step$
-- One small batch of what retention allows to forget; returns how many rows went. Called until it answers 0.
CREATE OR REPLACE FUNCTION shift_reminders.purge(batch_size integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
-- Times that it writes into settings are read by others, whatever their DateStyle.
SET datestyle = 'ISO, YMD'
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  keep_reminders interval := shift_reminders.setting('keep_reminders')::interval;
  keep_runs interval := shift_reminders.setting('keep_runs')::interval;
  reached timestamptz := shift_reminders.setting('purge_reached')::timestamptz;
  last timestamptz;
  gone bigint[];
  nids text[];
  purged integer;
  more integer;
BEGIN
  LOOP
    -- From where the last batch ended: what it deleted stays in the index until a vacuum, and each batch would read past
    -- all of that. Only what is final: an open reminder is never forgotten.
    SELECT array_agg(l.id), array_agg(shift_reminders.notification_id(l.schedule_id, l.user_id, l.notify_type)), max(l.scheduled_for)
    INTO gone, nids, last FROM (
      SELECT q.id, q.schedule_id, q.user_id, q.notify_type, q.scheduled_for FROM public.scheduled_notifications q
      WHERE q.scheduled_for >= reached AND q.scheduled_for < at - keep_reminders AND q.processed
      ORDER BY q.scheduled_for, q.id LIMIT batch_size FOR UPDATE SKIP LOCKED) l;
    EXIT WHEN gone IS NOT NULL OR reached = '-infinity';
    -- Once more from the old end, for what was open or locked when a batch went by.
    reached := '-infinity';
  END LOOP;
  purged := coalesce(cardinality(gone), 0);
  UPDATE shift_reminders.settings s SET value = coalesce(last, '-infinity')::text, updated_at = at
  WHERE s.key = 'purge_reached' AND s.value::timestamptz <> coalesce(last, '-infinity');
  IF purged > 0 THEN
    DELETE FROM shift_reminders.attempts a WHERE a.reminder_id = ANY (gone);
    DELETE FROM shift_reminders.generations g WHERE g.reminder_id = ANY (gone);
    DELETE FROM public.notification_pushes p WHERE p.notification_id = ANY (nids);
    DELETE FROM public.scheduled_notifications q WHERE q.id = ANY (gone);
    UPDATE shift_reminders.settings s SET value = greatest(s.value::timestamptz, at - keep_reminders)::text, updated_at = at WHERE s.key = 'purged_before';
  END IF;

  -- The last tick without an error, and pg_cron's last one, stay, however old: their age is the alarm.
  DELETE FROM shift_reminders.heartbeats h WHERE h.id IN (
    SELECT x.id FROM shift_reminders.heartbeats x WHERE x.started_at < at - keep_runs
      AND x.id IS DISTINCT FROM (SELECT c.id FROM shift_reminders.heartbeats c
                                 WHERE c.source = 'cron' AND NOT c.busy AND c.error IS NULL ORDER BY c.started_at DESC LIMIT 1)
      AND x.id IS DISTINCT FROM (SELECT c.id FROM shift_reminders.heartbeats c
                                 WHERE NOT c.busy AND c.error IS NULL ORDER BY c.started_at DESC LIMIT 1)
    ORDER BY x.started_at LIMIT batch_size);
  GET DIAGNOSTICS more = ROW_COUNT;
  purged := purged + more;
  DELETE FROM shift_reminders.processors p WHERE p.last_seen_at < at - interval '1 day';
  DELETE FROM shift_reminders.channel_results r WHERE r.slot_at < at - interval '1 hour';
  purged := purged + shift_reminders.purge_dead_devices(shift_reminders.setting('keep_dead_devices')::interval, batch_size);
  purged := purged + shift_reminders.purge_sandbox(shift_reminders.setting('keep_sandbox')::interval, batch_size);
  purged := purged + shift_reminders.purge_sessions(shift_reminders.setting('keep_sessions')::interval, batch_size);

  IF shift_reminders.cron_available() THEN
    BEGIN
      -- Runs that a restart cut off have no end; the only index is on runid, so the old end is looked at in runid order.
      EXECUTE $sql$
        DELETE FROM cron.job_run_details d WHERE d.runid IN (
          SELECT x.runid FROM (SELECT r.runid, r.start_time, r.end_time, r.database FROM cron.job_run_details r ORDER BY r.runid LIMIT $2) x
          WHERE coalesce(x.end_time, x.start_time) < $1 AND x.database = current_database()) $sql$
        USING at - keep_runs, batch_size;
      GET DIAGNOSTICS more = ROW_COUNT;
      purged := purged + more;
    EXCEPTION WHEN insufficient_privilege THEN
      NULL; -- pg_cron's history is then somebody else's to keep small; check says so.
    END;
  END IF;
  RETURN purged;
END
$$;
$step$;
-- functions/retention/purge_dead_devices.sql
EXECUTE $step$
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
$step$;
-- functions/retention/purge_sandbox.sql
EXECUTE $step$
-- Forgets up to batch_size notifications on simulated phones that arrived longer ago than that; returns how many went.
DROP FUNCTION IF EXISTS shift_reminders.sandbox_purge(interval, integer);
CREATE OR REPLACE FUNCTION shift_reminders.purge_sandbox(older_than interval, batch_size integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH purged AS (
    DELETE FROM shift_reminders.sandbox_pushes p WHERE (p.device_id, p.tag) IN (
      SELECT o.device_id, o.tag FROM shift_reminders.sandbox_pushes o
      WHERE o.received_at < shift_reminders.clock() - older_than
      ORDER BY o.received_at LIMIT batch_size FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::integer FROM purged
$$;
$step$;
-- functions/rules/anchor_due_at.sql
EXECUTE $step$
-- The anchor of a reminder that is due at that moment: due_at the other way round, so that an index on the anchor is used.
CREATE OR REPLACE FUNCTION shift_reminders.anchor_due_at(due timestamptz, lead interval) RETURNS timestamptz
LANGUAGE sql STABLE AS 'SELECT $1 + $2';
$step$;
-- functions/rules/anchor_of.sql
EXECUTE $step$
-- The moment of a shift that a rule is about; anchor is the rule's.
CREATE OR REPLACE FUNCTION shift_reminders.anchor_of(anchor text, start_at timestamptz, end_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS 'SELECT CASE $1 WHEN ''start'' THEN $2 WHEN ''end'' THEN $3 END';
$step$;
-- functions/rules/apply_rule.sql
EXECUTE $step$
DROP FUNCTION IF EXISTS shift_reminders.apply_rule(text);
-- An edited rule reaches the reminders that wait by it. Returns whether it reached all of them: what another session holds
-- just now is passed over.
CREATE OR REPLACE FUNCTION shift_reminders.apply_rule(rule shift_reminders.rules) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  -- Looked up by itself: as a join without statistics it compared every waiting reminder with every other.
  behind bigint[] := ARRAY(SELECT b.id FROM shift_reminders.behind_rule(rule) b);
  reached integer;
BEGIN
  UPDATE public.scheduled_notifications q SET
    scheduled_for = shift_reminders.due_at(q.anchor_at, rule.lead), next_attempt_at = shift_reminders.due_at(q.anchor_at, rule.lead),
    expires_at = shift_reminders.expires_at(q.anchor_at, rule.lead, rule.grace)
  -- ARRAY, so that they are locked once: without statistics IN became a join that locked all of them anew for each.
  WHERE q.id = ANY (ARRAY(
      SELECT o.id FROM public.scheduled_notifications o WHERE o.id = ANY (behind) ORDER BY o.id FOR UPDATE SKIP LOCKED))
    AND shift_reminders.follows_rule(q);
  GET DIAGNOSTICS reached = ROW_COUNT;
  RETURN reached = cardinality(behind);
END
$$;
$step$;
-- functions/rules/behind_rule.sql
EXECUTE $step$
-- The reminders whose due time or expiry is not (yet) what the rule says.
CREATE OR REPLACE FUNCTION shift_reminders.behind_rule(rule shift_reminders.rules) RETURNS SETOF public.scheduled_notifications
LANGUAGE sql STABLE AS '
  SELECT q.* FROM shift_reminders.open_reminders() q
  WHERE q.notify_type = ($1).notify_type AND shift_reminders.follows_rule(q)
    AND (q.scheduled_for <> shift_reminders.due_at(q.anchor_at, ($1).lead)
         OR q.expires_at <> shift_reminders.expires_at(q.anchor_at, ($1).lead, ($1).grace))';
$step$;
-- functions/rules/due_at.sql
EXECUTE $step$
-- When a reminder is due, by its anchor. Here and in the functions beside it: a string body without SET, so that it is inlined.
CREATE OR REPLACE FUNCTION shift_reminders.due_at(anchor timestamptz, lead interval) RETURNS timestamptz
LANGUAGE sql STABLE AS 'SELECT $1 - $2';
$step$;
-- functions/rules/expires_at.sql
EXECUTE $step$
-- The last moment at which a reminder is useful, by its anchor.
CREATE OR REPLACE FUNCTION shift_reminders.expires_at(anchor timestamptz, lead interval, grace interval) RETURNS timestamptz
LANGUAGE sql STABLE AS 'SELECT $1 - $2 + $3';
$step$;
-- functions/rules/follows_rule.sql
EXECUTE $step$
-- Whether an edited rule changes this reminder: it waits, and nothing was tried. What was tried keeps the time that it was
-- tried for, and a resend the time that somebody chose.
CREATE OR REPLACE FUNCTION shift_reminders.follows_rule(reminder public.scheduled_notifications) RETURNS boolean
LANGUAGE sql IMMUTABLE AS '
  SELECT $1.state = ''pending'' AND $1.retry_count = 0 AND $1.accepted_at IS NULL AND $1.resent_by IS NULL';
$step$;
-- functions/rules/has_text.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.has_text(of_type text, for_user uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.rule_texts x
    LEFT JOIN LATERAL (SELECT p.locale FROM shift_reminders.people p WHERE p.user_id = for_user LIMIT 1) w ON true
    WHERE x.notify_type = of_type
      AND x.locale IN (shift_reminders.locale_of(w.locale), split_part(shift_reminders.locale_of(w.locale), '-', 1),
                       shift_reminders.setting('site_locale'), 'en'))
$$;
$step$;
-- functions/rules/judge_rule_change.sql
EXECUTE $step$
-- What a rule as given would do to the reminders that wait by it now. The preview shows this, and the act does it.
-- effect: unchanged | moved (its due time or expiry changes) | due_now (it would be due at once) | expired | cancelled
CREATE OR REPLACE FUNCTION shift_reminders.judge_rule_change(kind text, new_lead interval, new_grace interval, new_enabled boolean)
RETURNS TABLE (reminder_id bigint, effect text, old_due timestamptz, new_due timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT q.id,
    CASE
      WHEN NOT new_enabled THEN 'cancelled'
      WHEN q.scheduled_for = n.due AND q.expires_at = n.expiry THEN 'unchanged'
      WHEN n.expiry <= c.at THEN 'expired'
      WHEN n.due <= c.at AND q.scheduled_for > c.at THEN 'due_now'
      ELSE 'moved'
    END,
    q.scheduled_for, n.due
  FROM shift_reminders.open_reminders() q
  CROSS JOIN (SELECT shift_reminders.clock() AS at) c
  CROSS JOIN LATERAL (SELECT shift_reminders.due_at(q.anchor_at, new_lead) AS due, shift_reminders.expires_at(q.anchor_at, new_lead, new_grace) AS expiry) n
  WHERE q.notify_type = kind AND shift_reminders.follows_rule(q)
$$;
$step$;
-- functions/rules/locale_of.sql
EXECUTE $step$
-- As the texts name it; phones also write de_DE.
CREATE OR REPLACE FUNCTION shift_reminders.locale_of(written text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT pg_catalog.replace(written, '_', '-') $$;
$step$;
-- functions/rules/preview_rule.sql
EXECUTE $step$
-- One row per effect with up to five examples, and one row 'fresh': shifts that the rule newly reaches at the next tick.
CREATE OR REPLACE FUNCTION shift_reminders.preview_rule(kind text, new_anchor text, new_lead interval, new_grace interval, new_skip_type text, new_enabled boolean)
RETURNS TABLE (effect text, reminders integer, examples text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  ahead interval := shift_reminders.setting('look_ahead')::interval;
BEGIN
  RETURN QUERY
    SELECT j.effect, count(*)::integer, jsonb_agg(j.example ORDER BY j.old_due) FILTER (WHERE j.place <= 5)::text
    FROM (
      SELECT x.effect, x.old_due, row_number() OVER (PARTITION BY x.effect ORDER BY x.old_due, x.reminder_id) AS place,
        jsonb_build_object('reminder', x.reminder_id, 'shift', q.schedule_id, 'person', p.display_name, 'old', x.old_due, 'new', x.new_due) AS example
      FROM shift_reminders.judge_rule_change(kind, shift_reminders.in_hours(new_lead), shift_reminders.in_hours(new_grace), new_enabled) x
      JOIN public.scheduled_notifications q ON q.id = x.reminder_id
      LEFT JOIN LATERAL (SELECT y.display_name FROM shift_reminders.people y WHERE y.user_id = q.user_id LIMIT 1) p ON true) j
    GROUP BY j.effect;

  IF new_enabled THEN
    RETURN QUERY EXECUTE format($sql$
      SELECT 'fresh', count(*)::integer, (jsonb_agg(jsonb_build_object('shift', f.schedule_id, 'person', f.display_name, 'new', f.due) ORDER BY f.due)
                                          FILTER (WHERE f.place <= 5))::text
      FROM (
        SELECT s.schedule_id, p.display_name, shift_reminders.due_at(s.%1$I, $1) AS due, row_number() OVER (ORDER BY s.%1$I, s.schedule_id) AS place
        FROM shift_reminders.shifts s
        LEFT JOIN LATERAL (SELECT y.display_name, y.reminders_off FROM shift_reminders.people y WHERE y.user_id = s.user_id LIMIT 1) p ON true
        WHERE s.%1$I > shift_reminders.anchor_due_at($3 - $2, $1) AND s.%1$I <= shift_reminders.anchor_due_at($3 + $4, $1)
          AND shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, s.%1$I) IS NULL
          -- What the stored rule reaches anyway is no effect of saving.
          AND NOT EXISTS (SELECT 1 FROM shift_reminders.rules r WHERE r.notify_type = $5 AND r.enabled
                          AND s.%1$I > shift_reminders.anchor_due_at($3 - r.grace, r.lead) AND s.%1$I <= shift_reminders.anchor_due_at($3 + $4, r.lead))
          AND s.user_id IS NOT NULL AND NOT coalesce(p.reminders_off, false)
          AND NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                          WHERE q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = $5)
          AND NOT EXISTS (SELECT 1 FROM shift_reminders.attendance a WHERE a.schedule_id = s.schedule_id AND a.type = $6
                          AND shift_reminders.logged_for(a.user_id, s.user_id))) f
      HAVING count(*) > 0 $sql$, CASE new_anchor WHEN 'end' THEN 'end_at' ELSE 'start_at' END)
      USING shift_reminders.in_hours(new_lead), shift_reminders.in_hours(new_grace), at, ahead, kind, new_skip_type;
  END IF;
END
$$;
$step$;
-- functions/rules/remove_rule.sql
EXECUTE $step$
-- Removes the rule and its texts. What waits by it is cancelled, so that it stays accounted for.
CREATE OR REPLACE FUNCTION shift_reminders.remove_rule(kind text, read_at timestamptz, actor text, why text)
RETURNS TABLE (result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  known shift_reminders.rules;
  ended integer;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  SELECT * INTO known FROM shift_reminders.rules r WHERE r.notify_type = kind FOR UPDATE;
  IF known.notify_type IS NULL THEN
    result := 'gone'; sentence := format('There is no rule %s any more.', kind);
  ELSIF known.updated_at <> read_at THEN
    result := 'conflict'; sentence := format('%s has saved this rule meanwhile. Nothing was removed: look at it again.', coalesce(known.updated_by, 'Somebody'));
  ELSE
    PERFORM shift_reminders.record_audit(actor, 'remove rule', 'rule ' || kind, why, shift_reminders.rule_as_json(kind), NULL);
    UPDATE public.scheduled_notifications q SET
      state = CASE WHEN q.accepted_at IS NULL THEN 'cancelled' ELSE 'sent' END,
      reason = CASE WHEN q.accepted_at IS NULL THEN 'rule_disabled' ELSE 'partial' END,
      processed = true, processed_at = at
    WHERE q.id IN (SELECT o.id FROM shift_reminders.open_reminders() o WHERE o.notify_type = kind) AND q.state = 'pending';
    GET DIAGNOSTICS ended = ROW_COUNT;
    DELETE FROM shift_reminders.rules r WHERE r.notify_type = kind;
    PERFORM shift_reminders.notify_pages(at);
    result := 'ok'; sentence := format('Removed. %s waiting reminders were cancelled.', ended);
  END IF;
  RETURN NEXT;
END
$$;
$step$;
-- functions/rules/rule_as_json.sql
EXECUTE $step$
-- What the audit keeps of a rule.
CREATE OR REPLACE FUNCTION shift_reminders.rule_as_json(kind text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT to_jsonb(r) - 'updated_at' - 'updated_by' - 'watched_since' || jsonb_build_object('texts', (
    SELECT jsonb_object_agg(t.locale, jsonb_build_object('title', t.title, 'body', t.body))
    FROM shift_reminders.rule_texts t WHERE t.notify_type = r.notify_type))
  FROM shift_reminders.rules r WHERE r.notify_type = kind
$$;
$step$;
-- functions/rules/sample_shifts.sql
EXECUTE $step$
-- Shifts for the texts' preview: the next of them, each with the locale whose text its person gets first.
CREATE OR REPLACE FUNCTION shift_reminders.sample_shifts(most integer)
RETURNS TABLE (schedule_id bigint, display_name text, locale text, start_at timestamptz, end_at timestamptz, label text, time_zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.schedule_id::bigint, p.display_name, coalesce(shift_reminders.locale_of(p.locale), shift_reminders.setting('site_locale')),
    s.start_at, s.end_at, s.label, coalesce(s.time_zone, shift_reminders.setting('site_time_zone'))
  FROM (SELECT * FROM shift_reminders.shifts x WHERE x.start_at > shift_reminders.clock() - interval '12 hours' AND x.is_active
        AND x.user_id IS NOT NULL AND x.end_at >= x.start_at AND shift_reminders.showable(x.end_at) IS NOT NULL ORDER BY x.start_at LIMIT least(most, 100)) s
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = s.user_id LIMIT 1) p ON true
  ORDER BY s.start_at, s.schedule_id
$$;
$step$;
-- functions/rules/save_rule.sql
EXECUTE $step$
-- read_at: the rule's updated_at when the admin read it; NULL makes a new rule. texts: {"en": {"title", "body"}, …}, all of them.
-- result: ok | conflict (somebody else saved since) | exists | gone
CREATE OR REPLACE FUNCTION shift_reminders.save_rule(kind text, read_at timestamptz, new_title text, new_anchor text, new_lead interval,
  new_grace interval, new_skip_type text, new_max_attempts integer, new_enabled boolean, texts jsonb, actor text, why text)
RETURNS TABLE (result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  known shift_reminders.rules;
  before jsonb;
  unknown record;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF jsonb_typeof(texts) IS DISTINCT FROM 'object' OR texts = '{}' THEN
    RAISE EXCEPTION 'A rule without a text reminds nobody.' USING ERRCODE = 'SR002', HINT = 'Write a text for at least one locale.';
  END IF;
  SELECT t.key AS locale, coalesce(shift_reminders.unknown_placeholder(t.value->>'title'), shift_reminders.unknown_placeholder(t.value->>'body')) AS name
  INTO unknown FROM jsonb_each(texts) t
  WHERE shift_reminders.unknown_placeholder(t.value->>'title') IS NOT NULL OR shift_reminders.unknown_placeholder(t.value->>'body') IS NOT NULL LIMIT 1;
  IF unknown.locale IS NOT NULL THEN
    RAISE EXCEPTION 'The text for % has the unknown placeholder {%}.', unknown.locale, unknown.name
      USING ERRCODE = 'SR002', HINT = 'Known are {start}, {end}, {anchor}, {date}, {name} and {label}.';
  END IF;

  SELECT * INTO known FROM shift_reminders.rules r WHERE r.notify_type = kind FOR UPDATE;
  before := shift_reminders.rule_as_json(kind);
  IF read_at IS NULL AND known.notify_type IS NOT NULL THEN
    result := 'exists'; sentence := format('There is a rule %s already. Choose another name.', kind);
  ELSIF read_at IS NOT NULL AND known.notify_type IS NULL THEN
    result := 'gone'; sentence := format('Somebody has removed the rule %s meanwhile.', kind);
  ELSIF read_at IS NOT NULL AND known.updated_at <> read_at THEN
    result := 'conflict';
    sentence := format('%s has saved this rule meanwhile. Nothing was changed: load it again and look at both.', coalesce(known.updated_by, 'Somebody'));
  ELSE
    -- A changed anchor would make every finished reminder of the rule look moved, and so be sent again.
    IF known.notify_type IS NOT NULL AND known.anchor <> new_anchor THEN
      RAISE EXCEPTION 'The rule % is about the shift''s %, and cannot be turned round.', kind, known.anchor
        USING ERRCODE = 'SR002', HINT = 'Make a new rule, and switch this one off.';
    END IF;
    INSERT INTO shift_reminders.rules AS r (notify_type, title, anchor, lead, grace, skip_type, max_attempts, enabled, updated_at, updated_by, watched_since)
    VALUES (kind, new_title, new_anchor, shift_reminders.in_hours(new_lead), shift_reminders.in_hours(new_grace), nullif(btrim(new_skip_type), ''), new_max_attempts, new_enabled, at, actor, at)
    ON CONFLICT (notify_type) DO UPDATE SET title = excluded.title, lead = excluded.lead, grace = excluded.grace, skip_type = excluded.skip_type,
      max_attempts = excluded.max_attempts, enabled = excluded.enabled, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
      watched_since = CASE WHEN excluded.enabled AND NOT r.enabled THEN excluded.watched_since ELSE r.watched_since END;
    DELETE FROM shift_reminders.rule_texts t WHERE t.notify_type = kind AND NOT texts ? t.locale;
    INSERT INTO shift_reminders.rule_texts (notify_type, locale, title, body)
    SELECT kind, t.key, t.value->>'title', t.value->>'body' FROM jsonb_each(texts) t
    ON CONFLICT (notify_type, locale) DO UPDATE SET title = excluded.title, body = excluded.body;
    PERFORM shift_reminders.apply_rule(r) FROM shift_reminders.rules r WHERE r.notify_type = kind;
    PERFORM shift_reminders.record_audit(actor, CASE WHEN read_at IS NULL THEN 'make rule' ELSE 'change rule' END, 'rule ' || kind, why,
      before, shift_reminders.rule_as_json(kind));
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
    PERFORM shift_reminders.notify_pages(at);
    result := 'ok'; sentence := 'Saved.';
  END IF;
  RETURN NEXT;
EXCEPTION
  WHEN check_violation OR not_null_violation OR string_data_right_truncation THEN
    RAISE EXCEPTION 'The rule % cannot be so: %.', kind, SQLERRM
      USING ERRCODE = 'SR002', HINT = 'A name is lower-case letters, digits and _, the lead may be up to 168 h, the grace 1 min to 24 h, the attempts 1 to 50, a title 200 and a body 1,000 characters.';
END
$$;
$step$;
-- functions/rules/text_for.sql
EXECUTE $step$
-- A rule's text in the locale that fits best: the person's, its language, the site's, English.
CREATE OR REPLACE FUNCTION shift_reminders.text_for(rule text, wanted text, site_locale text)
RETURNS TABLE (locale text, title text, body text)
LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  wanted := shift_reminders.locale_of(wanted);
  RETURN QUERY
  SELECT x.locale, x.title, x.body FROM shift_reminders.rule_texts x
  WHERE x.notify_type = rule AND x.locale IN (wanted, split_part(wanted, '-', 1), site_locale, 'en')
  ORDER BY x.locale = wanted DESC, x.locale = split_part(wanted, '-', 1) DESC, x.locale = site_locale DESC, x.locale LIMIT 1;
END
$$;
$step$;
-- functions/rules/unknown_placeholder.sql
EXECUTE $step$
-- The placeholders that a text may use. The renderer knows the same ones; a test holds the two together.
CREATE OR REPLACE FUNCTION shift_reminders.unknown_placeholder(template text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m[1] FROM pg_catalog.regexp_matches(template, '\{([^{}]*)\}', 'g') AS m
  WHERE m[1] NOT IN ('start', 'end', 'anchor', 'date', 'name', 'label') LIMIT 1
$$;
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conrelid = 'shift_reminders.rule_texts'::regclass
                 AND conname = 'rule_texts_known_placeholders') THEN
    ALTER TABLE shift_reminders.rule_texts ADD CONSTRAINT rule_texts_known_placeholders CHECK (
      shift_reminders.unknown_placeholder(title) IS NULL AND shift_reminders.unknown_placeholder(body) IS NULL);
  END IF;
END
$$;
$step$;
-- functions/sandbox/sandbox_answer.sql
EXECUTE $step$
-- One device's next answer. Uses up one of a counted behaviour, unless it was only asked.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_answer(device text, only_asked boolean,
  OUT outcome text, OUT latency interval)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  behaviour shift_reminders.sandbox_behaviours;
BEGIN
  SELECT * INTO behaviour FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = device FOR UPDATE;
  outcome := coalesce(behaviour.outcome, 'accepted');
  latency := coalesce(behaviour.latency, interval '0');
  IF only_asked OR behaviour.remaining IS NULL THEN
    RETURN;
  ELSIF behaviour.remaining = 1 THEN
    DELETE FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = device;
  ELSE
    UPDATE shift_reminders.sandbox_behaviours b SET remaining = b.remaining - 1 WHERE b.device_id = device;
  END IF;
END
$$;
$step$;
-- functions/sandbox/sandbox_behave.sql
EXECUTE $step$
-- How a device answers from now on; NULL or 'accepted' without latency: like a phone in order.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_behave(
  device_id text, outcome text, remaining integer, latency interval, actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  before shift_reminders.sandbox_behaviours;
BEGIN
  SELECT * INTO before FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = sandbox_behave.device_id FOR UPDATE;
  PERFORM shift_reminders.record_audit(actor, 'tell a simulated phone how to answer', 'device ' || sandbox_behave.device_id, NULL,
    jsonb_build_object('outcome', coalesce(before.outcome, 'accepted'), 'times', before.remaining, 'latency', before.latency),
    jsonb_build_object('outcome', coalesce(sandbox_behave.outcome, 'accepted'), 'times', sandbox_behave.remaining, 'latency', sandbox_behave.latency));
  IF sandbox_behave.outcome IS NULL
     OR (sandbox_behave.outcome = 'accepted' AND coalesce(sandbox_behave.latency, interval '0') = interval '0') THEN
    DELETE FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = sandbox_behave.device_id;
    RETURN;
  END IF;
  INSERT INTO shift_reminders.sandbox_behaviours (device_id, outcome, remaining, latency, set_by, set_at)
  VALUES (sandbox_behave.device_id, sandbox_behave.outcome, sandbox_behave.remaining,
    coalesce(sandbox_behave.latency, interval '0'), actor, shift_reminders.clock())
  ON CONFLICT ON CONSTRAINT sandbox_behaviours_pkey DO UPDATE SET
    outcome = excluded.outcome, remaining = excluded.remaining, latency = excluded.latency,
    set_by = excluded.set_by, set_at = excluded.set_at;
END
$$;
$step$;
-- functions/sandbox/sandbox_clear.sql
EXECUTE $step$
-- The person clears the phone's notifications; returns how many there were. A program of the minor before names no actor.
DROP FUNCTION IF EXISTS shift_reminders.sandbox_clear(uuid);
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_clear(person uuid, actor text DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  cleared integer;
BEGIN
  DELETE FROM shift_reminders.sandbox_pushes p WHERE p.user_id = person;
  GET DIAGNOSTICS cleared = ROW_COUNT;
  PERFORM shift_reminders.record_audit(coalesce(actor, 'Shift Reminders'), 'clear simulated phones', 'person ' || person,
    NULL, NULL, jsonb_build_object('cleared', cleared));
  RETURN cleared;
END
$$;
$step$;
-- functions/sandbox/sandbox_probe.sql
EXECUTE $step$
-- What a probe of the project as a whole is told: a phone that plays refused credentials refuses it too.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_probe() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  device text := (SELECT b.device_id FROM shift_reminders.sandbox_behaviours b
                  WHERE b.outcome = 'project_credentials' ORDER BY b.set_at, b.device_id LIMIT 1);
BEGIN
  RETURN CASE WHEN device IS NULL THEN 'accepted' ELSE (SELECT a.outcome FROM shift_reminders.sandbox_answer(device, false) a) END;
END
$$;
$step$;
-- functions/sandbox/sandbox_receive.sql
EXECUTE $step$
-- One push to several devices; one row per device, place being its 1-based position.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_receive(
  notification_id text, generation integer, tag text, title text, body text, data jsonb, dry_run boolean,
  device_ids text[], user_ids uuid[], platforms text[])
RETURNS TABLE (place integer, outcome text, latency interval)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  device record;
  now timestamptz := shift_reminders.clock();
BEGIN
  -- In the devices' order, so that two pushes to the same phones cannot lock each other out.
  FOR device IN
    SELECT d.ordinality::integer AS place, d.id, d.person, d.platform
    FROM ROWS FROM (pg_catalog.unnest(device_ids), pg_catalog.unnest(user_ids), pg_catalog.unnest(platforms))
      WITH ORDINALITY AS d(id, person, platform, ordinality)
    ORDER BY d.id, d.ordinality
  LOOP
    place := device.place;
    SELECT a.outcome, a.latency INTO sandbox_receive.outcome, sandbox_receive.latency
    FROM shift_reminders.sandbox_answer(device.id, dry_run) a;
    -- An unknown outcome is one whose answer was lost: the phone has it, and the retry shows that it collapses.
    IF NOT dry_run AND sandbox_receive.outcome IN ('accepted', 'unknown') THEN
      INSERT INTO shift_reminders.sandbox_pushes AS p
        (device_id, tag, notification_id, generation, user_id, platform, title, body, data, first_received_at, received_at)
      VALUES (device.id, sandbox_receive.tag, sandbox_receive.notification_id, sandbox_receive.generation, device.person,
        device.platform, sandbox_receive.title, sandbox_receive.body, sandbox_receive.data, now, now)
      ON CONFLICT ON CONSTRAINT sandbox_pushes_pkey DO UPDATE SET
        copies = CASE WHEN p.generation = excluded.generation THEN p.copies + 1 ELSE 1 END, generation = excluded.generation, title = excluded.title, body = excluded.body, data = excluded.data,
        user_id = excluded.user_id, platform = excluded.platform, received_at = excluded.received_at;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;
$step$;
-- functions/sessions/end_session.sql
EXECUTE $step$
-- Ends one session. False: it had ended already. Open pages hear of it by the announcement.
CREATE OR REPLACE FUNCTION shift_reminders.end_session(session uuid, why text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE shift_reminders.sessions s SET ended_at = shift_reminders.clock(), ended_why = why
  WHERE s.id = session AND s.ended_at IS NULL;
  IF FOUND THEN
    PERFORM shift_reminders.hint('shift_reminders_changed', '');
  END IF;
  RETURN FOUND;
END
$$;
$step$;
-- functions/sessions/end_sessions.sql
EXECUTE $step$
-- Ends all sessions of an account but one, if that is given; returns those that it ended.
CREATE OR REPLACE FUNCTION shift_reminders.end_sessions(account uuid, why text, but uuid DEFAULT NULL) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY UPDATE shift_reminders.sessions s SET ended_at = shift_reminders.clock(), ended_why = why
    WHERE s.account_id = account AND s.ended_at IS NULL AND s.id IS DISTINCT FROM but
    RETURNING s.id;
  IF FOUND THEN
    PERFORM shift_reminders.hint('shift_reminders_changed', '');
  END IF;
END
$$;
$step$;
-- functions/sessions/hold_session.sql
EXECUTE $step$
-- In an act's own transaction: refuses unless the session lives, its account has one of these roles, and its person has
-- shown lately who they are, if that is asked for. Keeps all of it as it is until the act is done: whoever was told that a
-- session has ended sees nothing done by it afterwards.
DROP FUNCTION IF EXISTS shift_reminders.hold_session(uuid, text[]);
CREATE OR REPLACE FUNCTION shift_reminders.hold_session(session uuid, needed text[], proof_lasts interval) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- The account first, as whatever changes accounts does.
  PERFORM FROM shift_reminders.accounts a WHERE a.id = (SELECT s.account_id FROM shift_reminders.sessions s WHERE s.id = session) FOR SHARE;
  PERFORM FROM shift_reminders.sessions s WHERE s.id = session FOR SHARE;
  IF NOT EXISTS (SELECT FROM shift_reminders.live_sessions() s WHERE s.id = session) THEN
    RAISE EXCEPTION 'Your sign-in has ended, so nothing was done.' USING ERRCODE = 'SR002', HINT = 'Sign in again.';
  END IF;
  IF NOT EXISTS (
    SELECT FROM shift_reminders.sessions s
    JOIN shift_reminders.account_roles l ON l.user_id = s.account_id
    JOIN shift_reminders.roles r ON r.id = l.role_id
    WHERE s.id = session AND r.name = ANY (needed)
  ) THEN
    RAISE EXCEPTION 'Your roles have changed, so nothing was done.' USING ERRCODE = 'SR002', HINT = 'Ask an admin.';
  END IF;
  IF EXISTS (SELECT FROM shift_reminders.sessions s WHERE s.id = session AND s.authenticated_at < shift_reminders.clock() - proof_lasts) THEN
    RAISE EXCEPTION 'You have not shown lately who you are, so nothing was done.' USING ERRCODE = 'SR002', HINT = 'Try again, and confirm that it is you.';
  END IF;
END
$$;
$step$;
-- functions/sessions/live_sessions.sql
EXECUTE $step$
-- The sessions that open something at this moment: the one definition of it. Inlined into whatever asks.
CREATE OR REPLACE FUNCTION shift_reminders.live_sessions() RETURNS SETOF shift_reminders.sessions
LANGUAGE sql STABLE
AS $$
  SELECT s.*
  FROM shift_reminders.sessions s
  JOIN shift_reminders.accounts a ON a.id = s.account_id
  WHERE s.ended_at IS NULL
    AND (SELECT shift_reminders.clock()) < s.ends_at
    AND (SELECT shift_reminders.clock()) < s.last_used_at + s.idle_limit
    AND a.disabled_at IS NULL
    AND a.security_stamp = s.security_stamp
$$;
$step$;
-- functions/sessions/prove_session.sql
EXECUTE $step$
-- Its person has just proved again who they are. False: the session has ended meanwhile.
CREATE OR REPLACE FUNCTION shift_reminders.prove_session(session uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE shift_reminders.sessions s SET authenticated_at = shift_reminders.clock(), last_used_at = shift_reminders.clock()
  WHERE s.id = session AND EXISTS (SELECT FROM shift_reminders.live_sessions() l WHERE l.id = session);
  RETURN FOUND;
END
$$;
$step$;
-- functions/sessions/purge_sessions.sql
EXECUTE $step$
-- Forgets up to batch_size sessions that ended longer ago than that; returns how many went.
CREATE OR REPLACE FUNCTION shift_reminders.purge_sessions(older_than interval, batch_size integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH purged AS (
    DELETE FROM shift_reminders.sessions s WHERE s.id IN (
      SELECT o.id FROM shift_reminders.sessions o
      WHERE o.ends_at < shift_reminders.clock() - older_than
      ORDER BY o.ends_at LIMIT batch_size FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::integer FROM purged
$$;
$step$;
-- functions/sessions/session_standing.sql
EXECUTE $step$
-- Whose session it is, and what they may; no row when the session has ended, or the key is not its own.
CREATE OR REPLACE FUNCTION shift_reminders.session_standing(session uuid, key_hash text)
RETURNS TABLE (account_id uuid, name text, roles text[], proved_ago interval, unused_for interval)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.account_id, a.user_name,
    ARRAY(SELECT r.name FROM shift_reminders.account_roles l JOIN shift_reminders.roles r ON r.id = l.role_id WHERE l.user_id = a.id ORDER BY r.name),
    shift_reminders.clock() - s.authenticated_at,
    shift_reminders.clock() - s.last_used_at
  FROM shift_reminders.live_sessions() s
  JOIN shift_reminders.accounts a ON a.id = s.account_id
  WHERE s.id = session AND s.key_hash = session_standing.key_hash
$$;
$step$;
-- functions/sessions/start_session.sql
EXECUTE $step$
-- A session begins. The one that the same browser had before ends with it: nobody looks after what they cannot see. One
-- that only continues it, after its account has changed, lasts no longer for that and has proved no more.
DROP FUNCTION IF EXISTS shift_reminders.start_session(uuid, text, uuid, text, interval, interval, text, text, uuid, boolean);
CREATE OR REPLACE FUNCTION shift_reminders.start_session(
  id uuid, key_hash text, account_id uuid, security_stamp text, lasts interval, idle_limit interval, browser text, address text,
  replaces uuid, proved_at timestamptz, continues boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  before shift_reminders.sessions;
BEGIN
  IF continues THEN
    SELECT * INTO before FROM shift_reminders.sessions s WHERE s.id = replaces AND s.account_id = start_session.account_id;
  END IF;
  INSERT INTO shift_reminders.sessions
    (id, key_hash, account_id, security_stamp, created_at, last_used_at, authenticated_at, idle_limit, ends_at, browser, address)
  VALUES (start_session.id, start_session.key_hash, start_session.account_id, start_session.security_stamp,
    coalesce(before.created_at, at), at, coalesce(before.authenticated_at, least(proved_at, at)), start_session.idle_limit,
    coalesce(before.ends_at, at + lasts), start_session.browser, start_session.address);
  IF replaces IS NOT NULL THEN
    PERFORM shift_reminders.end_session(replaces, 'replaced');
  END IF;
END
$$;
$step$;
-- functions/sessions/use_session.sql
EXECUTE $step$
-- Its person has just done something with it, which an idle limit counts from. Never waits for an act that holds the session.
CREATE OR REPLACE FUNCTION shift_reminders.use_session(session uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE shift_reminders.sessions s SET last_used_at = shift_reminders.clock()
  WHERE s.id = (SELECT l.id FROM shift_reminders.sessions l WHERE l.id = session FOR NO KEY UPDATE SKIP LOCKED)
    AND EXISTS (SELECT FROM shift_reminders.live_sessions() l WHERE l.id = session)
$$;
$step$;
-- functions/settings/change_setting.sql
EXECUTE $step$
-- Sets what admins may set, with its line of the audit. was: the value that the admin saw. result: ok, conflict (somebody changed it
-- meanwhile) or wrong (see wrong_setting); the sentence says it to the admin.
CREATE OR REPLACE FUNCTION shift_reminders.change_setting(key text, value text, was text, actor text, why text)
RETURNS TABLE (result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  wanted text := btrim(change_setting.value);
  known text;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  SELECT s.value INTO known FROM shift_reminders.settings s WHERE s.key = change_setting.key FOR UPDATE;
  sentence := shift_reminders.wrong_setting(change_setting.key, wanted);
  IF sentence IS NOT NULL THEN
    result := 'wrong';
  ELSIF known <> was THEN
    result := 'conflict';
    sentence := format('Somebody changed it to "%s" meanwhile. Nothing was changed: look at it again.', known);
  ELSE
    UPDATE shift_reminders.settings s SET value = wanted, updated_at = at WHERE s.key = change_setting.key;
    PERFORM shift_reminders.record_audit(actor, 'change setting', 'setting ' || change_setting.key, why, to_jsonb(known), to_jsonb(wanted));
    PERFORM shift_reminders.notify_pages(at);
    result := 'ok';
    sentence := format('Changed from "%s" to "%s".', known, wanted);
  END IF;
  RETURN NEXT;
END
$$;
$step$;
-- functions/settings/settable.sql
EXECUTE $step$
-- The settings that admins change in the portal, in the order in which it shows them. kind: zone (an IANA name), locale, switch (on or off),
-- or span (a number and a unit) between shortest and longest. The other settings are kept by the program itself, or belong to migrate.
CREATE OR REPLACE FUNCTION shift_reminders.settable()
RETURNS TABLE (place integer, key text, kind text, shortest text, longest text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
  VALUES
    (1, 'site_time_zone', 'zone', NULL, NULL),
    (2, 'site_locale', 'locale', NULL, NULL),
    -- Ticks come each minute: with less, a reminder could enter the queue after it is due.
    (3, 'look_ahead', 'span', '75 seconds', '15 minutes'),
    (4, 'delete_dead_host_tokens', 'switch', NULL, NULL),
    (5, 'keep_reminders', 'span', '7 days', '3650 days'),
    (6, 'keep_runs', 'span', '1 day', '365 days'),
    (7, 'keep_dead_devices', 'span', '30 days', '3650 days'),
    (8, 'keep_sandbox', 'span', '1 hour', '365 days'),
    (9, 'keep_sessions', 'span', '1 day', '365 days')
$$;
$step$;
-- functions/settings/site_settings.sql
EXECUTE $step$
-- What admins can set, as it is now.
CREATE OR REPLACE FUNCTION shift_reminders.site_settings()
RETURNS TABLE (key text, kind text, value text, shortest text, longest text, updated_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.key, c.kind, s.value, c.shortest, c.longest, s.updated_at
  FROM shift_reminders.settable() c JOIN shift_reminders.settings s ON s.key = c.key
  ORDER BY c.place
$$;
$step$;
-- functions/settings/wrong_setting.sql
EXECUTE $step$
-- Why the setting cannot have this value, as a sentence; NULL: it can.
CREATE OR REPLACE FUNCTION shift_reminders.wrong_setting(key text, value text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  form record;
  textless text;
BEGIN
  SELECT * INTO form FROM shift_reminders.settable() c WHERE c.key = wrong_setting.key;
  CASE form.kind
    WHEN 'zone' THEN
      IF NOT EXISTS (SELECT 1 FROM shift_reminders.time_zones z WHERE z.name = wrong_setting.value) THEN
        RETURN format('"%s" is no time zone of IANA. Choose one like Europe/Berlin.', wrong_setting.value);
      END IF;
    WHEN 'locale' THEN
      IF wrong_setting.value !~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' THEN
        RETURN format('"%s" is no locale. Write one like de or pt-BR.', wrong_setting.value);
      END IF;
      SELECT string_agg(r.notify_type, ', ' ORDER BY r.notify_type) INTO textless FROM shift_reminders.rules r
      WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.rule_texts t
                        WHERE t.notify_type = r.notify_type AND t.locale IN (wrong_setting.value, split_part(wrong_setting.value, '-', 1), 'en'));
      IF textless IS NOT NULL THEN
        RETURN format('There is no text in %s, and none in English, for: %s. Add it under Rules first.', wrong_setting.value, textless);
      END IF;
    WHEN 'switch' THEN
      IF wrong_setting.value NOT IN ('on', 'off') THEN RETURN 'It is either on or off.'; END IF;
    WHEN 'span' THEN
      IF wrong_setting.value !~ '^[0-9]{1,6} (second|minute|hour|day)s?$' THEN
        RETURN format('"%s" is no length of time. Write a number and a unit, like 90 seconds or 14 days.', wrong_setting.value);
      ELSIF wrong_setting.value::interval NOT BETWEEN form.shortest::interval AND form.longest::interval THEN
        RETURN format('It must be from %s to %s.', form.shortest, form.longest);
      END IF;
    ELSE
      RETURN format('"%s" cannot be set here.', wrong_setting.key);
  END CASE;
  RETURN NULL;
END
$$;
$step$;
-- functions/shared/clock.sql
EXECUTE $step$
-- The queue's only clock. Tests replace it in their own database to move time; nothing else reads the time.
-- plpgsql, as all that claims and records call: it keeps its plans, where an SQL function is planned for every call.
CREATE OR REPLACE FUNCTION shift_reminders.clock() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$ BEGIN RETURN pg_catalog.clock_timestamp(); END $$;
$step$;
-- functions/shared/fold.sql
EXECUTE $step$
-- A text as every search compares it, whatever its case and accents: "muller" finds Müller, "nguyen thi" Nguyễn Thị and
-- "grosskreutz" Großkreutz. What Unicode does not take apart into a letter and a mark is named. Needs no extension. A string
-- body, so that it is inlined; most names and errors are plain ASCII, and need no more than small letters.
CREATE OR REPLACE FUNCTION shift_reminders.fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS '
  SELECT CASE WHEN pg_catalog.octet_length(words) = pg_catalog.length(words) THEN pg_catalog.lower(words)
    ELSE pg_catalog.lower(pg_catalog.regexp_replace(
      pg_catalog.normalize(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
        pg_catalog.translate(words, ''øØłŁđĐðÐħĦŧŦıİ'', ''oOlLdDdDhHtTii''),
        ''ß'', ''ss''), ''ẞ'', ''ss''), ''æ'', ''ae''), ''Æ'', ''ae''), ''œ'', ''oe''), ''Œ'', ''oe''), ''NFKD''),
      ''[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]'', '''', ''g'')) END';
$step$;
-- functions/shared/heal_identities.sql
EXECUTE $step$
-- Rows may come with their ids (a restored or replicated database, an import), and leave the sequence that gives new ones
-- behind: every insert would fail. It looks before it writes.
CREATE OR REPLACE FUNCTION shift_reminders.heal_identities() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  one record;
  highest bigint;
BEGIN
  FOR one IN
    SELECT n.nspname AS in_schema, c.relname AS name, s.numbers::regclass AS numbers
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped
    CROSS JOIN LATERAL pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), 'id') AS s(numbers)
    WHERE c.relkind = 'r' AND s.numbers IS NOT NULL
      AND (n.nspname = 'shift_reminders' OR c.oid = 'public.scheduled_notifications'::regclass)
  LOOP
    EXECUTE format('SELECT max(id) FROM %I.%I', one.in_schema, one.name) INTO highest;
    IF highest > coalesce(pg_sequence_last_value(one.numbers), 0) THEN
      PERFORM setval(one.numbers, highest);
      RAISE WARNING 'The ids of %.% had got ahead of their sequence; it goes on after %.', one.in_schema, one.name, highest;
    END IF;
  END LOOP;
END
$$;
$step$;
-- functions/shared/hint.sql
EXECUTE $step$
-- NOTIFY fails at COMMIT when its queue is full, for which one session that listens and never reads is enough; it would take
-- along what the transaction has recorded. A hint is not worth that: pages and processors look unasked, too.
CREATE OR REPLACE FUNCTION shift_reminders.hint(channel text, payload text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF pg_notification_queue_usage() < 0.9 THEN PERFORM pg_notify(channel, payload); END IF;
END
$$;
$step$;
-- functions/shared/in_hours.sql
EXECUTE $step$
-- The same length in hours only. A day is not always 24 hours, so a rule's times must not contain one.
CREATE OR REPLACE FUNCTION shift_reminders.in_hours(length interval) RETURNS interval
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT make_interval(secs => extract(epoch FROM length)::double precision) $$;
$step$;
-- functions/shared/setting.sql
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.setting(key text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$ BEGIN RETURN (SELECT s.value FROM shift_reminders.settings s WHERE s.key = setting.key); END $$;
$step$;
-- functions/shared/showable.sql
EXECUTE $step$
-- A host's table may hold infinity or the year 294276, which no page can show. A string body, so that it is inlined: a board
-- asks it for each of 20,000 rows.
CREATE OR REPLACE FUNCTION shift_reminders.showable(at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS '
  SELECT CASE WHEN at BETWEEN ''1900-01-01 00:00+00''::pg_catalog.timestamptz AND ''9000-01-01 00:00+00''::pg_catalog.timestamptz THEN at END';
$step$;
-- functions/shared/wall_clock.sql
EXECUTE $step$
-- A time as the shift's own clock shows it, with its zone where the site's clock shows another time; a zone that PostgreSQL
-- does not know falls back to UTC and says so.
CREATE OR REPLACE FUNCTION shift_reminders.wall_clock(at timestamptz, zone text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN to_char(at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI:SS')
    || CASE WHEN at AT TIME ZONE zone <> at AT TIME ZONE shift_reminders.setting('site_time_zone') THEN ' ' || zone ELSE '' END;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC';
END
$$;
$step$;
-- functions/test_shifts/create_test_shifts.sql
EXECUTE $step$
-- Returns the batch. Times count from now; the people take turns. enqueue_now does not wait for the next tick.
CREATE OR REPLACE FUNCTION shift_reminders.create_test_shifts(
  people uuid[], shifts integer, starts_in interval, lasts interval, apart interval, label text, zone text,
  check_in_after interval, check_out_after interval, enqueue_now boolean, actor text, why text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  moment timestamptz := date_trunc('milliseconds', shift_reminders.clock());
  plan jsonb;
  batch bigint;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF coalesce(cardinality(people), 0) = 0 THEN
    RAISE EXCEPTION 'No person was chosen.' USING ERRCODE = 'SR002', HINT = 'Choose at least one person.';
  ELSIF shifts IS NULL OR shifts NOT BETWEEN 1 AND 5000 THEN
    RAISE EXCEPTION '% test shifts at once are not possible.', shifts USING ERRCODE = 'SR002', HINT = 'Choose 1 to 5,000.';
  ELSIF starts_in NOT BETWEEN interval '-7 days' AND interval '7 days' THEN
    RAISE EXCEPTION 'A test shift cannot start in %.', starts_in USING ERRCODE = 'SR002', HINT = 'Choose a time within 7 days.';
  ELSIF lasts NOT BETWEEN interval '1 second' AND interval '7 days' THEN
    RAISE EXCEPTION 'A test shift cannot last %.', lasts USING ERRCODE = 'SR002', HINT = 'Choose 1 second to 7 days.';
  ELSIF apart NOT BETWEEN interval '0' AND interval '1 hour' THEN
    RAISE EXCEPTION 'Test shifts cannot start % apart.', apart USING ERRCODE = 'SR002', HINT = 'Choose 0 to 1 hour.';
  ELSIF NOT EXISTS (SELECT 1 FROM pg_timezone_names z WHERE z.name = zone) AND zone IS NOT NULL THEN
    RAISE EXCEPTION 'There is no time zone "%".', zone USING ERRCODE = 'SR002', HINT = 'Use a name such as Europe/Berlin.';
  END IF;

  plan := jsonb_strip_nulls(jsonb_build_object('people', cardinality(people), 'shifts', shifts, 'starts_in', starts_in,
    'lasts', lasts, 'apart', nullif(apart, interval '0'), 'label', label, 'time_zone', zone,
    'check_in_after', check_in_after, 'check_out_after', check_out_after));
  INSERT INTO shift_reminders.test_batches (created_at, created_by, why, plan, shifts)
  VALUES (moment, actor, create_test_shifts.why, plan, create_test_shifts.shifts) RETURNING id INTO batch;

  INSERT INTO shift_reminders.test_shifts (schedule_id, batch_id, user_id, start_at, end_at)
  SELECT shift_reminders.host_create_shift(s.person, s.start_at, s.start_at + lasts, label, zone), batch, s.person, s.start_at, s.start_at + lasts
  FROM (SELECT people[1 + (n - 1) % cardinality(people)] AS person, moment + starts_in + (n - 1) * apart AS start_at
        FROM generate_series(1, create_test_shifts.shifts) AS n) s;

  INSERT INTO shift_reminders.test_attendance (schedule_id, type, at)
  SELECT s.schedule_id, a.type, moment + a.after
  FROM shift_reminders.test_shifts s
  CROSS JOIN (VALUES ('check_in', check_in_after), ('check_out', check_out_after)) AS a(type, after)
  WHERE s.batch_id = batch AND a.after IS NOT NULL;

  PERFORM shift_reminders.record_audit(actor, 'seed test shifts', 'test batch ' || batch, why, NULL, plan);
  IF enqueue_now THEN PERFORM public.enqueue_due_shift_notifications('manual'); END IF;
  PERFORM shift_reminders.notify_pages(moment);
  RETURN batch;
END
$$;
$step$;
-- functions/test_shifts/log_due_test_attendance.sql
EXECUTE $step$
-- Logs the check-ins whose time has come; returns the seconds until the next one, NULL when none is left.
CREATE OR REPLACE FUNCTION shift_reminders.log_due_test_attendance() RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  moment timestamptz := shift_reminders.clock();
  due record;
BEGIN
  FOR due IN
    SELECT t.schedule_id, t.type, t.at, s.user_id
    FROM shift_reminders.test_attendance t JOIN shift_reminders.test_shifts s ON s.schedule_id = t.schedule_id
    WHERE t.logged_at IS NULL AND t.at <= moment ORDER BY t.at, t.schedule_id LIMIT 1000 FOR UPDATE OF t SKIP LOCKED
  LOOP
    BEGIN
      PERFORM shift_reminders.host_log_attendance(due.schedule_id, due.user_id, due.type, due.at);
      UPDATE shift_reminders.test_attendance t SET logged_at = moment WHERE t.schedule_id = due.schedule_id AND t.type = due.type;
    EXCEPTION WHEN OTHERS THEN
      -- The host refused it, perhaps because the shift is gone: it is not tried for ever.
      UPDATE shift_reminders.test_attendance t SET logged_at = moment, problem = SQLERRM
      WHERE t.schedule_id = due.schedule_id AND t.type = due.type;
    END;
  END LOOP;
  IF FOUND THEN PERFORM shift_reminders.notify_pages(moment); END IF;
  -- NULL when nothing waits; greatest() alone would make that 0, and the caller would come back at once for ever.
  RETURN (SELECT CASE WHEN count(*) > 0 THEN greatest(0, extract(epoch FROM min(t.at) - moment))::double precision END
          FROM shift_reminders.test_attendance t WHERE t.logged_at IS NULL);
END
$$;
$step$;
-- functions/test_shifts/remove_test_batch.sql
EXECUTE $step$
-- Removes the shifts and all that came of them. What is being sent at this moment stays, and is counted as kept.
CREATE OR REPLACE FUNCTION shift_reminders.remove_test_batch(batch bigint, actor text, why text)
RETURNS TABLE (shifts integer, reminders integer, kept integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  removed shift_reminders.test_batches;
  shift_ids bigint[];
  ids bigint[];
  nids text[];
  counted jsonb;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  SELECT * INTO removed FROM shift_reminders.test_batches b WHERE b.id = batch FOR UPDATE;
  IF removed.id IS NULL OR removed.removed_at IS NOT NULL THEN
    RAISE EXCEPTION 'There is no test batch %, or it was removed already.', batch USING ERRCODE = 'SR002', HINT = 'Load the page again.';
  END IF;
  SELECT coalesce(array_agg(s.schedule_id), '{}') INTO shift_ids FROM shift_reminders.test_shifts s WHERE s.batch_id = batch;
  shifts := shift_reminders.host_remove_shifts(shift_ids);

  SELECT jsonb_object_agg(c.state, c.n) INTO counted FROM (
    SELECT q.state, count(*) AS n FROM public.scheduled_notifications q WHERE q.schedule_id = ANY (shift_ids) GROUP BY q.state) c;
  SELECT coalesce(array_agg(l.id), '{}'), array_agg(shift_reminders.notification_id(l.schedule_id, l.user_id, l.notify_type)) INTO ids, nids FROM (
    SELECT q.* FROM public.scheduled_notifications q
    WHERE q.schedule_id = ANY (shift_ids) AND q.state <> 'sending' ORDER BY q.id FOR UPDATE SKIP LOCKED) l;
  DELETE FROM shift_reminders.attempts a WHERE a.reminder_id = ANY (ids);
  DELETE FROM shift_reminders.generations g WHERE g.reminder_id = ANY (ids);
  DELETE FROM public.notification_pushes p WHERE p.notification_id = ANY (nids);
  DELETE FROM shift_reminders.sandbox_pushes p USING shift_reminders.test_shifts s
  WHERE s.batch_id = batch AND p.user_id = s.user_id AND p.notification_id = ANY (nids);
  DELETE FROM public.scheduled_notifications q WHERE q.id = ANY (ids);
  reminders := cardinality(ids);
  SELECT count(*)::integer INTO kept FROM public.scheduled_notifications q WHERE q.schedule_id = ANY (shift_ids);

  DELETE FROM shift_reminders.test_shifts s WHERE s.batch_id = batch;
  UPDATE shift_reminders.test_batches b SET removed_at = at, removed_by = actor, outcome = coalesce(counted, '{}') WHERE b.id = batch;
  PERFORM shift_reminders.record_audit(actor, 'remove test shifts', 'test batch ' || batch, why,
    removed.plan || jsonb_build_object('outcome', counted), NULL);
  PERFORM shift_reminders.notify_pages(at);
  RETURN NEXT;
END
$$;
$step$;
-- functions/test_shifts/test_batch_list.sql
EXECUTE $step$
-- The newest batches, each with how many of its reminders are in which state right now.
CREATE OR REPLACE FUNCTION shift_reminders.test_batch_list(most integer)
RETURNS TABLE (id bigint, created_at timestamptz, created_by text, why text, plan jsonb, shifts integer,
               removed_at timestamptz, removed_by text, outcome jsonb, check_ins_ahead integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT b.id, b.created_at, b.created_by, b.why, b.plan, b.shifts, b.removed_at, b.removed_by,
    coalesce(b.outcome, (
      SELECT jsonb_object_agg(c.state, c.n) FROM (
        SELECT q.state, count(*) AS n FROM shift_reminders.test_shifts s
        JOIN public.scheduled_notifications q ON q.schedule_id = s.schedule_id
        WHERE s.batch_id = b.id GROUP BY q.state) c), '{}'),
    (SELECT count(*)::integer FROM shift_reminders.test_shifts s
     JOIN shift_reminders.test_attendance a ON a.schedule_id = s.schedule_id WHERE s.batch_id = b.id AND a.logged_at IS NULL)
  FROM shift_reminders.test_batches b ORDER BY b.id DESC LIMIT least(most, 200)
$$;
$step$;
-- functions/test_shifts/test_board.sql
EXECUTE $step$
-- The batch's part of the board; a shift that was moved far away or deleted since is not in it.
CREATE OR REPLACE FUNCTION shift_reminders.test_board(batch bigint)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, start_at timestamptz, end_at timestamptz, is_active boolean,
  label text, time_zone text, notify_type text, anchor_at timestamptz, due_at timestamptz, expires_at timestamptz, attended_at timestamptz,
  reminder_id bigint, standing text, reason text, accepted_at timestamptz, devices integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  span record;
BEGIN
  SELECT min(s.start_at) AS first, max(s.start_at) + interval '1 second' AS last INTO span
  FROM shift_reminders.test_shifts s WHERE s.batch_id = batch;
  RETURN QUERY
    SELECT b.* FROM shift_reminders.shift_board(span.first, span.last) b
    WHERE EXISTS (SELECT 1 FROM shift_reminders.test_shifts s WHERE s.schedule_id = b.schedule_id AND s.batch_id = batch);
END
$$;
$step$;
-- (host contract)
EXECUTE $step$
SELECT shift_reminders.refresh_host_contract();
SELECT shift_reminders.write_contract_views() WHERE shift_reminders.setting('host_contract') = 'custom';
SELECT shift_reminders.verify_host();
$step$;
-- (version)
EXECUTE $step$
CREATE OR REPLACE FUNCTION shift_reminders.schema_version() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT '1.0.0' $$;
$step$;
-- (functions of earlier versions)
EXECUTE $step$
DO $sweep$
DECLARE
  old regprocedure;
BEGIN
  FOR old IN
    SELECT p.oid FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = 'shift_reminders'::pg_catalog.regnamespace AND p.proname NOT LIKE 'host\_%'
      AND pg_catalog.age(p.xmin) > pg_catalog.age(
        (pg_catalog.current_setting('shift_reminders.applying_since')::pg_catalog.xid8)::pg_catalog.xid)
  LOOP
    EXECUTE pg_catalog.format('DROP FUNCTION %s', old);
  END LOOP;
END
$sweep$;
RESET check_function_bodies;
$step$;
-- close.sql
EXECUTE $step$
-- Closes everything of ours to everybody but the owner, whatever a project's default privileges granted when it was made. Runs
-- in one go with each file of tables/, and again before grants.sql opens what is named there. Functions are closed there too: here
-- their last change would no longer tell which of them a file still makes.
DO $close$
DECLARE
  object record;
  stranger text;
  strangers text[] := ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'));
BEGIN
  FOREACH stranger IN ARRAY strangers LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA shift_reminders FROM %s', stranger);
    EXECUTE format('REVOKE ALL ON public.scheduled_notifications, public.notification_pushes FROM %s', stranger);
    -- The ids' sequence has privileges of its own; one without an owner (a default of the plan's) is not ours to close.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %s', pg_get_serial_sequence('public.scheduled_notifications', 'id'), stranger);
    END IF;
  END LOOP;

  -- Row level security on every table of ours: one that a later release adds is closed until grants.sql names it.
  FOR object IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (c.relnamespace = 'shift_reminders'::regnamespace
      OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', object.name);
  END LOOP;
END
$close$;
$step$;
-- grants.sql
EXECUTE $step$
-- Who may do what: the last word, after close.sql has closed everything but functions, so that a right that is not named here is
-- gone.
DO $close$
DECLARE
  stranger text;
  function regprocedure;
BEGIN
  FOREACH stranger IN ARRAY ARRAY['PUBLIC']
    || ARRAY(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role', 'shift_reminders_app'))
  LOOP
    EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA shift_reminders FROM %s', stranger);
    FOR function IN
      SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND p.proname IN ('enqueue_due_shift_notifications', 'try_mark_notification_pushed')
    LOOP
      EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %s', function, stranger);
    END LOOP;
  END LOOP;
END
$close$;

GRANT USAGE ON SCHEMA shift_reminders TO shift_reminders_app;

-- What the portal reads directly.
DO $reads$
DECLARE
  readable regclass;
BEGIN
  FOREACH readable IN ARRAY ARRAY['public.scheduled_notifications', 'public.notification_pushes', 'shift_reminders.attempts',
    'shift_reminders.generations', 'shift_reminders.reasons', 'shift_reminders.rules', 'shift_reminders.rule_texts',
    'shift_reminders.settings', 'shift_reminders.pauses', 'shift_reminders.heartbeats', 'shift_reminders.processors',
    'shift_reminders.channels', 'shift_reminders.channel_platforms', 'shift_reminders.sandbox_pushes',
    'shift_reminders.sandbox_behaviours']::regclass[]
  LOOP
    EXECUTE format('GRANT SELECT ON %s TO shift_reminders_app', readable);
    EXECUTE format('DROP POLICY IF EXISTS app_reads ON %s', readable);
    EXECUTE format('CREATE POLICY app_reads ON %s FOR SELECT TO shift_reminders_app USING (true)', readable);
  END LOOP;
END
$reads$;

-- What it keeps by itself: accounts, keys, saved views. Audit and sessions are written through their functions alone.
DO $rights$
DECLARE
  allowed record;
BEGIN
  FOR allowed IN SELECT * FROM (VALUES
      ('accounts', 'SELECT, INSERT, UPDATE'),
      ('roles', 'SELECT'),
      ('account_roles', 'SELECT, INSERT, DELETE'),
      ('account_claims', 'SELECT, INSERT, UPDATE, DELETE'),
      ('role_claims', 'SELECT'),
      ('account_logins', 'SELECT, INSERT, DELETE'),
      ('account_tokens', 'SELECT, INSERT, UPDATE, DELETE'),
      ('account_passkeys', 'SELECT, INSERT, UPDATE, DELETE'),
      ('data_protection_keys', 'SELECT, INSERT'),
      ('audit', 'SELECT'),
      ('sessions', 'SELECT'),
      ('saved_views', 'SELECT, INSERT, UPDATE, DELETE')) AS t (name, rights)
  LOOP
    EXECUTE format('GRANT %s ON shift_reminders.%I TO shift_reminders_app', allowed.rights, allowed.name);
    EXECUTE format('DROP POLICY IF EXISTS app ON shift_reminders.%I', allowed.name);
    EXECUTE format('CREATE POLICY app ON shift_reminders.%I TO shift_reminders_app USING (true) WITH CHECK (true)', allowed.name);
  END LOOP;
END
$rights$;

-- The functions that the app calls; every other one stays the owner's.
DO $functions$
DECLARE
  called text[] := ARRAY[
    -- shared, rules, queue
    'schema_version', 'clock', 'device_id', 'trimmed_token', 'setting', 'fold', 'unknown_placeholder', 'paused', 'pause_at',
    -- claim, record
    'claim_reminders', 'release_reminders', 'next_due_in', 'record_accepted', 'record_attempts',
    -- processors, channels
    'processor_beat', 'channel_probed', 'platform_probed', 'paused_platforms',
    -- acts
    'resend_reminders', 'preview_resend', 'cancel_reminders', 'uncancel_reminders', 'pause_reminders', 'resume_reminders',
    'run_enqueue_by_hand', 'record_audit',
    -- explain, portal
    'explain', 'doubt', 'may_have_arrived', 'may_have_reached', 'explain_shift', 'shift_board', 'reminder_faces', 'explain_person', 'now_board', 'ended_unsent',
    'due_list', 'lost_by_pause', 'act_reminders',
    -- cron, metrics, retention
    'ensure_cron_job', 'cron_jobs', 'cron_runs', 'cron_run_of', 'cron_standing', 'queue_metrics', 'check_database', 'purge',
    -- people, rules
    'test_targets', 'find_people', 'people_named', 'devices_of', 'preview_rule', 'save_rule', 'remove_rule', 'sample_shifts',
    -- settings
    'site_settings', 'change_setting',
    -- sessions
    'start_session', 'session_standing', 'live_sessions', 'use_session', 'prove_session', 'hold_session', 'end_session', 'end_sessions',
    -- sandbox, test shifts
    'sandbox_receive', 'sandbox_probe', 'sandbox_behave', 'sandbox_clear',
    'create_test_shifts', 'log_due_test_attendance', 'remove_test_batch', 'test_batch_list', 'test_board'];
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'shift_reminders'::regnamespace AND p.proname = ANY (called) LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO shift_reminders_app', f);
  END LOOP;
END
$functions$;
GRANT EXECUTE ON FUNCTION public.enqueue_due_shift_notifications(text), public.try_mark_notification_pushed(text, jsonb) TO shift_reminders_app;

-- The plan's edge functions call the mark as service_role, and go on doing so during a cut-over.
DO $service$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'service_role') THEN
    GRANT EXECUTE ON FUNCTION public.enqueue_due_shift_notifications(text), public.try_mark_notification_pushed(text, jsonb) TO service_role;
    -- Supabase's default privileges give it everything; nothing of the plan deletes.
    GRANT SELECT, INSERT, UPDATE ON public.scheduled_notifications, public.notification_pushes TO service_role;
    -- A plan that numbered its rows with serial takes the next number as whoever inserts.
    IF pg_get_serial_sequence('public.scheduled_notifications', 'id') IS NOT NULL THEN
      EXECUTE format('GRANT USAGE ON SEQUENCE %s TO service_role', pg_get_serial_sequence('public.scheduled_notifications', 'id'));
    END IF;
  END IF;
END
$service$;

-- A statement of the app ends by itself, also when nobody is left who could cancel it. The role belongs to the cluster:
-- what an operator or another database's migration has set stays.
DO $timeout$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
    WHERE s.setrole = 'shift_reminders_app'::regrole AND s.setdatabase = 0 AND setting LIKE 'statement\_timeout=%') THEN
    ALTER ROLE shift_reminders_app SET statement_timeout = '2min';
  END IF;
EXCEPTION
  -- Another database's migration does it at this moment; or the role is not ours to alter, which check says.
  WHEN unique_violation OR internal_error OR insufficient_privilege THEN NULL;
END
$timeout$;

-- What row level security hides from the owner must not look as if it did not exist: a function that reads the host's tables
-- fails instead. pg_cron's tables are apart, as they show every role its own jobs.
DO $visible$
DECLARE
  reader regprocedure;
BEGIN
  FOR reader IN
    SELECT p.oid FROM pg_proc p
    WHERE p.prosecdef AND p.prosrc !~ '\mcron\.' AND (p.pronamespace = 'shift_reminders'::regnamespace
      OR p.oid = 'public.enqueue_due_shift_notifications(text)'::regprocedure)
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET row_security = off', reader);
  END LOOP;
END
$visible$;
$step$;
    INSERT INTO shift_reminders.migrations (name, checksum) VALUES ('functions and grants', 'a7af752e798be191356d317d1d8d9a0db6fe1e0519bd497b5fdac0dd849a1552') ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp();
  END IF;
END
$unless_later$;

SELECT shift_reminders.ensure_cron_job();
