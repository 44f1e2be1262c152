-- How a device answers from now on; NULL or 'accepted' without latency: like a phone in order.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_behave(
  device_id text, outcome text, remaining integer, latency interval, actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  before shift_reminders.sandbox_behaviours;
BEGIN
  SELECT * INTO before FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = sandbox_behave.device_id FOR UPDATE;
  PERFORM shift_reminders.record_audit(actor, 'tell a simulated phone how to answer', 'device ' || sandbox_behave.device_id, NULL,
    jsonb_build_object('outcome', coalesce(before.outcome, 'accepted'), 'times', before.remaining, 'latency', before.latency),
    jsonb_build_object('outcome', coalesce(sandbox_behave.outcome, 'accepted'), 'times', sandbox_behave.remaining, 'latency', sandbox_behave.latency));
  IF sandbox_behave.outcome IS NULL
     OR (sandbox_behave.outcome = 'accepted' AND coalesce(sandbox_behave.latency, interval '0') = interval '0') THEN
    DELETE FROM shift_reminders.sandbox_behaviours b WHERE b.device_id = sandbox_behave.device_id;
    RETURN;
  END IF;
  INSERT INTO shift_reminders.sandbox_behaviours (device_id, outcome, remaining, latency, set_by, set_at)
  VALUES (sandbox_behave.device_id, sandbox_behave.outcome, sandbox_behave.remaining,
    coalesce(sandbox_behave.latency, interval '0'), actor, shift_reminders.clock())
  ON CONFLICT ON CONSTRAINT sandbox_behaviours_pkey DO UPDATE SET
    outcome = excluded.outcome, remaining = excluded.remaining, latency = excluded.latency,
    set_by = excluded.set_by, set_at = excluded.set_at;
END
$$;
