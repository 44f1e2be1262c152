-- A session begins. The one that the same browser had before ends with it: nobody looks after what they cannot see. One
-- that only continues it, after its account has changed, lasts no longer for that and has proved no more.
DROP FUNCTION IF EXISTS shift_reminders.start_session(uuid, text, uuid, text, interval, interval, text, text, uuid, boolean);
CREATE OR REPLACE FUNCTION shift_reminders.start_session(
  id uuid, key_hash text, account_id uuid, security_stamp text, lasts interval, idle_limit interval, browser text, address text,
  replaces uuid, proved_at timestamptz, continues boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  before shift_reminders.sessions;
BEGIN
  IF continues THEN
    SELECT * INTO before FROM shift_reminders.sessions s WHERE s.id = replaces AND s.account_id = start_session.account_id;
  END IF;
  INSERT INTO shift_reminders.sessions
    (id, key_hash, account_id, security_stamp, created_at, last_used_at, authenticated_at, idle_limit, ends_at, browser, address)
  VALUES (start_session.id, start_session.key_hash, start_session.account_id, start_session.security_stamp,
    coalesce(before.created_at, at), at, coalesce(before.authenticated_at, least(proved_at, at)), start_session.idle_limit,
    coalesce(before.ends_at, at + lasts), start_session.browser, start_session.address);
  IF replaces IS NOT NULL THEN
    PERFORM shift_reminders.end_session(replaces, 'replaced');
  END IF;
END
$$;
