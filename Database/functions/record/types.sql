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
