-- The moment of a shift that a rule is about; anchor is the rule's.
CREATE OR REPLACE FUNCTION shift_reminders.anchor_of(anchor text, start_at timestamptz, end_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS 'SELECT CASE $1 WHEN ''start'' THEN $2 WHEN ''end'' THEN $3 END';
