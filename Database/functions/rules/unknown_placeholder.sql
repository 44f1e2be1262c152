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
