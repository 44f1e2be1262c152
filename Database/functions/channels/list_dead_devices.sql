-- Lists the devices that the channel called gone, and those of another Firebase project (mismatch_is_dead). They are left out
-- until they register again; the host's rows are deleted only if the setting delete_dead_host_tokens says so.
CREATE OR REPLACE FUNCTION shift_reminders.list_dead_devices(
  of_channel text, device_users uuid[], asked_at timestamptz[], device_ids text[], platforms text[], outcomes text[],
  mismatch_is_dead boolean, at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  listed record;
  waits text := current_setting('lock_timeout');
BEGIN
  FOR listed IN
    INSERT INTO shift_reminders.dead_devices AS d (device_id, user_id, platform, channel, reason, died_at)
    -- Dead as of the claim: a device that registered again since then was not what the channel was asked about.
    SELECT DISTINCT ON (x.id) x.id, x.who, x.p, of_channel, x.o, coalesce(x.asked, at)
    FROM unnest(device_ids, device_users, platforms, outcomes, asked_at) AS x(id, who, p, o, asked)
    WHERE x.o = 'gone' OR (x.o = 'mismatch' AND mismatch_is_dead)
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
