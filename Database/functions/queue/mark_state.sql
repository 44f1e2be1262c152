-- in_flight, delivered or foreign. Told by the reminder, and not written into the mark a second time: its generation was
-- accepted by a device, or not (yet).
CREATE OR REPLACE FUNCTION shift_reminders.mark_state(mark public.notification_pushes) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN mark.state = 'foreign' THEN 'foreign'
    WHEN EXISTS (SELECT 1 FROM public.scheduled_notifications q
                 WHERE q.id = mark.reminder_id AND q.generation = mark.generation AND q.accepted_at IS NOT NULL)
      OR EXISTS (SELECT 1 FROM shift_reminders.generations g
                 WHERE g.reminder_id = mark.reminder_id AND g.generation = mark.generation AND g.accepted_at IS NOT NULL) THEN 'delivered'
    ELSE 'in_flight' END
$$;
