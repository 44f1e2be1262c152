CREATE OR REPLACE FUNCTION shift_reminders.resume_reminders(actor text, why text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  ended shift_reminders.pauses;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  UPDATE shift_reminders.pauses p SET ended_at = at, ended_by = actor WHERE p.ended_at IS NULL RETURNING * INTO ended;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM shift_reminders.record_audit(actor, 'resume', 'reminders', why,
    jsonb_build_object('started_at', ended.started_at, 'started_by', ended.started_by, 'until', ended.until), NULL);
  -- What came due meanwhile and is still useful goes out now, without waiting for the next tick.
  PERFORM public.enqueue_due_shift_notifications('manual');
  PERFORM shift_reminders.hint('shift_reminders_due', '0');
  PERFORM shift_reminders.notify_pages(at);
  RETURN true;
END
$$;
