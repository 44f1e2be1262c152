-- The batch's part of the board; a shift that was moved far away or deleted since is not in it.
CREATE OR REPLACE FUNCTION shift_reminders.test_board(batch bigint)
RETURNS TABLE (schedule_id bigint, user_id uuid, display_name text, start_at timestamptz, end_at timestamptz, is_active boolean,
  label text, time_zone text, notify_type text, anchor_at timestamptz, due_at timestamptz, expires_at timestamptz, attended_at timestamptz,
  reminder_id bigint, standing text, reason text, accepted_at timestamptz, devices integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  span record;
BEGIN
  SELECT min(s.start_at) AS first, max(s.start_at) + interval '1 second' AS last INTO span
  FROM shift_reminders.test_shifts s WHERE s.batch_id = batch;
  RETURN QUERY
    SELECT b.* FROM shift_reminders.shift_board(span.first, span.last) b
    WHERE EXISTS (SELECT 1 FROM shift_reminders.test_shifts s WHERE s.schedule_id = b.schedule_id AND s.batch_id = batch);
END
$$;
