-- Whether a device may have got this generation although none is known to have: an answer was lost, or a server failed after
-- it had taken the request. 503 says that it did not take it.
CREATE OR REPLACE FUNCTION shift_reminders.may_have_arrived(reminder bigint, of_generation integer) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.attempts a LEFT JOIN LATERAL jsonb_array_elements(a.devices) x ON true
    WHERE a.reminder_id = reminder AND a.generation = of_generation
      AND (a.outcome = 'lost' OR x->>'outcome' IN ('accepted', 'unknown')
           OR x->>'outcome' = 'transient' AND (x->>'http')::integer >= 500 AND x->>'http' <> '503'))
$$;
