-- Whether that which makes the reminder superfluous was logged by then.
CREATE OR REPLACE FUNCTION shift_reminders.attended_by(shift bigint, who uuid, rule text, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM shift_reminders.rules r JOIN shift_reminders.attendance a ON a.type = r.skip_type
    WHERE r.notify_type = rule AND a.schedule_id = shift AND shift_reminders.logged_for(a.user_id, who)
      AND shift_reminders.logged_in_time(a.logged_at, moment))
$$;
