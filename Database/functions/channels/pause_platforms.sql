-- A platform whose credentials were refused waits for a probe; the others go on.
CREATE OR REPLACE FUNCTION shift_reminders.pause_platforms(of_channel text, platforms text[], outcomes text[], details text[], at timestamptz)
RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO shift_reminders.channel_platforms (channel, platform, reason, paused_since)
  SELECT DISTINCT ON (x.p) of_channel, x.p, coalesce(x.d, 'The channel refused the credentials of this platform.'), at
  FROM unnest(outcomes, platforms, details) AS x(o, p, d) WHERE x.o = 'platform_credentials' AND x.p IS NOT NULL
  ON CONFLICT DO NOTHING
$$;
