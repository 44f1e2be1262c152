CREATE OR REPLACE FUNCTION shift_reminders.has_text(of_type text, for_user uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.rule_texts x
    LEFT JOIN LATERAL (SELECT p.locale FROM shift_reminders.people p WHERE p.user_id = for_user LIMIT 1) w ON true
    WHERE x.notify_type = of_type
      AND x.locale IN (shift_reminders.locale_of(w.locale), split_part(shift_reminders.locale_of(w.locale), '-', 1),
                       shift_reminders.setting('site_locale'), 'en'))
$$;
