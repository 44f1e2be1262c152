CREATE OR REPLACE FUNCTION shift_reminders.pause_reminders(actor text, why text, until timestamptz DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF pause_reminders.until <= at THEN
    RAISE EXCEPTION 'A pause cannot end in the past (%).', pause_reminders.until USING ERRCODE = 'SR002', HINT = 'Choose a later time, or none.';
  END IF;
  UPDATE shift_reminders.pauses p SET ended_at = p.until, ended_by = 'until' WHERE p.ended_at IS NULL AND p.until <= at;
  INSERT INTO shift_reminders.pauses (started_at, started_by, why, until)
  VALUES (at, actor, pause_reminders.why, pause_reminders.until) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM shift_reminders.record_audit(actor, 'pause', 'reminders', why, NULL, jsonb_build_object('until', pause_reminders.until));
  PERFORM shift_reminders.notify_pages(at);
  RETURN true;
END
$$;
