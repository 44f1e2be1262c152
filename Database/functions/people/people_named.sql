CREATE OR REPLACE FUNCTION shift_reminders.people_named(ids uuid[])
RETURNS TABLE (user_id uuid, display_name text, locale text, reminders_off boolean, devices integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT i.id, p.display_name, p.locale, coalesce(p.reminders_off, false),
    (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = i.id)
  FROM unnest(ids) AS i(id)
  LEFT JOIN LATERAL (SELECT * FROM shift_reminders.people x WHERE x.user_id = i.id LIMIT 1) p ON true
$$;
