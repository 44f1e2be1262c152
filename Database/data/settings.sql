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
