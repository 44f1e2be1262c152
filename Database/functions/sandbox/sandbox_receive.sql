-- One push to several devices; one row per device, place being its 1-based position.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_receive(
  notification_id text, generation integer, tag text, title text, body text, data jsonb, dry_run boolean,
  device_ids text[], user_ids uuid[], platforms text[])
RETURNS TABLE (place integer, outcome text, latency interval)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  device record;
  now timestamptz := shift_reminders.clock();
BEGIN
  -- In the devices' order, so that two pushes to the same phones cannot lock each other out.
  FOR device IN
    SELECT d.ordinality::integer AS place, d.id, d.person, d.platform
    FROM ROWS FROM (pg_catalog.unnest(device_ids), pg_catalog.unnest(user_ids), pg_catalog.unnest(platforms))
      WITH ORDINALITY AS d(id, person, platform, ordinality)
    ORDER BY d.id, d.ordinality
  LOOP
    place := device.place;
    SELECT a.outcome, a.latency INTO sandbox_receive.outcome, sandbox_receive.latency
    FROM shift_reminders.sandbox_answer(device.id, dry_run) a;
    -- An unknown outcome is one whose answer was lost: the phone has it, and the retry shows that it collapses.
    IF NOT dry_run AND sandbox_receive.outcome IN ('accepted', 'unknown') THEN
      INSERT INTO shift_reminders.sandbox_pushes AS p
        (device_id, tag, notification_id, generation, user_id, platform, title, body, data, first_received_at, received_at)
      VALUES (device.id, sandbox_receive.tag, sandbox_receive.notification_id, sandbox_receive.generation, device.person,
        device.platform, sandbox_receive.title, sandbox_receive.body, sandbox_receive.data, now, now)
      ON CONFLICT ON CONSTRAINT sandbox_pushes_pkey DO UPDATE SET
        copies = CASE WHEN p.generation = excluded.generation THEN p.copies + 1 ELSE 1 END, generation = excluded.generation, title = excluded.title, body = excluded.body, data = excluded.data,
        user_id = excluded.user_id, platform = excluded.platform, received_at = excluded.received_at;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;
