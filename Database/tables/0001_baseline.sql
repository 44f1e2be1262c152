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
