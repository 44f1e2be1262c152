-- A rule's text in the locale that fits best: the person's, its language, the site's, English.
CREATE OR REPLACE FUNCTION shift_reminders.text_for(rule text, wanted text, site_locale text)
RETURNS TABLE (locale text, title text, body text)
LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  wanted := shift_reminders.locale_of(wanted);
  RETURN QUERY
  SELECT x.locale, x.title, x.body FROM shift_reminders.rule_texts x
  WHERE x.notify_type = rule AND x.locale IN (wanted, split_part(wanted, '-', 1), site_locale, 'en')
  ORDER BY x.locale = wanted DESC, x.locale = split_part(wanted, '-', 1) DESC, x.locale = site_locale DESC, x.locale LIMIT 1;
END
$$;
