-- People whose name contains the words or whose id begins with them, and those known by a device only. One pass over the
-- host's people, as it is for the host to index them; what was asked is worked out once and not once more for each.
CREATE OR REPLACE FUNCTION shift_reminders.find_people(words text, most integer)
RETURNS TABLE (user_id uuid, display_name text, locale text, reminders_off boolean, devices integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  WITH asked AS MATERIALIZED (
    SELECT a.word, a.word ~ '^[0-9a-f-]{1,36}$' AS may_be_id
    FROM (SELECT shift_reminders.fold(btrim(coalesce(words, ''))) AS word) a)
  SELECT f.user_id, f.display_name, f.locale, f.reminders_off,
    (SELECT count(*)::integer FROM shift_reminders.devices d WHERE d.user_id = f.user_id)
  FROM (
    SELECT k.user_id, k.display_name, k.locale, k.reminders_off
    FROM (
      SELECT p.user_id, p.display_name, p.locale, p.reminders_off FROM shift_reminders.people p
      UNION ALL
      SELECT DISTINCT d.user_id, NULL::text, NULL::text, false FROM shift_reminders.devices d
      WHERE NOT EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = d.user_id)) k
    WHERE (SELECT a.word = '' FROM asked a)
       OR strpos(shift_reminders.fold(k.display_name), (SELECT a.word FROM asked a)) > 0
       OR ((SELECT a.may_be_id FROM asked a) AND starts_with(k.user_id::text, (SELECT a.word FROM asked a)))
    ORDER BY k.display_name NULLS LAST, k.user_id
    LIMIT least(most, 1000)) f
$$;
