-- IANA's names alone: abbreviations (IST), offsets (UTC+3, which PostgreSQL takes for three hours behind) and Windows' names
-- mean one thing to one program and another to the next. A few names are abbreviations too, which PostgreSQL prefers: theirs are
-- the zones that IANA has made of them.
INSERT INTO shift_reminders.time_zones (spelled, name)
SELECT DISTINCT ON (lower(z.name)) lower(z.name),
  CASE z.name WHEN 'CET' THEN 'Europe/Brussels' WHEN 'MET' THEN 'Europe/Brussels' WHEN 'EET' THEN 'Europe/Athens' WHEN 'WET' THEN 'Europe/Lisbon' ELSE z.name END
FROM pg_timezone_names z
WHERE z.name !~ '^(posix|right|SystemV)/' AND z.name NOT IN ('posixrules', 'localtime', 'Factory')
ORDER BY lower(z.name), z.name
ON CONFLICT (spelled) DO UPDATE SET name = excluded.name WHERE time_zones.name <> excluded.name;
