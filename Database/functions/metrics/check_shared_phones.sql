-- Phones that reminders of several people would go to.
CREATE OR REPLACE FUNCTION shift_reminders.check_shared_phones() RETURNS TABLE (ok boolean, finding text, remedy text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT count(*) = 0,
    CASE WHEN count(*) = 0 THEN 'none gets the reminders of several people'
         ELSE count(*) || ' get the reminders of several people, as each of them has registered it' END,
    CASE WHEN shift_reminders.setting('host_contract') = 'custom' THEN 'Let host_devices() return each token for its last owner alone.'
         WHEN shift_reminders.token_index() IS NULL THEN 'CREATE INDEX CONCURRENTLY ON public.fcm_tokens (token); then SELECT shift_reminders.refresh_host_contract() as the owner.'
         ELSE 'Give public.fcm_tokens a column updated_at, so that the last owner is known; then SELECT shift_reminders.refresh_host_contract() as the owner.' END
  FROM (SELECT d.token FROM shift_reminders.devices d GROUP BY d.token HAVING count(DISTINCT d.user_id) > 1) s
$$;
