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
