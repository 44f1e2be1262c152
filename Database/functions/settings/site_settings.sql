-- What admins can set, as it is now.
CREATE OR REPLACE FUNCTION shift_reminders.site_settings()
RETURNS TABLE (key text, kind text, value text, shortest text, longest text, updated_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.key, c.kind, s.value, c.shortest, c.longest, s.updated_at
  FROM shift_reminders.settable() c JOIN shift_reminders.settings s ON s.key = c.key
  ORDER BY c.place
$$;
