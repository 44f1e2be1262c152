CREATE OR REPLACE FUNCTION shift_reminders.require_why(actor text, why text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF coalesce(btrim(actor), '') = '' OR coalesce(btrim(why), '') = '' THEN
    RAISE EXCEPTION 'Who acts, and why, is missing.' USING ERRCODE = 'SR002', HINT = 'Give an actor and a reason.';
  END IF;
END
$$;
