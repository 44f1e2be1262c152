-- Why the setting cannot have this value, as a sentence; NULL: it can.
CREATE OR REPLACE FUNCTION shift_reminders.wrong_setting(key text, value text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  form record;
  textless text;
BEGIN
  SELECT * INTO form FROM shift_reminders.settable() c WHERE c.key = wrong_setting.key;
  CASE form.kind
    WHEN 'zone' THEN
      IF NOT EXISTS (SELECT 1 FROM shift_reminders.time_zones z WHERE z.name = wrong_setting.value) THEN
        RETURN format('"%s" is no time zone of IANA. Choose one like Europe/Berlin.', wrong_setting.value);
      END IF;
    WHEN 'locale' THEN
      IF wrong_setting.value !~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' THEN
        RETURN format('"%s" is no locale. Write one like de or pt-BR.', wrong_setting.value);
      END IF;
      SELECT string_agg(r.notify_type, ', ' ORDER BY r.notify_type) INTO textless FROM shift_reminders.rules r
      WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.rule_texts t
                        WHERE t.notify_type = r.notify_type AND t.locale IN (wrong_setting.value, split_part(wrong_setting.value, '-', 1), 'en'));
      IF textless IS NOT NULL THEN
        RETURN format('There is no text in %s, and none in English, for: %s. Add it under Rules first.', wrong_setting.value, textless);
      END IF;
    WHEN 'switch' THEN
      IF wrong_setting.value NOT IN ('on', 'off') THEN RETURN 'It is either on or off.'; END IF;
    WHEN 'span' THEN
      IF wrong_setting.value !~ '^[0-9]{1,6} (second|minute|hour|day)s?$' THEN
        RETURN format('"%s" is no length of time. Write a number and a unit, like 90 seconds or 14 days.', wrong_setting.value);
      ELSIF wrong_setting.value::interval NOT BETWEEN form.shortest::interval AND form.longest::interval THEN
        RETURN format('It must be from %s to %s.', form.shortest, form.longest);
      END IF;
    ELSE
      RETURN format('"%s" cannot be set here.', wrong_setting.key);
  END CASE;
  RETURN NULL;
END
$$;
