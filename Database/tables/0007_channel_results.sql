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
