-- The devices a test push goes to. It is on record who asked, before anything is sent.
CREATE OR REPLACE FUNCTION shift_reminders.test_targets(actor text, why text, who uuid)
RETURNS TABLE (device_id text, token text, platform text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  PERFORM shift_reminders.record_audit(actor, 'send test', 'person ' || who, why, NULL, NULL);
  RETURN QUERY SELECT d.device_id, d.token, d.platform FROM shift_reminders.devices d WHERE d.user_id = who;
END
$$;
