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
