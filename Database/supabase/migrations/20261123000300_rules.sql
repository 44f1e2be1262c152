-- Rules: one row per kind of reminder, and its texts. Safe to run again.

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

-- As the texts name it; phones also write de_DE.
CREATE OR REPLACE FUNCTION shift_reminders.locale_of(written text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = ''
AS $$ SELECT pg_catalog.replace(written, '_', '-') $$;

-- The placeholders that a text may use. The renderer knows the same ones; a test holds the two together.
CREATE OR REPLACE FUNCTION shift_reminders.unknown_placeholder(template text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = ''
AS $$
  SELECT m[1] FROM pg_catalog.regexp_matches(template, '\{([^{}]*)\}', 'g') AS m
  WHERE m[1] NOT IN ('start', 'end', 'anchor', 'date', 'name', 'label') LIMIT 1
$$;

CREATE TABLE IF NOT EXISTS shift_reminders.rule_texts (
  notify_type  text NOT NULL REFERENCES shift_reminders.rules ON DELETE CASCADE,
  locale       text NOT NULL CHECK (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  title        text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  body         text NOT NULL CHECK (length(body) BETWEEN 1 AND 1000),
  PRIMARY KEY (notify_type, locale),
  CONSTRAINT rule_texts_known_placeholders CHECK (
    shift_reminders.unknown_placeholder(title) IS NULL AND shift_reminders.unknown_placeholder(body) IS NULL)
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
