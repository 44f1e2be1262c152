-- Sets what admins may set, with its line of the audit. was: the value that the admin saw. result: ok, conflict (somebody changed it
-- meanwhile) or wrong (see wrong_setting); the sentence says it to the admin.
CREATE OR REPLACE FUNCTION shift_reminders.change_setting(key text, value text, was text, actor text, why text)
RETURNS TABLE (result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  wanted text := btrim(change_setting.value);
  known text;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  SELECT s.value INTO known FROM shift_reminders.settings s WHERE s.key = change_setting.key FOR UPDATE;
  sentence := shift_reminders.wrong_setting(change_setting.key, wanted);
  IF sentence IS NOT NULL THEN
    result := 'wrong';
  ELSIF known <> was THEN
    result := 'conflict';
    sentence := format('Somebody changed it to "%s" meanwhile. Nothing was changed: look at it again.', known);
  ELSE
    UPDATE shift_reminders.settings s SET value = wanted, updated_at = at WHERE s.key = change_setting.key;
    PERFORM shift_reminders.record_audit(actor, 'change setting', 'setting ' || change_setting.key, why, to_jsonb(known), to_jsonb(wanted));
    PERFORM shift_reminders.notify_pages(at);
    result := 'ok';
    sentence := format('Changed from "%s" to "%s".', known, wanted);
  END IF;
  RETURN NEXT;
END
$$;
