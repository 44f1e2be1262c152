-- Open reminders, and all that are due in a span of time: a branch for each of the indexes above. The string bodies are
-- inlined, so that what the caller asks for besides reaches the indexes too.
CREATE OR REPLACE FUNCTION shift_reminders.open_reminders() RETURNS SETOF public.scheduled_notifications
LANGUAGE sql STABLE AS '
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NULL
  UNION ALL
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NOT NULL';
