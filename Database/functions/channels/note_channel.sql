-- What the devices' results say of the channel and its devices. Arrays are parallel, an entry per device.
CREATE OR REPLACE FUNCTION shift_reminders.note_channel(
  of_channel text, device_users uuid[], asked_at timestamptz[], device_ids text[], platforms text[], outcomes text[], details text[],
  latencies_ms integer[], at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  accepted_before timestamptz;
BEGIN
  IF NOT outcomes && ARRAY['gone', 'mismatch', 'platform_credentials', 'project_credentials']
     AND shift_reminders.noted_as_healthy(of_channel, at) THEN
    RETURN;
  END IF;
  INSERT INTO shift_reminders.channels AS c (channel, since) VALUES (of_channel, at) ON CONFLICT DO NOTHING;
  SELECT c.last_accepted_at INTO accepted_before FROM shift_reminders.channels c WHERE c.channel = of_channel FOR UPDATE;

  PERFORM shift_reminders.note_health(of_channel, outcomes, details, latencies_ms, at);
  -- Nothing was accepted for a while, and now something is: an outage is over.
  IF 'accepted' = ANY (outcomes) AND (accepted_before > at - interval '10 seconds') IS NOT TRUE THEN
    PERFORM shift_reminders.wake_retries(of_channel, accepted_before, at);
  END IF;
  PERFORM shift_reminders.pause_platforms(of_channel, platforms, outcomes, details, at);
  IF NOT shift_reminders.too_many_gone(of_channel, outcomes, at) THEN
    -- Another project's devices are dead for us only when this project had reached somebody before.
    PERFORM shift_reminders.list_dead_devices(of_channel, device_users, asked_at, device_ids, platforms, outcomes, accepted_before IS NOT NULL, at);
  END IF;
END
$$;
