-- The condition under which a row d of public.fcm_tokens is that of its phone's last owner: who hands a phone on must not get the
-- reminders of who has it now. The last one is who registered it last, or else has the greatest id. Empty where no token can
-- stand twice, where nothing tells who was last, and where no index finds the others: a claim must not read the table.
CREATE OR REPLACE FUNCTION shift_reminders.last_owner_alone() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(format(' WHERE NOT EXISTS (SELECT 1 FROM public.fcm_tokens o WHERE o.token = d.token AND o.user_id <> d.user_id'
    ' AND (%1$s, o.user_id) > (%2$s, d.user_id))', 'o.' || f.newest, 'd.' || f.newest), '')
  FROM (SELECT coalesce(shift_reminders.optional_host_column('age of a phone''s registration'),
    (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = to_regclass('public.fcm_tokens') AND a.attname = 'id'
       AND a.atttypid IN ('bigint'::regtype, 'integer'::regtype) AND NOT a.attisdropped)) AS newest) f
  WHERE shift_reminders.token_index() = 'plain' AND f.newest IS NOT NULL
  UNION ALL SELECT '' LIMIT 1
$$;
