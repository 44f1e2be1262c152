-- One device's next answer. Uses up one of a counted behaviour, unless it was only asked.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_answer(device text, only_asked boolean,
  OUT outcome text, OUT latency interval)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  behaviour shift_reminders.sandbox_behaviours;
BEGIN
  SELECT * INTO behaviour FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = device FOR UPDATE;
  outcome := coalesce(behaviour.outcome, 'accepted');
  latency := coalesce(behaviour.latency, interval '0');
  IF only_asked OR behaviour.remaining IS NULL THEN
    RETURN;
  ELSIF behaviour.remaining = 1 THEN
    DELETE FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = device;
  ELSE
    UPDATE shift_reminders.sandbox_behaviours b SET remaining = b.remaining - 1 WHERE b.device_id = device;
  END IF;
END
$$;
