-- What a probe of the project as a whole is told: a phone that plays refused credentials refuses it too.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_probe() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  device text := (SELECT b.device_id FROM shift_reminders.sandbox_behaviours b
                  WHERE b.outcome = 'project_credentials' ORDER BY b.set_at, b.device_id LIMIT 1);
BEGIN
  RETURN CASE WHEN device IS NULL THEN 'accepted' ELSE (SELECT a.outcome FROM shift_reminders.sandbox_answer(device, false) a) END;
END
$$;
