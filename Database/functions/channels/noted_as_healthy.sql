-- A healthy channel that was noted a moment ago has nothing new to say: it is one row for all processors.
CREATE OR REPLACE FUNCTION shift_reminders.noted_as_healthy(of_channel text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM shift_reminders.channels c
    WHERE c.channel = of_channel AND c.last_accepted_at > at - interval '1 second' AND c.recent = repeat('a', 40));
END
$$;
