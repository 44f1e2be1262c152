-- The same for reminders that are not at hand: those that exist.
CREATE OR REPLACE FUNCTION shift_reminders.judge(ids bigint[])
RETURNS TABLE (reminder_id bigint, verdict text, live_anchor timestamptz)
LANGUAGE sql STABLE ROWS 500 SET search_path = pg_catalog, pg_temp
AS $$
  SELECT (j.reminder).id, j.verdict, j.live_anchor
  FROM shift_reminders.judge_rows(ARRAY(SELECT q FROM public.scheduled_notifications q WHERE q.id = ANY (ids))) j
$$;
