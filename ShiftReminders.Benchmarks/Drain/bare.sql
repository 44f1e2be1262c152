-- All that the bare pipeline keeps: what is due, and a mark for each.
CREATE TABLE bench.queue (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  nid text NOT NULL, user_id uuid NOT NULL, due_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'pending', claimed_at timestamptz, done_at timestamptz) WITH (fillfactor = 80);
CREATE INDEX queue_due ON bench.queue (due_at, id) WHERE state = 'pending';
CREATE TABLE bench.marks (nid text PRIMARY KEY, created_at timestamptz NOT NULL);

-- The same with what a live shift is judged by. No attempts, no leases, no lists of what is finished.
CREATE TABLE bench.judged (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schedule_id bigint NOT NULL, user_id uuid NOT NULL,
  due_at timestamptz NOT NULL, anchor_at timestamptz NOT NULL, expires_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'pending', claimed_at timestamptz, claim_token uuid, done_at timestamptz) WITH (fillfactor = 80);
CREATE INDEX judged_due ON bench.judged (due_at, id) WHERE state = 'pending';
CREATE TABLE bench.judged_marks (nid text PRIMARY KEY, created_at timestamptz NOT NULL);

-- What it keeps when it does the product's work: a reminder per shift, person and kind with its claim and lease, an attempt
-- for each with a result per phone, phones that are dead, and the keys that the lists of what is finished read by.
CREATE TABLE bench.reminders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schedule_id bigint NOT NULL, user_id uuid NOT NULL, notify_type text NOT NULL,
  due_at timestamptz NOT NULL, anchor_at timestamptz NOT NULL, expires_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'pending', reason text, processed boolean NOT NULL DEFAULT false,
  claimed_at timestamptz, claim_token uuid, lease_until timestamptz, done_at timestamptz,
  UNIQUE (schedule_id, user_id, notify_type)) WITH (fillfactor = 50);
CREATE INDEX reminders_due ON bench.reminders (due_at, id) WHERE NOT processed;
CREATE INDEX reminders_finished ON bench.reminders (due_at, id) WHERE processed;
CREATE INDEX reminders_finished_of_person ON bench.reminders (user_id, due_at) WHERE processed;
CREATE TABLE bench.kept_marks (nid text PRIMARY KEY, created_at timestamptz NOT NULL);
CREATE TABLE bench.kept_attempts (
  reminder_id bigint NOT NULL, attempt integer NOT NULL, claim_token uuid NOT NULL,
  claimed_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, outcome text NOT NULL, devices jsonb NOT NULL,
  PRIMARY KEY (reminder_id, attempt));
CREATE TABLE bench.dead_phones (device_id text PRIMARY KEY, died_at timestamptz NOT NULL);
