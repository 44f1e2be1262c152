-- The devices that need nothing more in this generation; for a resend to the missing ones, those that ever accepted.
CREATE OR REPLACE FUNCTION shift_reminders.done_devices(reminder bigint, of_generation integer, for_target text) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(array_agg(x->>'device'), '{}')
  FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
  WHERE a.reminder_id = reminder
    AND ((a.generation = of_generation AND x->>'outcome' IN ('accepted', 'gone', 'mismatch', 'rejected'))
         OR (for_target = 'missing' AND x->>'outcome' = 'accepted'))
$$;
