-- Run now, by hand: the same function as the tick, on record as manual.
CREATE OR REPLACE FUNCTION shift_reminders.run_enqueue_by_hand(actor text, why text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  added integer;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  added := public.enqueue_due_shift_notifications('manual');
  PERFORM shift_reminders.record_audit(actor, 'run enqueue', 'enqueue_due_shift_notifications', why, NULL, jsonb_build_object('result', added));
  RETURN added;
END
$$;
