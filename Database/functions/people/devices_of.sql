-- Also those on the dead list, with the reason: a tester looks for exactly these.
CREATE OR REPLACE FUNCTION shift_reminders.devices_of(person uuid)
RETURNS TABLE (device_id text, platform text, updated_at timestamptz, dead_reason text, died_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT i.id, h.platform, h.updated_at, x.reason, x.died_at
  FROM shift_reminders.host_devices() h
  CROSS JOIN LATERAL (SELECT shift_reminders.device_id(h.token) AS id) i
  LEFT JOIN shift_reminders.dead_devices x ON x.device_id = i.id AND (h.updated_at IS NULL OR h.updated_at <= x.died_at)
  WHERE h.user_id = person AND h.token IS NOT NULL
  ORDER BY h.updated_at DESC NULLS LAST, i.id
$$;
