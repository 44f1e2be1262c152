-- Whether a device may have got this generation, although none is known to have.
CREATE OR REPLACE FUNCTION shift_reminders.may_have_arrived(reminder bigint, of_generation integer) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.attempts a LEFT JOIN LATERAL jsonb_array_elements(a.devices) x ON true
    WHERE a.reminder_id = reminder AND a.generation = of_generation
      AND (a.outcome = 'lost' OR shift_reminders.may_have_reached(x->>'outcome', (x->>'http')::integer)))
$$;
