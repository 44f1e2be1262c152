CREATE OR REPLACE FUNCTION shift_reminders.preview_resend(ids bigint[], target text, although_checked_in boolean, although_begun boolean)
RETURNS TABLE (reminder_id bigint, result text, sentence text, devices integer, had_it integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT j.reminder_id, j.result, j.sentence, j.devices, j.had_it
  FROM shift_reminders.judge_resend(ids, target, although_checked_in, although_begun, shift_reminders.clock()) j ORDER BY j.reminder_id
$$;
