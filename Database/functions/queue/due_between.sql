CREATE OR REPLACE FUNCTION shift_reminders.due_between(after timestamptz, up_to timestamptz) RETURNS SETOF public.scheduled_notifications
LANGUAGE sql STABLE AS '
  SELECT * FROM public.scheduled_notifications WHERE processed AND scheduled_for > after AND scheduled_for <= up_to
  UNION ALL
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NULL AND scheduled_for > after AND scheduled_for <= up_to
  UNION ALL
  SELECT * FROM public.scheduled_notifications WHERE NOT processed AND reason IS NOT NULL AND scheduled_for > after AND scheduled_for <= up_to';
