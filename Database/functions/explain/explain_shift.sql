-- Every person and rule of one shift, also of reminders whose shift is gone.
CREATE OR REPLACE FUNCTION shift_reminders.explain_shift(schedule_id bigint)
RETURNS TABLE (user_id uuid, notify_type text, sentence text, state text, reason text, evidence jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT x.user_id, x.notify_type, e.sentence, e.state, e.reason, e.evidence
  FROM (
    SELECT l.user_id, l.notify_type FROM shift_reminders.expected(NULL, NULL, explain_shift.schedule_id) l WHERE l.user_id IS NOT NULL
    UNION
    SELECT q.user_id, q.notify_type FROM public.scheduled_notifications q WHERE q.schedule_id = explain_shift.schedule_id) x
  CROSS JOIN LATERAL shift_reminders.explain(explain_shift.schedule_id, x.user_id, x.notify_type) e
  ORDER BY x.user_id, x.notify_type
$$;
