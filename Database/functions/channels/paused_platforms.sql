-- The platforms that are paused, each with one device a probe can be addressed to (validate_only reaches nobody).
CREATE OR REPLACE FUNCTION shift_reminders.paused_platforms(channel text)
RETURNS TABLE (platform text, reason text, paused_since timestamptz, probe_device_id text, probe_token text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT p.platform, p.reason, p.paused_since, d.device_id, d.token
  FROM shift_reminders.channel_platforms p
  LEFT JOIN LATERAL (SELECT x.device_id, x.token FROM shift_reminders.devices x WHERE x.platform = p.platform LIMIT 1) d ON true
  WHERE p.channel = paused_platforms.channel
$$;
