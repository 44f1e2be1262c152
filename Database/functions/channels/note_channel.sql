-- Health of the channel, and the devices that are gone. More than half of the last 20 or more devices gone is not
-- people uninstalling the app but a configuration fault: then nobody is listed, and who was listed by it is taken back.
CREATE OR REPLACE FUNCTION shift_reminders.note_channel(
  of_channel text, device_users uuid[], asked_at timestamptz[], device_ids text[], platforms text[], outcomes text[], details text[],
  latencies_ms integer[], at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  history text;
  known shift_reminders.channels;
  fresh text;
  gone_share double precision;
  listed record;
  waits text := current_setting('lock_timeout');
BEGIN
  IF NOT outcomes && ARRAY['gone', 'mismatch', 'platform_credentials', 'project_credentials']
     AND shift_reminders.noted_as_healthy(of_channel, at) THEN
    RETURN;
  END IF;

  INSERT INTO shift_reminders.channels AS c (channel, since) VALUES (of_channel, at) ON CONFLICT DO NOTHING;
  SELECT * INTO known FROM shift_reminders.channels c WHERE c.channel = of_channel FOR UPDATE;
  fresh := (SELECT string_agg(CASE o WHEN 'accepted' THEN 'a' ELSE 'g' END, '') FROM unnest(outcomes) o WHERE o IN ('accepted', 'gone'));
  history := right(known.recent || coalesce(fresh, ''), 40);
  gone_share := length(replace(history, 'a', ''))::double precision / greatest(length(history), 1);

  UPDATE shift_reminders.channels c SET
    recent = history,
    last_accepted_at = CASE WHEN 'accepted' = ANY (outcomes) THEN at ELSE c.last_accepted_at END,
    last_latency_ms = coalesce((SELECT (percentile_cont(0.5) WITHIN GROUP (ORDER BY l))::integer
                                FROM unnest(outcomes, latencies_ms) AS x(o, l) WHERE o = 'accepted'), c.last_latency_ms),
    state = CASE WHEN 'project_credentials' = ANY (outcomes) THEN 'down' ELSE c.state END,
    since = CASE WHEN 'project_credentials' = ANY (outcomes) AND c.state = 'up' THEN at ELSE c.since END,
    reason = CASE WHEN 'project_credentials' = ANY (outcomes)
      THEN coalesce((SELECT d FROM unnest(outcomes, details) AS x(o, d) WHERE o = 'project_credentials' AND d IS NOT NULL LIMIT 1),
                    'The channel refused our credentials.') ELSE c.reason END,
    alarm = CASE WHEN length(history) >= 20 AND gone_share > 0.5
      THEN 'More than half of the last ' || length(history) || ' devices were called gone: look for a configuration fault. No device is listed as dead meanwhile.' END,
    alarm_since = CASE WHEN length(history) >= 20 AND gone_share > 0.5 THEN coalesce(c.alarm_since, at) END
  WHERE c.channel = of_channel;

  -- Nothing was accepted for a while, and now something is: an outage is over.
  IF 'accepted' = ANY (outcomes) AND (known.last_accepted_at > at - interval '10 seconds') IS NOT TRUE THEN
    PERFORM shift_reminders.wake_retries(of_channel, known.last_accepted_at, at);
  END IF;

  INSERT INTO shift_reminders.channel_platforms (channel, platform, reason, paused_since)
  SELECT DISTINCT ON (x.p) of_channel, x.p, coalesce(x.d, 'The channel refused the credentials of this platform.'), at
  FROM unnest(outcomes, platforms, details) AS x(o, p, d) WHERE x.o = 'platform_credentials' AND x.p IS NOT NULL
  ON CONFLICT DO NOTHING;

  IF length(history) >= 20 AND gone_share > 0.5 THEN
    IF known.alarm IS NULL THEN
      DELETE FROM shift_reminders.dead_devices d WHERE d.channel = of_channel AND d.died_at > at - interval '1 hour';
    END IF;
    RETURN;
  END IF;
  FOR listed IN
    INSERT INTO shift_reminders.dead_devices AS d (device_id, user_id, platform, channel, reason, died_at)
    -- Dead as of the claim: a device that registered again since then was not what the channel was asked about.
    SELECT DISTINCT ON (x.id) x.id, x.who, x.p, of_channel, x.o, coalesce(x.asked, at)
    FROM unnest(device_ids, device_users, platforms, outcomes, asked_at) AS x(id, who, p, o, asked)
    -- Another project's devices are dead for us only when this project has ever reached anybody.
    WHERE x.o = 'gone' OR (x.o = 'mismatch' AND known.last_accepted_at IS NOT NULL)
    ORDER BY x.id
    ON CONFLICT (device_id) DO UPDATE SET died_at = greatest(d.died_at, excluded.died_at), reason = excluded.reason, channel = excluded.channel
    RETURNING d.user_id, d.device_id
  LOOP
    IF shift_reminders.setting('delete_dead_host_tokens') = 'on' THEN
      BEGIN
        PERFORM set_config('lock_timeout', '50ms', true);
        PERFORM shift_reminders.host_forget_device(listed.user_id, listed.device_id);
      EXCEPTION WHEN OTHERS THEN
        -- The host's table has rules of its own, and what was delivered must not be lost by them. The device is on our
        -- list, so that nothing is sent to it. Not SQLERRM: a trigger of the host's may put the token into it.
        RAISE WARNING 'The host''s table keeps the token of the dead device %: error %. Nothing is sent to it.', listed.device_id, SQLSTATE;
      END;
      PERFORM set_config('lock_timeout', waits, true);
    END IF;
  END LOOP;
END
$$;
