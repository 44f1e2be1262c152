-- The simulated phones of the Sandbox channel. Safe to run again.
--
-- They behave as real ones do: a push with the tag of an earlier one replaces it, and each can be told how to fail.

CREATE TABLE IF NOT EXISTS shift_reminders.sandbox_pushes (
  device_id          text NOT NULL,
  tag                text NOT NULL,
  notification_id    text NOT NULL,
  generation         integer NOT NULL,
  user_id            uuid NOT NULL,
  platform           text,
  title              text NOT NULL,
  body               text NOT NULL,
  data               jsonb NOT NULL,
  copies             integer NOT NULL DEFAULT 1 CHECK (copies >= 1),
  first_received_at  timestamptz NOT NULL,
  received_at        timestamptz NOT NULL,
  PRIMARY KEY (device_id, tag)
);
COMMENT ON COLUMN shift_reminders.sandbox_pushes.tag IS 'The collapse key: a copy replaces what the phone already shows';
COMMENT ON COLUMN shift_reminders.sandbox_pushes.copies IS 'How often it arrived; above 1, a push was sent twice and the phone shows one';
CREATE INDEX IF NOT EXISTS sandbox_pushes_person ON shift_reminders.sandbox_pushes (user_id, received_at DESC);
CREATE INDEX IF NOT EXISTS sandbox_pushes_received ON shift_reminders.sandbox_pushes (received_at);

CREATE TABLE IF NOT EXISTS shift_reminders.sandbox_behaviours (
  device_id  text PRIMARY KEY,
  outcome    text NOT NULL CHECK (outcome IN ('accepted', 'gone', 'mismatch', 'rejected', 'transient', 'unknown',
               'platform_credentials', 'project_credentials', 'not_attempted')),
  remaining  integer CHECK (remaining >= 1),
  latency    interval NOT NULL DEFAULT interval '0' CHECK (latency BETWEEN interval '0' AND interval '5 minutes'),
  set_by     text NOT NULL,
  set_at     timestamptz NOT NULL
);
COMMENT ON COLUMN shift_reminders.sandbox_behaviours.remaining IS 'For how many more pushes, after which it accepts; NULL: until changed';

ALTER TABLE shift_reminders.sandbox_pushes ENABLE ROW LEVEL SECURITY;
ALTER TABLE shift_reminders.sandbox_behaviours ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS app_reads ON shift_reminders.sandbox_pushes;
CREATE POLICY app_reads ON shift_reminders.sandbox_pushes FOR SELECT TO shift_reminders_app USING (true);
DROP POLICY IF EXISTS app_reads ON shift_reminders.sandbox_behaviours;
CREATE POLICY app_reads ON shift_reminders.sandbox_behaviours FOR SELECT TO shift_reminders_app USING (true);

-- One device's next answer. Uses up one of a counted behaviour, unless it was only asked.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_answer(device text, only_asked boolean,
  OUT outcome text, OUT latency interval)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
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

-- One push to several devices; one row per device, place being its 1-based position.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_receive(
  notification_id text, generation integer, tag text, title text, body text, data jsonb, dry_run boolean,
  device_ids text[], user_ids uuid[], platforms text[])
RETURNS TABLE (place integer, outcome text, latency interval)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
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
        copies = p.copies + 1, title = excluded.title, body = excluded.body, data = excluded.data,
        user_id = excluded.user_id, platform = excluded.platform, received_at = excluded.received_at;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

-- What a probe of the project as a whole is told: a phone that plays refused credentials refuses it too.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_probe() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
  device text := (SELECT b.device_id FROM shift_reminders.sandbox_behaviours b
                  WHERE b.outcome = 'project_credentials' ORDER BY b.set_at, b.device_id LIMIT 1);
BEGIN
  RETURN CASE WHEN device IS NULL THEN 'accepted' ELSE (SELECT a.outcome FROM shift_reminders.sandbox_answer(device, false) a) END;
END
$$;

-- How a device answers from now on; NULL or 'accepted' without latency: like a phone in order.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_behave(
  device_id text, outcome text, remaining integer, latency interval, actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
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

-- The person clears the phone's notifications; returns how many there were.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_clear(person uuid) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = ''
AS $$
  WITH cleared AS (DELETE FROM shift_reminders.sandbox_pushes p WHERE p.user_id = person RETURNING 1)
  SELECT pg_catalog.count(*)::integer FROM cleared
$$;

-- In small batches: returns how many went, and fewer than batch_size means that no more are left.
CREATE OR REPLACE FUNCTION shift_reminders.sandbox_purge(older_than interval, batch_size integer DEFAULT 1000) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = ''
AS $$
  WITH purged AS (
    DELETE FROM shift_reminders.sandbox_pushes p WHERE (p.device_id, p.tag) IN (
      SELECT o.device_id, o.tag FROM shift_reminders.sandbox_pushes o
      WHERE o.received_at < shift_reminders.clock() - older_than
      ORDER BY o.received_at LIMIT batch_size FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT pg_catalog.count(*)::integer FROM purged
$$;

DO $grants$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'shift_reminders'::regnamespace
           AND p.proname IN ('sandbox_answer', 'sandbox_receive', 'sandbox_probe', 'sandbox_behave', 'sandbox_clear', 'sandbox_purge') LOOP
    EXECUTE pg_catalog.format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    IF f::text NOT LIKE '%sandbox_answer%' THEN
      EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO shift_reminders_app', f);
    END IF;
  END LOOP;
END
$grants$;
REVOKE ALL ON shift_reminders.sandbox_pushes, shift_reminders.sandbox_behaviours FROM PUBLIC;
GRANT SELECT ON shift_reminders.sandbox_pushes, shift_reminders.sandbox_behaviours TO shift_reminders_app;
