-- True exactly once per notification id: the caller may push. Ours or anybody's mark answers false.
DO $$
DECLARE
  old record;
BEGIN
  -- An older overload, or another result type: CREATE OR REPLACE would leave it beside ours or fail.
  FOR old IN SELECT p.oid::regprocedure AS signature FROM pg_catalog.pg_proc p
             WHERE p.pronamespace = 'public'::regnamespace AND p.proname = 'try_mark_notification_pushed'
               AND (pg_catalog.pg_get_function_identity_arguments(p.oid) <> 'nid text, payload jsonb'
                    OR p.prorettype <> 'boolean'::regtype) LOOP
    EXECUTE pg_catalog.format('DROP FUNCTION %s', old.signature);
  END LOOP;
END
$$;
CREATE OR REPLACE FUNCTION public.try_mark_notification_pushed(nid text, payload jsonb DEFAULT '{}')
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.notification_pushes (notification_id, created_at, payload, state)
  VALUES (try_mark_notification_pushed.nid, shift_reminders.clock(), try_mark_notification_pushed.payload, 'foreign')
  ON CONFLICT (notification_id) DO NOTHING;
  RETURN FOUND;
END
$$;
-- At once: in public, a project's default privileges give it to everybody who may call the Data API.
DO $$
BEGIN
  EXECUTE (SELECT 'REVOKE ALL ON FUNCTION public.try_mark_notification_pushed(text, jsonb) FROM PUBLIC' || coalesce(string_agg(', ' || rolname, ''), '')
           FROM pg_catalog.pg_roles WHERE rolname IN ('anon', 'authenticated'));
END
$$;
