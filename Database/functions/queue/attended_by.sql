-- Whether that which makes the reminder superfluous was logged by then; a log without a time counts.
CREATE OR REPLACE FUNCTION shift_reminders.attended_by(shift bigint, who uuid, rule text, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.rules r JOIN shift_reminders.attendance a ON a.type = r.skip_type
    WHERE r.notify_type = rule AND a.schedule_id = shift AND (a.user_id IS NULL OR a.user_id = who)
      AND (a.logged_at IS NULL OR a.logged_at <= moment))
$$;
