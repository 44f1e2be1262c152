-- A time as the shift's own clock shows it, with its zone where the site's clock shows another time; a zone that PostgreSQL
-- does not know falls back to UTC and says so.
CREATE OR REPLACE FUNCTION shift_reminders.wall_clock(at timestamptz, zone text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN to_char(at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI:SS')
    || CASE WHEN at AT TIME ZONE zone <> at AT TIME ZONE shift_reminders.setting('site_time_zone') THEN ' ' || zone ELSE '' END;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC';
END
$$;
