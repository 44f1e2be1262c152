-- How the host's table of phones finds a token: 'unique' where an index lets none stand twice, 'plain' where one finds it; NULL: by
-- reading the whole table.
CREATE OR REPLACE FUNCTION shift_reminders.token_index() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN bool_or(i.indisunique AND i.indnkeyatts = 1) THEN 'unique' WHEN count(*) > 0 THEN 'plain' END
  FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
  WHERE i.indrelid = to_regclass('public.fcm_tokens') AND a.attname = 'token' AND i.indisvalid AND i.indpred IS NULL
$$;
