-- Whether a channel that processors use was down at that moment: it is still, or came up later.
CREATE OR REPLACE FUNCTION shift_reminders.down_at(moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.channels c
    WHERE CASE c.state WHEN 'down' THEN c.since <= moment ELSE c.was_down_since <= moment AND c.since > moment END
      AND (EXISTS (SELECT 1 FROM shift_reminders.processors p WHERE p.channel = c.channel)
           OR NOT EXISTS (SELECT 1 FROM shift_reminders.processors)))
$$;
