-- Counts a batch that all devices accepted, if something failed lately. devices: as an attempt keeps them; of: which of them.
CREATE OR REPLACE FUNCTION shift_reminders.count_accepted(of_channel text, devices jsonb[], of integer[], at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF shift_reminders.failed_lately(of_channel, at) THEN
    PERFORM shift_reminders.count_results(of_channel, NULL, array_agg(e->>'platform'), array_agg('accepted'::text), NULL, NULL, at)
    FROM unnest(of) AS place CROSS JOIN LATERAL jsonb_array_elements(devices[place]) AS e;
  END IF;
END
$$;
