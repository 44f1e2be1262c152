-- Where the host keeps names; NULL: nowhere that we know.
CREATE OR REPLACE FUNCTION shift_reminders.people_table() RETURNS regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(to_regclass('public.profiles'), to_regclass('public.people'), to_regclass('public.users'), to_regclass('public.employees'))
$$;
